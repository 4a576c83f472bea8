export type {Asking} from './ask-program.ts';
export {askPrograms, type ProgramAnswers} from './ask-programs.ts';
export {inventoryCodes} from './codes.ts';
export {connectionAliases, connectionNames} from './connection.ts';
export {findInventory} from './find.ts';
export {isHostList} from './inline.ts';
export {loadInventory} from './load.ts';
export type {Group, GrownGroup, Growth, Host, Inventory, VariableSet} from './model.ts';
export {selectHosts, type Unmatched} from './select.ts';
