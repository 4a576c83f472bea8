import {isIP} from 'node:net';
import type {Duplex} from 'node:stream';
import {TransportError} from '../transport/index.ts';
import {askTime, clockOf} from './clock.ts';
import type {Clock, Finding, Member, MemberPorts, NameFinding, Pair, Reachability} from './model.ts';
import {askNames, namesOf} from './names.ts';
import {findingOf, findingOfSilence, plainProbe} from './plain-probe.ts';
import {blockedBy} from './reason.ts';
import {lookAtTls} from './tls.ts';

export interface ProbeOptions {
  readonly ports: readonly number[];
  /** Longest time for one connection. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly now: () => number;
}

/** Of one host: a relay takes a channel of its connection, and hardened hosts have few. */
const connectionsAtOnce = 4;

/** A port that speaks no TLS may say nothing at all. */
const tlsTimeoutMs = 3_000;

/** The names of twenty hosts, each asked of a DNS server that does not answer. */
const namesTimeoutMs = 120_000;

/**
 * Asks one host for its clock, for how it resolves the others' names, and for a connection to each port of each.
 * Nothing is written there and nothing stays: connections go through the host's sshd, or through a program that ends
 * with its channel.
 * @throws TransportError when the host itself is lost
 */
export async function probeReachability(
  from: Member,
  members: readonly Member[],
  options: ProbeOptions,
): Promise<Reachability> {
  if (!from.ports) return {pairs: [], clocks: [], names: []};
  const ports = inTurn(from.ports);
  const clocks = await askClock(from.name, ports, options);
  const others = members.filter(({name}) => name !== from.name);
  const names = await resolve(from.name, ports, others, options);
  const waiting = others.flatMap((to) => options.ports.map((port) => ({to, port})));
  const pairs: Pair[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const {to, port} = next;
      const finding = await connectionTo(to.address, port, ports, options);
      pairs.push({from: from.name, to: to.name, address: to.address, port, finding});
    }
  };
  await Promise.all(Array.from({length: connectionsAtOnce}, work));
  const order = (pair: Pair): number => others.findIndex(({name}) => name === pair.to);
  pairs.sort((one, other) => order(one) - order(other) || one.port - other.port);
  return {pairs, clocks, names};
}

/** A session answers one request after the other: the time of each begins with its turn. */
function inTurn({forward, request}: MemberPorts): MemberPorts {
  let last: Promise<unknown> = Promise.resolve();
  return {
    forward,
    request: (script, options) => {
      const answer = last.then(() => request(script, options));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

async function askClock(
  host: string,
  ports: MemberPorts,
  {signal, timeoutMs, now}: ProbeOptions,
): Promise<readonly Clock[]> {
  const askedMs = now();
  const {stdout} = await ports.request(askTime, {signal, timeoutMs: Math.max(timeoutMs, 10_000)});
  const clock = clockOf(host, stdout.toString('utf8'), askedMs, now());
  return clock ? [clock] : [];
}

async function resolve(
  host: string,
  ports: MemberPorts,
  others: readonly Member[],
  {signal}: ProbeOptions,
): Promise<readonly NameFinding[]> {
  const names = [...new Set(others.map(({address}) => address))].filter((one) => isIP(one) === 0);
  if (names.length === 0) return [];
  const {stdout} = await ports.request(askNames(names), {signal, timeoutMs: namesTimeoutMs});
  return namesOf(host, stdout.toString('utf8'));
}

async function connectionTo(
  address: string,
  port: number,
  ports: MemberPorts,
  options: ProbeOptions,
): Promise<Finding> {
  const {timeoutMs, signal} = options;
  const late = AbortSignal.timeout(timeoutMs);
  let stream: Duplex;
  try {
    stream = await ports.forward(address, port, AbortSignal.any([signal, late]));
  } catch (error) {
    if (!(error instanceof TransportError) || signal.aborted) throw error;
    if (error.failure === 'forbidden') return plainly(address, port, ports, options, error.message);
    if (late.aborted || error.failure === 'timeout')
      return {type: 'blocked', why: 'filtered', detail: `no answer within ${timeoutMs / 1000} s`};
    if (error.failure === 'lost') throw error;
    const reason = error.message.replace(/^.* gets no connection to .* port \d+: /, '');
    const why = error.failure === 'refused' ? blockedBy(reason) : undefined;
    return why ? {type: 'blocked', why, detail: reason} : {type: 'unknown', detail: reason};
  }
  return {type: 'open', tls: await lookAtTls(stream, address, Math.min(timeoutMs, tlsTimeoutMs))};
}

/** By what the host has that can look, where nothing there can relay. */
async function plainly(
  address: string,
  port: number,
  ports: MemberPorts,
  {signal, timeoutMs}: ProbeOptions,
  why: string,
): Promise<Finding> {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  let said = '';
  try {
    const graceMs = 2_000;
    const {exitCode} = await ports.request(plainProbe(address, port, seconds), {
      signal,
      timeoutMs: seconds * 1000 + graceMs,
      onOutput: (_stream, bytes) => {
        said += bytes.toString('utf8');
      },
    });
    return findingOf(exitCode, said, seconds, why);
  } catch (error) {
    if (!(error instanceof TransportError) || error.failure !== 'timeout') throw error;
    return findingOfSilence(said, seconds);
  }
}
