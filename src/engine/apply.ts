import {type AnyKind, composeProbe} from '../resources/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';
import type {Completed} from '../transport/index.ts';
import type {Application} from './application.ts';
import {guarded, standing} from './guarded.ts';
import {isLoss, newMarker} from './host.ts';
import {isChanged} from './is-changed.ts';
import {type Failure, firstLeft, judge, movedFailure, type Part} from './judged.ts';
import {makeByAsking} from './make.ts';
import {kindOf} from './plan.ts';
import {prepared} from './prepare.ts';
import {explained, stepFailed, words} from './problem.ts';

const changeTimeoutMs = 600_000;

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
  const [first] = parts;
  if (first && kindOf(first.change, kinds).make) return makeByAsking(first, application);
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
  const begun = application.now();
  let completed: Completed;
  try {
    completed = await host.request(user, script, timeoutOf(parts, kinds), application.limit.signal);
  } catch (error) {
    if (!isLoss(error)) throw error;
    return judge(parts, application, error);
  }
  const {exitCode, at, moved, unkept, probe} = split(completed, marker);
  if (unkept > 0) application.onUnkept(unkept);
  host.drop({
    type: 'several',
    effects: parts.map(({change}) => kindOf(change, kinds).effects(change)),
  });
  host.record(user, refs, probe, marker);
  const stopped = parts[at];
  if (moved && stopped) return movedFailure(stopped.change, at);
  const changed = parts.some(({change}) => isChanged(change, application));
  if (exitCode !== 0 && stopped)
    return {...(await stepFailed(stopped.change, completed, application, begun)), at, changed};
  const left = firstLeft(parts, application);
  if (!left) return undefined;
  const message = `still different after the change: ${left.differences}`;
  return {...(await explained(message, left.change, application, begun)), at: left.at, changed};
}

function timeoutOf(parts: readonly Part[], kinds: ReadonlyMap<string, AnyKind>): number {
  return Math.max(...parts.map(({change}) => kindOf(change, kinds).timeoutMs?.(change) ?? changeTimeoutMs));
}

function split(
  completed: Completed,
  marker: string,
): {
  exitCode: number;
  at: number;
  moved: boolean;
  unkept: number;
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
  const [exitCode = Number.NaN, at = Number.NaN, moved, unkept = 0] = numbers;
  return {
    exitCode,
    at,
    moved: moved === 1,
    unkept,
    probe: {...completed, stdout: stdout.subarray(end + 1)},
  };
}
