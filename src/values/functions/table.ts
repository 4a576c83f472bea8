import type {FunctionDefinition, FunctionGroup} from './define.ts';
import {encodingFunctions} from './encoding.ts';
import {formatFunctions} from './formats.ts';
import {listFunctions} from './lists.ts';
import {logicFunctions} from './logic.ts';
import {lookupFunctions} from './lookups.ts';
import {mapFunctions} from './maps.ts';
import {networkFunctions} from './network.ts';
import {numberFunctions} from './numbers.ts';
import {passwordFunctions} from './password.ts';
import {pathFunctions} from './paths.ts';
import {regexFunctions} from './regex.ts';
import {textFunctions} from './text.ts';
import {versionFunctions} from './version.ts';

/** Every function of both languages, in the order of docs/functions.md. Forms are what lower.ts and forms.ts evaluate. */
export const functionGroups: readonly FunctionGroup[] = [
  textFunctions,
  regexFunctions,
  listFunctions,
  mapFunctions,
  numberFunctions,
  logicFunctions,
  versionFunctions,
  pathFunctions,
  formatFunctions,
  encodingFunctions,
  networkFunctions,
  passwordFunctions,
  lookupFunctions,
];

/** By name: all but `default` and `defined`, which may take what is not defined, and the other forms. */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  functionGroups.flatMap((group) => group.functions).map((definition) => [definition.name, definition]),
);
