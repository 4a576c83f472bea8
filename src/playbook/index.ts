export {playbookCodes} from './codes.ts';
export {hushedIn} from './hushed-files.ts';
export {tasksIn} from './inherit.ts';
export {loadPlaybook} from './load.ts';
export {environmentName} from './manner.ts';
export type {
  Become,
  Block,
  Entry,
  Expression,
  Flush,
  Handler,
  HostPattern,
  Include,
  Inherited,
  Library,
  ModuleTask,
  Notify,
  Order,
  Pace,
  Play,
  Playbook,
  Role,
  Task,
  Unread,
  VarsFile,
  VarsPrompt,
} from './model.ts';
export {isNeighbours} from './neighbours.ts';
export {batchSizeOf, percentageOf} from './pace.ts';
export type {KnownModule} from './reading.ts';
export {type ArgumentMistake, argumentCheck} from './schema/check.ts';
export type {GivenArguments} from './schema/given.ts';
export {variablesOf} from './schema/variables.ts';
export {fits, type Secrecy, secrecyOf, secretNamesIn} from './schema/write-only.ts';
export {tasksBefore} from './start-at.ts';
export {selectedByTags, type TagSelection, unknownTags} from './tags.ts';
export {type UnknownParameter, unknownParameters} from './unknown-parameters.ts';
export {unusedDefaults} from './unused.ts';
