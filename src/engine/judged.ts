import type {Change} from '../resources/index.ts';
import type {TransportError} from '../transport/index.ts';
import type {Application} from './application.ts';
import {viewOf} from './drivers/reading.ts';
import {isChanged} from './is-changed.ts';
import {Overlay} from './overlay.ts';
import {kindOf, unreached} from './plan.ts';
import type {Problem} from './problem.ts';
import type {MarksBefore} from './writing.ts';

/** A change on its way. */
export interface Part {
  readonly change: Change;
  /** Goes before its first step, in the same request: the marks of owed handlers, what is kept of what it replaces. */
  readonly before: MarksBefore;
}

/** The part that did not reach its state, by its place among those made together. Those after it were not begun, or hold. */
export interface Failure extends Problem {
  readonly at: number;
  /** Something was changed, as far as can be told. */
  readonly changed: boolean;
  /** What it would have changed was not what it was planned from any more, and was left alone. */
  readonly moved?: true;
}

/** Somebody was faster: it is left alone. @param at its place among those that are made together */
export function movedFailure({ref}: Change, at: number): Failure {
  return {
    message: `${ref.id} is not what it was when this change was planned, and was left alone`,
    hint: 'something else changes it at the same time: run it again when that has ended',
    at,
    changed: at > 0,
    moved: true,
  };
}

/** The first of these changes that has not reached what it should. */
export function firstLeft(
  parts: readonly Part[],
  application: Application,
): {readonly at: number; readonly change: Change; readonly differences: string} | undefined {
  for (const [at, {change}] of parts.entries()) {
    const differences = differencesLeft(change, application);
    if (differences !== '') return {at, change, differences};
  }
  return undefined;
}

/** '' when the change has reached what it should. */
function differencesLeft(change: Change, {user, host, kinds}: Application): string {
  const kind = kindOf(change, kinds);
  const view = viewOf(user, host, new Overlay(kinds));
  return unreached(change, view.get(change.ref), kind, view)
    .map((one) => `${one.name} is ${shown(one.before)}, wanted ${shown(one.after)}`)
    .join('; ');
}

/** What became of changes under which the connection was lost: asked over a new one. They are not made twice. */
export async function judge(
  parts: readonly Part[],
  application: Application,
  loss: TransportError,
): Promise<Failure | undefined> {
  const {user, host, kinds} = application;
  // What a change is judged by beside what it changed: the folders above, the links on the way.
  const reads = parts.flatMap(({change}) => kindOf(change, kinds).reads(change.want));
  const asked = [...reads, ...host.knowledge(user).asked()];
  await host.recover(loss);
  host.drop({type: 'everything'});
  await host.probe(user, host.missing(user, asked));
  const left = firstLeft(parts, application);
  if (!left) return undefined;
  return {
    message: `${loss.message}, before the change was made: ${left.differences}`,
    hint: 'the host answers again: run it once more',
    at: left.at,
    changed: parts.some(({change}) => isChanged(change, application)),
  };
}

function shown(value: string | number | boolean | null | undefined): string {
  return value === undefined || value === null ? 'absent' : String(value);
}
