export {type ConfigurationImpact, compareConfigurations} from './configuration/compare.ts';
export type {
  Availability,
  ConfigurationBlock,
  ConfigurationKey,
  KeyImpact,
  KeyType,
  ServerProduct,
} from './configuration/key.ts';
export {configurationBlocks} from './configuration/known.ts';
export {type ConfigurationMistake, mistakesOfConfiguration} from './configuration/lint.ts';
export {conflictBetween, mergeConfigurations} from './configuration/merge.ts';
export {renderSettings} from './configuration/render.ts';
export {repeatedKeys} from './configuration/settings.ts';
export {HclError} from './hcl/lexer.ts';
export {parseHcl} from './hcl/parse.ts';
export {printHcl} from './hcl/print.ts';
export type {Body} from './hcl/tree.ts';
