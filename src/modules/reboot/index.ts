import {sh} from '../../shell/index.ts';
import {type Completed, TransportError} from '../../transport/index.ts';
import type {Action, ActionPorts, ActionResult} from '../contract.ts';
import {decide, type Sighting} from './decide.ts';
import type {RebootArguments} from './schema.ts';

const lookTimeoutMs = 30_000;
const lookEveryMs = 1_000;

export const reboot: Action<RebootArguments> = {
  type: 'action',
  name: 'reboot',
  summary: 'Restarts the host and waits until it is back, with a new boot id',
  scope: 'host',
  result: {rebooted: {type: 'boolean'}, elapsed: {type: 'integer'}},
  readOnly: () => false,
  guard: () => ({run: true}),
  effects: () => ({type: 'everything'}),

  async act(args, ports) {
    const {pre_reboot_delay: pre = 0, post_reboot_delay: post = 0, reboot_timeout: timeout = 600} = args;
    const before = await bootIdOf(ports);
    if (before === undefined)
      return failure('the host has no /proc/sys/kernel/random/boot_id: a restart could not be told');
    await ports.sleep(pre * 1000);
    const startedMs = ports.now();
    const told = await tell(args, ports);
    if (told !== undefined) return failure(told);
    let sighting: Sighting = {bootId: before};
    for (;;) {
      const elapsedMs = ports.now() - startedMs;
      const timeoutMs = timeout * 1000;
      switch (decide(before, sighting, {hasTest: args.test_command !== undefined, elapsedMs, timeoutMs})) {
        case 'back':
          await ports.sleep(post * 1000);
          return {changed: true, result: {rebooted: true, elapsed: Math.round(elapsedMs / 1000)}};
        case 'too late':
          return failure(`the host is not back after ${timeout} s${why(sighting)}`);
        case 'test':
          sighting = {...sighting, testSucceeded: await test(args.test_command ?? '', ports)};
          break;
        case 'wait':
          ports.progress(`waiting for the host to come back, ${Math.round(elapsedMs / 1000)} s`);
          await ports.sleep(Math.min(lookEveryMs, Math.max(0, timeoutMs - elapsedMs)));
          sighting = {bootId: await look(ports)};
      }
    }
  },
};

function failure(failed: string): ActionResult {
  return {changed: true, failed, result: {rebooted: false, elapsed: 0}};
}

function why({bootId, testSucceeded}: Sighting): string {
  if (bootId === undefined) return ': it does not answer';
  return testSucceeded === false ? ': test_command does not succeed' : ': it still runs as before';
}

/** The order goes out a second later, so that its answer still comes. @returns why it was not given */
async function tell(
  {reboot_command: command = 'systemctl reboot 2>/dev/null || reboot', msg}: RebootArguments,
  ports: ActionPorts,
): Promise<string | undefined> {
  const announce =
    msg === undefined ? sh`:` : sh`command -v wall >/dev/null 2>&1 && printf '%s\n' ${msg} | wall`;
  const order = sh`${announce}
(trap '' HUP; sleep 1; exec sh -c ${command}) >/dev/null 2>&1 </dev/null &`;
  const answer = await reached(() => ports.run(order, lookTimeoutMs));
  return answer && answer.exitCode !== 0 ? answer.stderr.toString('utf8').trim() : undefined;
}

async function bootIdOf(ports: ActionPorts): Promise<string | undefined> {
  const answer = await reached(() => ports.run(sh`cat /proc/sys/kernel/random/boot_id`, lookTimeoutMs));
  return answer?.exitCode === 0 ? answer.stdout.toString('utf8').trim() : undefined;
}

/** The connection may still be there, be gone, or be one that nobody answers any more. */
async function look(ports: ActionPorts): Promise<string | undefined> {
  const bootId = await bootIdOf(ports);
  if (bootId !== undefined) return bootId;
  return (await reached(() => ports.reconnect())) === undefined ? undefined : bootIdOf(ports);
}

async function test(command: string, ports: ActionPorts): Promise<boolean> {
  const answer = await reached(() => ports.run(sh`sh -c ${command}`, lookTimeoutMs));
  return answer?.exitCode === 0;
}

/** What the host answered; undefined where it did not. */
async function reached<T extends Completed | true>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TransportError && /^(?:lost|unreachable|timeout)$/.test(error.failure))
      return undefined;
    throw error;
  }
}
