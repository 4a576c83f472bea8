import {spawn} from 'node:child_process';
import type {Duplex} from 'node:stream';
import {type Bastions, bastionErrand, createBastions} from './bastions.ts';
import {type ConnectorOptions, createConnector, timeLeft} from './connect.ts';
import {type ConnectOptions, TransportError} from './contract.ts';
import {dial} from './dial.ts';
import {hostKeyAlgorithms, judgeKey, permittedAlgorithms, readTrust} from './host-key.ts';
import {type ShownHostKey, shownIn} from './host-key-error.ts';
import {appendKnownHosts, replaceKnownHosts} from './known-hosts-file.ts';
import {processChannel} from './process-channel.ts';
import {persistently} from './retry.ts';
import {shownKey} from './shown-key.ts';
import {readSshConfig} from './ssh-config.ts';
import {expandFor, targetOf} from './target.ts';

/** What is known of a host's key. The key may be that of a host on the way, which must be trusted first. */
export type KeyFinding =
  | {readonly type: 'known'}
  | {readonly type: 'unknown' | 'changed'; readonly shown: ShownHostKey}
  | {readonly type: 'failed'; readonly error: TransportError};

export type FindKey = (options: ConnectOptions) => Promise<KeyFinding>;

/** Asks hosts for their keys, without logging in to any but those on the way. */
export function createKeyFinder(options: ConnectorOptions): FindKey {
  const bastions = createBastions(createConnector(options));
  return async (errand) => {
    try {
      return await find(errand, options, bastions);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const shown = shownIn(error);
      if (!shown) return {type: 'failed', error};
      return {type: shown.known.length > 0 ? 'changed' : 'unknown', shown};
    }
  };
}

async function find(
  errand: ConnectOptions,
  {environment}: ConnectorOptions,
  bastions: Bastions,
): Promise<KeyFinding> {
  if (errand.transport === 'local') return {type: 'known'};
  const [settings, {default: ssh2}] = await Promise.all([readSshConfig(errand, 'always'), import('ssh2')]);
  // A file that is to be made by this is not missed.
  const target = {...targetOf(errand, settings, environment), knownHostsNamed: false};
  const trust = await readTrust(target);
  const {trusted, certificateAuthority} = trust.keys;
  // Its certificate is for the system's ssh to check.
  if (certificateAuthority && trusted.length === 0) return {type: 'known'};
  const command = errand.proxyJump === undefined ? settings?.proxyCommand : undefined;
  const leftMs = timeLeft(target.timeoutMs);
  const way = async (): Promise<Duplex> => {
    if (target.jumps.length > 0) return bastions.open(target, bastionErrand(target, errand), leftMs());
    if (command !== undefined) return byCommand(expandFor(target, environment)(command));
    return dial(target, leftMs(), target.signal);
  };
  const key = await persistently(
    async () =>
      shownKey(ssh2, await way(), target, hostKeyAlgorithms(trust, permittedAlgorithms(target)), leftMs()),
    leftMs,
    target.signal,
  );
  const verdict = judgeKey(trust, {...target, acceptsNewKeys: false}, key);
  if (verdict.type === 'refused') throw verdict.error;
  return {type: 'known'};
}

/** @see ssh_config(5), ProxyCommand: run by the shell, and in its place */
function byCommand(command: string): Duplex {
  return processChannel(spawn('/bin/sh', ['-c', `exec ${command}`], {detached: true})).channel;
}

/**
 * Writes keys down as those of their hosts: a key that takes another's place replaces it.
 * @throws Error of the file system
 */
export async function trustKeys(keys: readonly ShownHostKey[]): Promise<void> {
  for (const file of new Set(keys.map((shown) => shown.file))) {
    if (file === undefined) throw new Error('there is no file of known hosts');
    const here = keys.filter((shown) => shown.file === file);
    const fresh = here.filter(({known}) => known.length === 0).map(({key}) => key);
    const other = here.filter(({known}) => known.length > 0).map(({key}) => key);
    if (fresh.length > 0) await appendKnownHosts(file, fresh);
    if (other.length > 0) await replaceKnownHosts(file, other);
  }
}
