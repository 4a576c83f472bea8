import {joinScripts, sh} from '../shell/index.ts';
import type {Application} from './application.ts';
import {isLoss, newMarker} from './host.ts';
import {type Failure, firstLeft, judge, movedFailure, type Part} from './judged.ts';
import {kindOf} from './plan.ts';
import {NotBegun} from './prepare.ts';
import {words} from './problem.ts';

const noteTimeoutMs = 60_000;

/**
 * Makes a change of what answers for itself: what goes before is written on the host, the change is asked for over its
 * connection, and what is there then is asked again.
 * @throws NotBegun when the connection was lost before, and TransportError when the host is not to be reached again
 */
export async function makeByAsking(part: Part, application: Application): Promise<Failure | undefined> {
  const {user, host, kinds, limit} = application;
  const {change} = part;
  const kind = kindOf(change, kinds);
  const unnoted = await noteBefore(part, application);
  if (unnoted !== undefined) return {message: unnoted, at: 0, changed: false};
  try {
    const unmade = await host.make(change, kind, limit.signal);
    host.drop(kind.effects(change));
    if (unmade && 'moved' in unmade) return movedFailure(change, 0);
    if (unmade) {
      const {problem: message, ...rest} = unmade;
      return {message, ...rest, at: 0};
    }
    await host.probe(user, host.missing(user, kind.reads(change.want)));
  } catch (error) {
    if (!isLoss(error)) throw error;
    return judge([part], application, error);
  }
  const left = firstLeft([part], application);
  return left && {message: `still different after the change: ${left.differences}`, at: 0, changed: true};
}

/** The marks of owed handlers, and what is kept of the change. @returns why they could not be written */
async function noteBefore({before}: Part, application: Application): Promise<string | undefined> {
  const {user, host, limit, onUnkept} = application;
  const marker = newMarker();
  const script = joinScripts([
    sh`unkept=0`,
    ...before.scripts.map((one) => joinScripts([sh`{`, one, sh`} || exit`])),
    sh`printf '\n%s %s\n' ${marker} "$unkept"`,
  ]);
  before.onSend();
  const completed = await host.request(user, script, noteTimeoutMs, limit.signal).catch((error: unknown) => {
    throw isLoss(error) ? new NotBegun(error) : error;
  });
  if (completed.exitCode !== 0) return words(completed) || 'what goes before the change could not be written';
  const unkept = Number.parseInt(completed.stdout.toString('utf8').split(`${marker} `)[1] ?? '', 10);
  if (unkept > 0) onUnkept(unkept);
  return undefined;
}
