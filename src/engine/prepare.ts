import type {Change, Step} from '../resources/index.ts';
import type {Script} from '../shell/index.ts';
import type {TransportError} from '../transport/index.ts';
import type {Application} from './application.ts';
import {pause} from './drivers/reading.ts';
import {type HostAccess, isLoss} from './host.ts';
import {kindOf} from './plan.ts';
import {type Problem, words} from './problem.ts';
import {surrounded} from './setting.ts';

const questionTimeoutMs = 600_000;
const waitEveryMs = 2_000;

/** The connection was lost before the change was asked for: nothing was changed, and it may be tried again. */
export class NotBegun extends Error {
  readonly loss: TransportError;

  constructor(loss: TransportError) {
    super(loss.message);
    this.loss = loss;
  }
}

/** What has to be sent or waited for before a change is; then the scripts of its steps, or why it cannot be made. */
export async function prepared(
  change: Change,
  nonce: string,
  application: Application,
): Promise<Script[] | Problem> {
  const scripts: Script[] = [];
  for (const step of kindOf(change, application.kinds).steps(change, nonce)) {
    switch (step.type) {
      case 'script':
        scripts.push(surrounded(step.script, application.setting));
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
  return scripts;
}

function notBegun(error: unknown): never {
  throw isLoss(error) ? new NotBegun(error) : error;
}

/** Asks until the host says that it need not be waited for any more; in between people see what for. */
async function wait(
  {script, timeoutMs}: Extract<Step, {type: 'wait'}>,
  {user, host, task, emit, now, softSignal, limit}: Application,
): Promise<Problem | undefined> {
  const startedMs = now();
  for (;;) {
    const completed = await host.request(user, script, questionTimeoutMs, limit.signal);
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
