import {describeNode, type MapEntry, type Node} from '../source/index.ts';
import {isTemplate, readBoolean, readNumber} from './fields.ts';
import type {Manner} from './model.ts';
import {isNothing, type Reading, report} from './reading.ts';

type Fields = ReadonlyMap<string, MapEntry>;

export const mannerUnsaid: Manner = {
  checkMode: undefined,
  diff: undefined,
  timeoutSeconds: undefined,
  environment: [],
};

export function readManner(reading: Reading, fields: Fields): Manner {
  return {
    checkMode: readBoolean(reading, fields, 'check_mode'),
    diff: readBoolean(reading, fields, 'diff'),
    timeoutSeconds: readNumber(reading, fields, 'timeout', 'any'),
    environment: readEnvironment(reading, fields.get('environment')?.value),
  };
}

/** What is said nearest to the task holds; environments are laid over one another. */
export function mannerWithin(own: Manner, outer: Manner): Manner {
  return {
    checkMode: own.checkMode ?? outer.checkMode,
    diff: own.diff ?? outer.diff,
    timeoutSeconds: own.timeoutSeconds ?? outer.timeoutSeconds,
    environment: [...outer.environment, ...own.environment],
  };
}

/** A map of variables, a template of one, or a list of these. */
function readEnvironment(reading: Reading, node: Node | undefined): readonly Node[] {
  if (node === undefined || isNothing(node)) return [];
  return (node.type === 'list' ? node.items : [node]).filter((one) => {
    if (isTemplate(one)) return true;
    if (one.type === 'map') return one.entries.every((entry) => isName(reading, entry));
    const message = `'environment' must be a map of variables, not ${describeNode(one)}`;
    report(reading, 'PLY004', message, one.source, "write 'environment: {http_proxy: …}'");
    return false;
  });
}

function isName(reading: Reading, {key, keySource}: MapEntry): boolean {
  if (environmentName.test(key)) return true;
  const hint = "a name is letters, digits and '_', and does not begin with a digit";
  report(reading, 'PLY004', `'${key}' is not the name of an environment variable`, keySource, hint);
  return false;
}

/** @see POSIX.1-2017, Base Definitions, 3.235 Name: what a shell can assign to */
export const environmentName: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;
