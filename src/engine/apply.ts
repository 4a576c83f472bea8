import {type AnyKind, type Change, composeProbe, refKey, type Step} from '../resources/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';
import type {Completed, TransportError} from '../transport/index.ts';
import {pause, viewOf} from './drivers/reading.ts';
import type {EventBody} from './effect.ts';
import type {TaskLabel} from './events.ts';
import {type HostAccess, isLoss, newMarker} from './host.ts';
import {Overlay} from './overlay.ts';
import {unreached} from './plan.ts';
import {type Limit, type Setting, surrounded} from './setting.ts';
import type {MarksBefore} from './writing.ts';

const changeTimeoutMs = 600_000;
const waitEveryMs = 2_000;

/** Why a change did not reach its state. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

/** The connection was lost before the change was asked for: nothing was changed, and it may be tried again. */
export class NotBegun extends Error {
  readonly loss: TransportError;

  constructor(loss: TransportError) {
    super(loss.message);
    this.loss = loss;
  }
}

export interface Application {
  readonly user: string;
  readonly task: TaskLabel;
  /** Goes before the first step, in the same request: the marks of owed handlers. */
  readonly before: MarksBefore;
  readonly host: HostAccess;
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly emit: (event: EventBody) => void;
  readonly setting: Setting;
  /** Ends what is under way. */
  readonly limit: Limit;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends a wait. */
  readonly softSignal: AbortSignal;
}

/**
 * Makes one change and probes what it changed in the same request. A difference that is left is a problem: the change
 * is then "failed", never "changed".
 * When the connection is lost under it, it is made again, and the change is judged by what is there.
 * @throws NotBegun when it was lost before, and TransportError when the host is not to be reached again
 */
export async function applyChange(change: Change, application: Application): Promise<Problem | undefined> {
  const {user, host, kinds} = application;
  const kind = kinds.get(change.ref.kind);
  if (!kind) throw new Error(`no resource kind '${change.ref.kind}'`);
  const marker = newMarker();
  const scripts: Script[] = [];
  for (const step of kind.steps(change, marker.slice(0, 12))) {
    switch (step.type) {
      case 'script':
        scripts.push(step.script);
        break;
      case 'upload':
        await upload(step.to, step.content, change, application).catch(notBegun);
        break;
      case 'wait': {
        const problem = await wait(step, application).catch(notBegun);
        if (problem) return problem;
      }
    }
  }
  const refs = kind.reads(change.want);
  const script = joinScripts([
    guarded(
      application.before.scripts,
      scripts.map((one) => surrounded(one, application.setting)),
    ),
    sh`printf '\n%s %s\n' ${marker} "$code"`,
    composeProbe(refs, kinds, marker),
  ]);
  application.before.onSend();
  let completed: Completed;
  try {
    completed = await host.request(
      user,
      script,
      kind.timeoutMs?.(change) ?? changeTimeoutMs,
      application.limit.signal,
    );
  } catch (error) {
    if (!isLoss(error)) throw error;
    return judge(change, kind, application, error);
  }
  const {exitCode, probe} = split(completed, marker);
  host.drop(kind.effects(change));
  host.record(user, refs, probe, marker);
  if (exitCode !== 0) return stepFailed(change, kind, completed, application);
  const differences = differencesLeft(change, kind, application);
  if (differences === '') return undefined;
  return explained(`still different after the change: ${differences}`, change, kind, application);
}

/** '' when the change has reached what it should. */
function differencesLeft(change: Change, kind: AnyKind, {user, host, kinds}: Application): string {
  const view = viewOf(user, host, new Overlay(kinds));
  return unreached(change, view.get(change.ref), kind, view)
    .map((one) => `${one.name} is ${shown(one.before)}, wanted ${shown(one.after)}`)
    .join('; ');
}

