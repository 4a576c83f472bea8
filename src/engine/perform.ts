import type {ActionPorts} from '../modules/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';
import {pause, type Reading} from './drivers/reading.ts';
import type {ActionOutcome, Effect} from './effect.ts';
import {limitOf, surrounded} from './setting.ts';
import {Interrupted} from './stop.ts';

type ActEffect = Extract<Effect, {type: 'act'}>;

/**
 * Carries an action out on the host, and forgets what it may have changed. The first Ctrl-C ends a question, the
 * second everything.
 */
export async function performAction(effect: ActEffect, reading: Reading): Promise<ActionOutcome> {
  const {host} = reading;
  const {action, args, inputs, group} = effect;
  const interrupted = effect.readOnly ? reading.softSignal : reading.hardSignal;
  const {signal, exceeded} = limitOf(effect.setting, interrupted);
  const began = reading.now();
  let waited = false;
  const onWait = (): void => {
    waited = true;
  };
  try {
    const ports = portsOf(effect, reading, signal, onWait);
    const {changed, failed, hint, result} = await action.act(args, ports, inputs, group);
    return {
      status: 'done',
      changed,
      result,
      ...(failed === undefined ? {} : {failed}),
      ...(hint === undefined ? {} : {hint}),
    };
  } catch (error) {
    // However an action says that it was stopped.
    const failed = exceeded();
    if (failed !== undefined) return {status: 'done', changed: !effect.readOnly, failed, result: {}};
    if (signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    if (!effect.readOnly) host.drop(action.effects(args));
    // What somebody else did meanwhile is mostly what was waited for.
    if (waited || reading.now() - began >= longLookMs) host.drop({type: 'everything'});
  }
}

/** What only looks, and takes longer, waits for something. */
const longLookMs = 1000;

function portsOf(
  {user, task, setting}: ActEffect,
  {host, files, sealed, emit, now}: Reading,
  signal: AbortSignal,
  onWait: () => void,
): ActionPorts {
  return {
    run: (script, timeoutMs) =>
      host.request(user, withoutLock(surrounded(script, setting)), timeoutMs, signal),
    forward: (address, port) => host.connection.forward(address, port, signal),
    authorities: () => host.authorities(),
    sleep: (milliseconds) => {
      onWait();
      return pause(milliseconds, signal);
    },
    now,
    upload: (to, content) => host.upload(user, to, content, () => {}, signal),
    save: (path, bytes) => files.save(path, bytes),
    sealed,
    reconnect: () => host.reconnect(),
    hostName: host.name,
    progress: (message) => emit({type: 'progress', host: host.name, task, message}),
    signal,
  };
}

/** What a user's command starts must not keep the host's lock when the run is over. */
function withoutLock(script: Script): Script {
  return joinScripts([sh`exec 9>&-`, script]);
}
