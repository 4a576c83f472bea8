export {type ConfigurationImpact, compareConfigurations} from './configuration/compare.ts';
export {mistakenKeys} from './configuration/keys.ts';
export {repeatedKeys, settingsOf} from './configuration/settings.ts';
export {HclError} from './hcl/lexer.ts';
export {parseHcl} from './hcl/parse.ts';
export {printHcl} from './hcl/print.ts';
export type {Body} from './hcl/tree.ts';