/** What became of a change under which the connection was lost: asked over a new one. It is not made twice. */
async function judge(
  change: Change,
  kind: AnyKind,
  application: Application,
  loss: TransportError,
): Promise<Problem | undefined> {
  const {user, host} = application;
  // What the change is judged by beside what it changed: the folders above, the links on the way.
  const asked = [...kind.reads(change.want), ...host.knowledge(user).asked()];
  await host.recover(loss);
  host.drop({type: 'everything'});
  await host.probe(user, host.missing(user, asked));
  const differences = differencesLeft(change, kind, application);
  if (differences === '') return undefined;
  return {
    message: `${loss.message}, before the change was made: ${differences}`,
    hint: 'the host answers again: run it once more',
  };
}

function notBegun(error: unknown): never {
  throw isLoss(error) ? new NotBegun(error) : error;
}

/**
 * What goes before, then the steps, each in a subshell without the lock's descriptor, up to the first that fails;
 * `$code` is what it ended with.
 */
function guarded(before: readonly Script[], steps: readonly Script[]): Script {
  const all = [
    ...before.map((script) => joinScripts([sh`{`, script, sh`}`])),
    ...steps.map((script) => joinScripts([sh`(`, script, sh`) 9>&-`])),
  ];
  return sh`code=0; { ${joinScripts(all.length > 0 ? all : [sh`:`], ' && ')}; } || code=$?`;
}

/** Asks until the host says that it need not be waited for any more; in between people see what for. */
async function wait(
  {script, timeoutMs}: Extract<Step, {type: 'wait'}>,
  {user, host, task, emit, now, softSignal, limit}: Application,
): Promise<Problem | undefined> {
  const startedMs = now();
  for (;;) {
    const completed = await host.request(user, script, changeTimeoutMs, limit.signal);
    if (completed.exitCode === 0) return undefined;
    const elapsedMs = now() - startedMs;
    const what = completed.stdout.toString('utf8').trim() || words(completed);
    if (elapsedMs >= timeoutMs) return {message: `waited ${Math.round(elapsedMs / 1000)} s for ${what}`};
    emit({
      type: 'progress',
      host: host.name,
      task,
      message: `waiting for ${what}, ${Math.round(elapsedMs / 1000)} s`,
    });
    await pause(waitEveryMs, AbortSignal.any([softSignal, limit.signal]));
  }
}

async function upload(
  to: string,
  content: Parameters<HostAccess['upload']>[2],
  change: Change,
  {user, host, task, emit, limit}: Application,
): Promise<void> {
  const onProgress = (sentBytes: number): void =>
    emit({
      type: 'progress',
      host: host.name,
      task,
      message: `uploading ${change.ref.id}`,
      sentBytes,
      totalBytes: content.sizeBytes,
    });
  await host.upload(user, to, content, onProgress, limit.signal);
}

function split(completed: Completed, marker: string): {exitCode: number; probe: Completed} {
  const {stdout} = completed;
  const start = stdout.indexOf(`\n${marker} `);
  const end = stdout.indexOf('\n', start + 1);
  if (start < 0 || end < 0)
    throw new Error(`the host's answer to a change has no end mark: ${words(completed)}`);
  const exitCode = Number(stdout.subarray(start + 1 + marker.length, end).toString('utf8'));
  return {exitCode, probe: {...completed, stdout: stdout.subarray(end + 1)}};
}

async function stepFailed(
  change: Change,
  kind: AnyKind,
  completed: Completed,
  application: Application,
): Promise<Problem> {
  return explained(
    words(completed) || `changing ${refKey(change.ref)} failed without a word`,
    change,
    kind,
    application,
  );
}

async function explained(
  message: string,
  change: Change,
  kind: AnyKind,
  {user, host}: Application,
): Promise<Problem> {
  const script = kind.explain?.(change);
  if (!script) return {message};
  const completed = await host.request(user, script, changeTimeoutMs);
  const text = completed.stdout.toString('utf8').trimEnd();
  return {message: text ? `${message}\n${text}` : message};
}

function words(completed: Completed): string {
  return completed.stderr.toString('utf8').trim();
}

function shown(value: string | number | boolean | null | undefined): string {
  return value === undefined || value === null ? 'absent' : String(value);
}
