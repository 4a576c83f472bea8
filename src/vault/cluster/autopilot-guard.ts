import type {Secret} from '../../text/index.ts';
import {askServer, type Fields, wordsOf} from '../server/request.ts';
import {loginAtHand} from './gates.ts';
import {logIn} from './hand-over.ts';
import {healthOf} from './health.ts';
import type {KeysOf} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface AutopilotGuard extends KeysOf {
  /** Of a member that is unsealed. */
  readonly url: string;
  /** Where it is noted on this machine that it is to be put back. */
  readonly note: string;
}

const timeoutMs = 60_000;
const path = 'sys/storage/raft/autopilot/configuration';
/** A member that is upgraded is away for less: half an hour. */
const patientSeconds = 30 * 60;

/**
 * Autopilot may be told to evict members that were not heard of for as little as a minute: no member may be evicted for
 * being restarted. What it was told is noted here, and put back by `releaseAutopilot`, by another run if need be.
 * https://openbao.org/api-docs/system/storage/raftautopilot/
 * @returns whether anything was changed
 */
export async function holdAutopilot(
  ports: ClusterPorts,
  guard: AutopilotGuard,
): Promise<{readonly changed: boolean} | Stuck> {
  const token = await tokenToHold(ports, guard);
  if (token === 'patient') return {changed: false};
  if ('problem' in token) return token;
  const noted = await ports.sealed.note(guard.note, `${JSON.stringify({cleanup_dead_servers: true})}\n`);
  if (noted) return noted;
  const told = await tell(ports, guard.url, token, false);
  return told ?? {changed: true};
}

/** What either would come to without telling autopilot anything; undefined: it would be told something. */
export async function foreseeAutopilot(
  ports: ClusterPorts,
  guard: AutopilotGuard,
  state: 'held' | 'released',
): Promise<{readonly changed: false} | Stuck | undefined> {
  const found = await (state === 'held' ? tokenToHold(ports, guard) : ports.sealed.noted(guard.note));
  if (found === 'patient' || found === undefined) return {changed: false};
  return typeof found === 'object' && 'problem' in found ? found : undefined;
}

/** The token to tell it with; `patient`: it evicts nobody who is restarted. */
async function tokenToHold(ports: ClusterPorts, guard: AutopilotGuard): Promise<Secret | Stuck | 'patient'> {
  const token = await tokenFor(ports, guard);
  if ('problem' in token) return token;
  const answer = await askServer(ports, guard.url, {method: 'GET', path, token: token.reveal(), timeoutMs});
  const config = answer.type === 'answer' && answer.status === 200 ? (answer.body.data as Fields) : undefined;
  if (typeof config?.cleanup_dead_servers !== 'boolean')
    return {problem: `what autopilot was told cannot be read: ${wordsOf(answer)}`};
  const isPatient =
    !config.cleanup_dead_servers || secondsOf(config.dead_server_last_contact_threshold) >= patientSeconds;
  return isPatient ? 'patient' : token;
}

/** Puts back what `holdAutopilot` changed, if it did. */
export async function releaseAutopilot(
  ports: ClusterPorts,
  guard: AutopilotGuard,
): Promise<{readonly changed: boolean} | Stuck> {
  const noted = await ports.sealed.noted(guard.note);
  if (noted === undefined) return {changed: false};
  if (typeof noted !== 'string') return noted;
  const token = await tokenFor(ports, guard);
  if ('problem' in token) return token;
  const health = await healthOf(ports, guard.url, token);
  if ('problem' in health || !health.healthy)
    return {
      problem: `autopilot evicts nobody for now: ${'problem' in health ? health.problem : `${health.ailing.join(', ')} would be evicted`}`,
      hint: 'run it again when all members are well: it will be told then what it was told before',
    };
  return (
    (await tell(ports, guard.url, token, true)) ?? (await ports.sealed.remove(guard.note)) ?? {changed: true}
  );
}

async function tokenFor(ports: ClusterPorts, guard: AutopilotGuard): Promise<Secret | Stuck> {
  const keys = await loginAtHand(ports, guard);
  return 'problem' in keys ? keys : logIn(ports, guard.url, keys.operator);
}

async function tell(
  ports: ClusterPorts,
  url: string,
  token: Secret,
  cleanup: boolean,
): Promise<Stuck | undefined> {
  const body = {cleanup_dead_servers: cleanup};
  const answer = await askServer(ports, url, {method: 'POST', path, body, token: token.reveal(), timeoutMs});
  if (answer.type === 'answer' && answer.status < 300) return undefined;
  return {problem: `autopilot cannot be told ${cleanup ? 'to' : 'not to'} evict: ${wordsOf(answer)}`};
}

/** Of a duration as Go prints it (`24h0m0s`); 0 for what is none. */
function secondsOf(duration: unknown): number {
  if (typeof duration === 'number') return duration;
  const parts = String(duration).matchAll(/([\d.]+)(h|m|s)/g);
  const unit: Readonly<Record<string, number>> = {h: 3600, m: 60, s: 1};
  return [...parts].reduce((sum, [, amount, of]) => sum + Number(amount) * (unit[of ?? ''] ?? 0), 0);
}

/** Where it is noted that autopilot is held: beside the keys of the cluster. @param keys `NAME.age` */
export function autopilotNote(keys: string): string {
  return keys.replace(/\.age$/, '.autopilot.json');
}
