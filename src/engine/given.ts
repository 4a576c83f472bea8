import {sep} from 'node:path';
import type {Diagnostic, Related} from '../errors/index.ts';
import type {Role} from '../playbook/index.ts';
import {placeOfGiven, type Scope} from '../values/index.ts';

/**
 * A mistake that a role's task finds in what was given to the role, told where that was given: the role itself is right.
 * @param names the variables that the task reads there
 * @param words what the role does at its own place, which is told after it
 */
export function whereGiven(
  mistake: Diagnostic,
  role: Role | undefined,
  names: readonly string[],
  scope: Scope,
  words: string,
): Diagnostic {
  const {source, related = []} = mistake;
  if (role === undefined || source === undefined) return mistake;
  const own = role.directory + sep;
  if (!source.file.startsWith(own)) return mistake;
  const place = placeOfGiven(names, scope, (file) => !file.startsWith(own));
  if (place === undefined) return mistake;
  const others = related.filter((one) => one.source?.file !== place.file || one.source.line !== place.line);
  return {...mistake, source: place, related: [{message: words, source}, ...others]};
}

/** The words for where a role asserts something. */
export function asserting({name}: Role): string {
  return `role '${name}' asserts it here`;
}

/** Whether they are said of a place. */
export function isAsserting({message}: Related): boolean {
  return /^role '.*' asserts it here$/.test(message);
}
