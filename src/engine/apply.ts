import {type AnyKind, type Change, composeProbe} from '../resources/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';
import type {Completed, TransportError} from '../transport/index.ts';
import type {Application} from './application.ts';
import {viewOf} from './drivers/reading.ts';
import {guarded, standing} from './guarded.ts';
import {isLoss, newMarker} from './host.ts';
import {isChanged} from './is-changed.ts';
import {Overlay} from './overlay.ts';
import {kindOf, unreached} from './plan.ts';
import {prepared} from './prepare.ts';
import {explained, type Problem, stepFailed, words} from './problem.ts';
import type {MarksBefore} from './writing.ts';

const changeTimeoutMs = 600_000;

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

/**
 * Makes changes, each after the one before it has succeeded, and probes what they changed in the same request. A
 * difference that is left is a failure: the change is then "failed", never "changed".
 * When the connection is lost under it, it is made again, and the changes are judged by what is there.
 * @param parts one, or several that `batchesOf` put together
 * @throws NotBegun when it was lost before, and TransportError when the host is not to be reached again
 */
export async function applyChanges(
  parts: readonly Part[],
  application: Application,
): Promise<Failure | undefined> {
  const {user, host, kinds} = application;
  const marker = newMarker();
  const scripts: Script[] = [];
  for (const [at, part] of parts.entries()) {
    const steps = await prepared(part.change, marker.slice(0, 12), application);
    if (!Array.isArray(steps)) return {...steps, at, changed: false};
    scripts.push(
      guarded(
        at,
        standing(part.change, marker.slice(0, 12), kindOf(part.change, kinds)),
        part.before.scripts,
        steps,
      ),
    );
  }
  const refs = parts.flatMap(({change}) => kindOf(change, kinds).reads(change.want));
  const script = joinScripts([
    sh`code=0 at=0 moved=0 unkept=0`,
    ...scripts,
    sh`printf '\n%s %s %s %s %s\n' ${marker} "$code" "$at" "$moved" "$unkept"`,
    composeProbe(refs, kinds, marker),
  ]);
  for (const {before} of parts) before.onSend();
  let completed: Completed;
  try {
    completed = await host.request(user, script, timeoutOf(parts, kinds), application.limit.signal);
  } catch (error) {
    if (!isLoss(error)) throw error;
    return judge(parts, application, error);
  }
  const {exitCode, at, moved, unkept, probe} = split(completed, marker);
  if (unkept) application.onUnkept();
  host.drop({
    type: 'several',
    effects: parts.map(({change}) => kindOf(change, kinds).effects(change)),
  });
  host.record(user, refs, probe, marker);
  const stopped = parts[at];
  if (moved && stopped)
    return {
      message: `${stopped.change.ref.id} is not what it was when this change was planned, and was left alone`,
      hint: 'something else changes it at the same time: run it again when that has ended',
      at,
      changed: at > 0,
      moved: true,
    };
  const changed = parts.some(({change}) => isChanged(change, application));
  if (exitCode !== 0 && stopped)
    return {...(await stepFailed(stopped.change, completed, application)), at, changed};
  const left = firstLeft(parts, application);
  if (!left) return undefined;
  const message = `still different after the change: ${left.differences}`;
  return {...(await explained(message, left.change, application)), at: left.at, changed};
}

function timeoutOf(parts: readonly Part[], kinds: ReadonlyMap<string, AnyKind>): number {
  return Math.max(...parts.map(({change}) => kindOf(change, kinds).timeoutMs?.(change) ?? changeTimeoutMs));
}

/** The first of these changes that has not reached what it should. */
function firstLeft(
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
async function judge(
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

function split(
  completed: Completed,
  marker: string,
): {
  exitCode: number;
  at: number;
  moved: boolean;
  unkept: boolean;
  probe: Completed;
} {
  const {stdout} = completed;
  const start = stdout.indexOf(`\n${marker} `);
  const end = stdout.indexOf('\n', start + 1);
  if (start < 0 || end < 0)
    throw new Error(`the host's answer to a change has no end mark: ${words(completed)}`);
  const numbers = stdout
    .toString('utf8', start + 2 + marker.length, end)
    .split(' ')
    .map(Number);
  const [exitCode = Number.NaN, at = Number.NaN, moved, unkept] = numbers;
  return {
    exitCode,
    at,
    moved: moved === 1,
    unkept: unkept === 1,
    probe: {...completed, stdout: stdout.subarray(end + 1)},
  };
}

function shown(value: string | number | boolean | null | undefined): string {
  return value === undefined || value === null ? 'absent' : String(value);
}
