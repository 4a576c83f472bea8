import type {Secret} from '../../text/index.ts';
import {askServer, wordsOf} from '../server/request.ts';
import {lookAtServer} from '../server/state.ts';
import {loginAtHand, mayStop} from './gates.ts';
import {logIn} from './hand-over.ts';
import {healthOf} from './health.ts';
import type {KeysOf} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface StepDown extends KeysOf {
  /** Of the active member's API. */
  readonly url: string;
  /** Milliseconds until another one must be active. */
  readonly timeoutMs: number;
}

const lookEveryMs = 250;
const requestTimeoutMs = 60_000;

/**
 * Has the active member give up its place, and waits for another. Not while members run different versions: an older one
 * could take over, and fails at it.
 * https://openbao.org/api-docs/system/step-down/
 */
export async function stepDown(ports: ClusterPorts, what: StepDown): Promise<Stuck | undefined> {
  const token = await tokenToStepDown(ports, what);
  if ('problem' in token) return token;
  const answer = await askServer(ports, what.url, {
    method: 'PUT',
    path: 'sys/step-down',
    token: token.reveal(),
    timeoutMs: requestTimeoutMs,
  });
  if (answer.type !== 'answer' || answer.status >= 300)
    return {problem: `it did not step down: ${wordsOf(answer)}`};
  return anotherActive(ports, what.url, ports.now() + what.timeoutMs);
}

/** Why it would not step down now; undefined: it would. */
export async function foreseeStepDown(ports: ClusterPorts, what: StepDown): Promise<Stuck | undefined> {
  const token = await tokenToStepDown(ports, what, 1);
  return 'problem' in token ? token : undefined;
}

/** The token to ask with, where another can take over. @param looks see `mayStop` */
async function tokenToStepDown(ports: ClusterPorts, what: StepDown, looks?: number): Promise<Secret | Stuck> {
  const {url} = what;
  const keys = await loginAtHand(ports, what);
  if ('problem' in keys) return keys;
  const unwell = await mayStop(ports, url, keys.operator, looks);
  if (unwell) return {...unwell, problem: `it did not step down: ${unwell.problem}`};
  const token = await logIn(ports, url, keys.operator);
  if ('problem' in token) return token;
  const health = await healthOf(ports, url, token);
  if ('problem' in health) return health;
  const versions = [...new Set(health.members.map(({version}) => version))];
  if (versions.length < 2) return token;
  return {
    problem: `members run ${versions.join(' and ')}: an older one could take over from it`,
    hint: 'finish the upgrade first: vprov run playbooks/vault-upgrade.yml',
  };
}

async function anotherActive(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  for (;;) {
    const seen = await lookAtServer(ports, url);
    if (seen.status === 'present' && !seen.state.isLeader && seen.state.leaderAddress) return undefined;
    if (ports.now() >= untilMs) return {problem: 'no other member became the active one'};
    await ports.sleep(lookEveryMs);
  }
}
