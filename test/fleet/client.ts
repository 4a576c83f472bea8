import {setTimeout as wait} from 'node:timers/promises';
import {docker} from './docker.ts';
import type {Fleet} from './fleet.ts';
import {containerName, layout} from './layout.ts';

/** What a client of the cluster, and who looked at the members meanwhile, have seen. */
export interface Service {
  readonly writes: number;
  /** Writes that were acknowledged and could not be read back at the end. */
  readonly lost: readonly number[];
  /** Milliseconds between two writes that were acknowledged and read: the pause that a client saw. Longest first. */
  readonly gapsMs: readonly number[];
  /** Most members that were off or sealed at once. */
  readonly mostDown: number;
}

/** A client that writes and reads a new key every 100 ms, at whichever of the members' addresses takes it. */
export interface Client {
  /** How many writes were acknowledged so far. */
  writes(): number;
  stop(): Promise<Service>;
}

const everyMs = 100;
const patienceMs = 1_000;
const port = 8200;

/** @param token that may do anything below `client/` */
export async function startClient(fleet: Fleet, token: string): Promise<Client> {
  const addresses = await addressesOf(fleet);
  const ended = new AbortController();
  const acknowledged: {readonly key: number; readonly atMs: number}[] = [];
  let at = 0;
  const tries = async (key: number): Promise<void> => {
    while (!ended.signal.aborted) {
      const address = addresses[at] ?? '';
      if ((await write(address, token, key)) && (await read(address, token, key)) === key) {
        acknowledged.push({key, atMs: performance.now()});
        return;
      }
      at = (at + 1) % addresses.length;
    }
  };
  const writing = paced(ended.signal, tries);
  let mostDown = 0;
  const looking = paced(ended.signal, async () => {
    const up = await Promise.all(addresses.map(serves));
    mostDown = Math.max(mostDown, up.filter((one) => !one).length);
  });
  return {
    writes: () => acknowledged.length,
    async stop() {
      ended.abort();
      await Promise.all([writing, looking]);
      const lost: number[] = [];
      for (const {key} of acknowledged)
        if ((await readAnywhere(addresses, token, key)) !== key) lost.push(key);
      const gaps = acknowledged.slice(1).map(({atMs}, index) => atMs - (acknowledged[index]?.atMs ?? atMs));
      return {
        writes: acknowledged.length,
        lost,
        gapsMs: gaps.map(Math.round).toSorted((a, b) => b - a),
        mostDown,
      };
    },
  };
}

/** Where each host is reached from this machine: another place after each of its starts. */
export function addressesOf(fleet: Fleet): Promise<readonly string[]> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return Promise.all(
    fleet.hosts.map(({name}) => docker('inspect', '-f', format, containerName(layout(), name))),
  );
}

/** Comes back as soon as one of the members takes a write. */
export async function firstWrite(addresses: readonly string[], token: string): Promise<void> {
  for (let at = 0; !(await write(addresses[at] ?? '', token, 0)); at = (at + 1) % addresses.length)
    await wait(20);
}

/** Does the work at every tenth of a second, or as soon after it as the one before has ended. */
async function paced(signal: AbortSignal, work: (tick: number) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  for (let tick = 0; !signal.aborted; tick++) {
    await work(tick);
    const aheadMs = startedMs + (tick + 1) * everyMs - performance.now();
    if (aheadMs > 0) await wait(aheadMs);
  }
}

async function write(address: string, token: string, key: number): Promise<boolean> {
  const answer = await ask(address, `client/${key}`, {
    method: 'PUT',
    headers: {'X-Vault-Token': token},
    body: JSON.stringify({value: key}),
  });
  return answer?.ok === true;
}

async function read(address: string, token: string, key: number): Promise<number | undefined> {
  const answer = await ask(address, `client/${key}`, {headers: {'X-Vault-Token': token}});
  return answer?.ok === true ? valueIn(answer.body) : undefined;
}

/** A standby may answer a read before it has heard of the write. @throws Error when nobody answers */
async function readAnywhere(
  addresses: readonly string[],
  token: string,
  key: number,
): Promise<number | undefined> {
  let answers = 0;
  for (const address of addresses) {
    const answer = await ask(address, `client/${key}`, {headers: {'X-Vault-Token': token}}, 30_000);
    if (answer?.ok === true) return valueIn(answer.body);
    if (answer) answers++;
  }
  if (answers === 0) throw new Error(`no member answers about ${key}`);
  return undefined;
}

function valueIn(body: unknown): number | undefined {
  return (body as {readonly data?: {readonly value?: number}}).data?.value;
}

async function serves(address: string): Promise<boolean> {
  const answer = await ask(address, 'sys/seal-status');
  return answer?.ok === true && (answer.body as {readonly sealed?: unknown}).sealed === false;
}

/** Undefined: no answer in time. */
async function ask(
  address: string,
  path: string,
  options: RequestInit = {},
  withinMs = patienceMs,
): Promise<{readonly ok: boolean; readonly body: unknown} | undefined> {
  try {
    const answer = await fetch(`http://${address}:${port}/v1/${path}`, {
      ...options,
      signal: AbortSignal.timeout(withinMs),
    });
    const text = await answer.text();
    return {ok: answer.ok, body: text === '' ? {} : JSON.parse(text)};
  } catch {
    // Refused, reset, too late, or no JSON: the client asks another.
    return undefined;
  }
}
