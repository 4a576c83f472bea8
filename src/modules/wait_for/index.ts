import {sh} from '../../shell/index.ts';
import {TransportError} from '../../transport/index.ts';
import type {Action, ActionPorts, ActionResult} from '../contract.ts';
import type {WaitForArguments} from './schema.ts';

const lookTimeoutMs = 30_000;
const progressEveryMs = 5_000;

export const waitFor: Action<WaitForArguments> = {
  type: 'action',
  name: 'wait_for',
  summary: 'Waits until a port takes connections, or a path exists, or does not',
  scope: 'host',
  result: {
    state: {type: 'string'},
    path: {type: 'string'},
    host: {type: 'string'},
    port: {type: 'integer'},
    elapsed: {type: 'integer'},
  },
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act(args, ports) {
    const {state = 'started', timeout = 300, delay = 0, sleep = 1} = args;
    const wanted = state === 'started' || state === 'present';
    const goal = goalOf(args, wanted);
    const startedMs = ports.now();
    const elapsedMs = () => ports.now() - startedMs;
    let toldMs = startedMs;
    // Also for no time: what was known before is not what is there when it is.
    await ports.sleep(delay * 1000);
    for (;;) {
      const seen = await look(args, ports);
      if (seen.hopeless) return hopeless(goal, seen, resultOf(args, state, elapsedMs()));
      if (seen.there === wanted) return {changed: false, result: resultOf(args, state, elapsedMs())};
      const leftMs = timeout * 1000 - elapsedMs();
      if (leftMs <= 0) return tooLate(goal, timeout, seen, resultOf(args, state, elapsedMs()));
      if (ports.now() - toldMs >= progressEveryMs) {
        toldMs = ports.now();
        ports.progress(`waiting for ${goal}, ${Math.round(elapsedMs() / 1000)} s`);
      }
      await ports.sleep(Math.min(sleep * 1000, leftMs));
    }
  },
};

interface Look {
  readonly there: boolean;
  /** Nothing can be seen from here, now or later. */
  readonly hopeless?: boolean;
  /** Why it is not there, and what to do about it, where that is known. */
  readonly reason?: string;
  readonly hint?: string;
}

async function look(
  {host = '127.0.0.1', port, path = '/'}: WaitForArguments,
  ports: ActionPorts,
): Promise<Look> {
  if (port === undefined) {
    const {exitCode} = await ports.run(sh`[ -e ${path} ] || [ -L ${path} ]`, lookTimeoutMs);
    return {there: exitCode === 0};
  }
  try {
    const stream = await ports.forward(host, port);
    // It was opened: what becomes of it after that concerns nobody.
    stream.on('error', () => {});
    stream.destroy();
    return {there: true};
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const words = {reason: error.message, ...(error.hint ? {hint: error.hint} : {})};
    if (error.failure === 'refused') return {there: false, ...words};
    if (error.failure === 'forbidden') return {there: false, hopeless: true, ...words};
    throw error;
  }
}

/** A port behind a host that forwards nothing is neither open nor closed. */
function hopeless(goal: string, seen: Look, result: ActionResult['result']): ActionResult {
  return {
    changed: false,
    failed: `${goal}: cannot be seen: ${seen.reason}`,
    ...(seen.hint ? {hint: seen.hint} : {}),
    result,
  };
}

function tooLate(
  goal: string,
  timeoutSeconds: number,
  seen: Look,
  result: ActionResult['result'],
): ActionResult {
  return {
    changed: false,
    failed: `${goal}: not within ${timeoutSeconds} s${seen.reason ? `: ${seen.reason}` : ''}`,
    ...(seen.hint ? {hint: seen.hint} : {}),
    result,
  };
}

function goalOf({host = '127.0.0.1', port, path}: WaitForArguments, wanted: boolean): string {
  const what = port === undefined ? `path ${path}` : `port ${port} of ${host}`;
  return wanted ? what : `${what} to go`;
}

function resultOf({host = '127.0.0.1', port, path}: WaitForArguments, state: string, elapsedMs: number) {
  return {
    state,
    ...(port === undefined ? {path: path ?? ''} : {host, port}),
    elapsed: Math.round(elapsedMs / 1000),
  };
}
