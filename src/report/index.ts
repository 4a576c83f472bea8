export {type DiagnosticOptions, formatDiagnostic} from './diagnostic.ts';
export {githubReporter} from './github.ts';
export {hostKeyLines} from './host-keys.ts';
export {graphLines, type InventoryLook, variableLines} from './inventory.ts';
export {jsonReporter} from './json.ts';
export {type PrettyOptions, prettyReporter} from './pretty.ts';
export type {Output, ReadLine, Reporter} from './reporter.ts';
export {runLines} from './runs.ts';
export {visible} from './width.ts';
