import type {Secret} from '../../text/index.ts';
import {askServer, wordsOf} from '../server/request.ts';
import {lookAtServer, type ServerState} from '../server/state.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface Unsealing {
  readonly url: string;
  readonly shares: readonly Secret[];
  /** Others have more of them: where these are too few, each is given all the same, and so are theirs, until it has enough. */
  readonly others?: boolean;
  /** Milliseconds until it must be unsealed; joining takes a Pi Zero minutes. */
  readonly timeoutMs: number;
}

const lookEveryMs = 500;
const tellEveryMs = 5_000;
const answerTimeoutMs = 120_000;

/**
 * Unseals a server, once. One that is not a member yet asks for itself (its `retry_join`), and is waited for until it
 * has met the leader, which is when it knows how many shares it takes; and it is not given them twice, since a second round would break the join that is under
 * way (hashicorp/vault issue 25360).
 * https://openbao.org/api-docs/system/unseal/ https://openbao.org/api-docs/system/storage/raft/
 * @returns how long it took, in milliseconds, or why it stays sealed
 */
export async function unseal(
  ports: ClusterPorts,
  what: Unsealing,
): Promise<{readonly tookMs: number} | Stuck> {
  const startedMs = ports.now();
  const late = (): boolean => ports.now() - startedMs >= what.timeoutMs;
  const waiting = createWaiting(ports, startedMs);

  let state = await stateOf(ports, what.url);
  while (!('problem' in state) && state.threshold === 0 && state.sealed) {
    if (late())
      return {problem: `it did not meet the leader within ${seconds(what.timeoutMs)}`, hint: joinHint};
    await waiting('meeting the leader');
    state = await stateOf(ports, what.url);
  }
  if ('problem' in state) return state;
  if (state.removed)
    return {
      problem: 'it was removed from the cluster, and stays out with the data that it has',
      hint: 'vprov run playbooks/vault-replace-node.yml has it begin anew',
    };

  const stuck = state.sealed ? await giveShares(ports, what, state) : undefined;
  if (stuck) return stuck;
  for (;;) {
    state = await stateOf(ports, what.url);
    if ('problem' in state) return state;
    if (!state.sealed) return {tookMs: ports.now() - startedMs};
    if (late())
      return {
        problem: `it took its shares and is still sealed after ${seconds(what.timeoutMs)}`,
        hint: joinHint,
      };
    await waiting('joining');
  }
}

const joinHint =
  'its log says why: journalctl -u vault.service. Each member must reach the others on both ports';

/** As many as it takes, each once. */
async function giveShares(
  ports: ClusterPorts,
  {url, shares, others = false}: Unsealing,
  {threshold, progress}: ServerState,
): Promise<Stuck | undefined> {
  let given = progress;
  const few = shares.length < threshold;
  if (few && (!others || shares.length === 0))
    return {problem: `it takes ${threshold} shares, and ${shares.length} are at hand`};
  // Shares that somebody began with may be of anything, but for those of the other holders.
  if (progress > 0 && !few) await askServer(ports, url, unsealRequest({reset: true}));
  for (const share of shares.slice(0, threshold)) {
    const answer = await askServer(ports, url, unsealRequest({key: share.reveal()}));
    if (answer.type !== 'answer' || answer.status !== 200)
      return {
        problem: `it does not take the shares: ${wordsOf(answer)}`,
        hint: 'they are of another cluster, or were made anew since',
      };
    if (answer.body.sealed === false) return undefined;
    given = typeof answer.body.progress === 'number' ? answer.body.progress : given;
  }
  // With the last of them it begins to open what it has, and counts from 0 again.
  if (!few || given === 0) return undefined;
  return {
    problem: `it has ${given} of the ${threshold} shares that it takes`,
    hint: 'those that are here were given: who holds others runs the same, vprov vault unseal',
  };
}

function unsealRequest(
  body: {readonly key: string} | {readonly reset: true},
): Parameters<typeof askServer>[2] {
  return {method: 'PUT', path: 'sys/unseal', body, timeoutMs: answerTimeoutMs};
}

async function stateOf(ports: ClusterPorts, url: string): Promise<ServerState | Stuck> {
  const seen = await lookAtServer(ports, url);
  switch (seen.status) {
    case 'present':
      return seen.state as ServerState;
    case 'absent':
      return {problem: `nothing answers at ${url}`};
    default:
      return {problem: seen.reason};
  }
}

function createWaiting(ports: ClusterPorts, startedMs: number): (what: string) => Promise<void> {
  let toldMs = startedMs;
  return async (what) => {
    if (ports.now() - toldMs >= tellEveryMs) {
      toldMs = ports.now();
      ports.progress(`${what}, ${seconds(ports.now() - startedMs)}`);
    }
    await ports.sleep(lookEveryMs);
  };
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
