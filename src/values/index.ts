export {expressionsOf, mistakesOfExpression, mistakesOfTemplates, staticScope} from './as-written.ts';
export {createScope, layerOfData, layerOfMap} from './chain.ts';
export {codes} from './codes.ts';
export {display, type Plain, toPlain} from './display.ts';
export {losesDigits, lossHint} from './exact.ts';
export {evaluate, test} from './expression/evaluate.ts';
export {ArgumentError} from './functions/define.ts';
export {type FunctionDocs, functionDocs} from './functions/docs.ts';
export {hclText} from './functions/encoding.ts';
export {compareVersions, parseVersion} from './functions/version.ts';
export {namesIn, namesInExpression, originsOfExpression, originsOfNode, placeOfGiven} from './origins.ts';
export type {CommandOutput, Ports, Problem} from './ports.ts';
export {placeInScalar} from './position.ts';
export {type Reference, references, type TemplateFile} from './references.ts';
export {isStatic, render, renderTemplate} from './render.ts';
export {type DefinedName, magicNames, nameMistakes, reservedNameReason} from './reserved.ts';
export type {JsonSchema} from './schema.ts';
export type {Layer, Origin, Reader, Scope, Variable} from './scope.ts';
export {ShapedUnknown, typeNameOf} from './shaped.ts';
export {variableAt, writtenVariable} from './source-text.ts';
export {rememberSyntax, type Syntax, syntaxTrees} from './template/syntax.ts';
export {
  asText,
  fromText,
  isMap,
  omit,
  SecretText,
  secretsWithin,
  type Value,
  type ValueMap,
} from './value.ts';
export {placeOfMember} from './written-nodes.ts';
export {placeOfNamed, writtenPlace} from './written-place.ts';
