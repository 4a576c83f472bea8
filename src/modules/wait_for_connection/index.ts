import {sh} from '../../shell/index.ts';
import {TransportError} from '../../transport/index.ts';
import type {Action, ActionPorts} from '../contract.ts';
import type {WaitForConnectionArguments} from './schema.ts';

const lookTimeoutMs = 30_000;

export const waitForConnection: Action<WaitForConnectionArguments> = {
  type: 'action',
  name: 'wait_for_connection',
  summary: 'Waits until the host answers, over a new connection where the old one was lost',
  scope: 'host',
  result: {elapsed: {type: 'integer'}},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act({timeout = 600, delay = 0, sleep = 1}, ports) {
    const startedMs = ports.now();
    const elapsedMs = (): number => ports.now() - startedMs;
    await ports.sleep(delay * 1000);
    for (;;) {
      const problem = await look(ports);
      const elapsed = Math.round(elapsedMs() / 1000);
      if (problem === undefined) return {changed: false, result: {elapsed}};
      if (elapsedMs() >= timeout * 1000)
        return {
          changed: false,
          failed: `the host does not answer after ${timeout} s: ${problem}`,
          result: {elapsed},
        };
      ports.progress(`waiting for the host to answer, ${elapsed} s`);
      await ports.sleep(sleep * 1000);
    }
  },
};

/** Why the host does not answer, or undefined. */
async function look(ports: ActionPorts): Promise<string | undefined> {
  const ask = async (): Promise<undefined> => {
    await ports.run(sh`:`, lookTimeoutMs);
  };
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
  try {
    await ports.reconnect();
    return await ask();
  } catch (error) {
    if (error instanceof TransportError && /^(?:lost|unreachable|timeout)$/.test(error.failure))
      return error.message;
    throw error;
  }
}
