import type {Duplex} from 'node:stream';
import {type Bastions, bastionErrand} from './bastions.ts';
import {TransportError} from './contract.ts';
import {dial} from './dial.ts';
import {hostKeyAlgorithms, judgeKey, permittedAlgorithms, readTrust} from './host-key.ts';
import {processChannel} from './process-channel.ts';
import {type Prompts, timeLeft} from './prompts.ts';
import {persistently} from './retry.ts';
import {shownKey} from './shown-key.ts';
import {readSshConfig} from './ssh-config.ts';
import {startProgram} from './start-program.ts';
import {type Environment, type Errand, expandFor, targetOf} from './target.ts';

export interface ProbeOptions {
  readonly environment: Environment;
  readonly bastions: Bastions;
  /** Those of the connections to hosts on the way. */
  readonly prompts?: Prompts;
  /** The time that is left; undefined: as much as for a connection. */
  readonly leftMs?: () => number;
  /** A host that is known by a certificate authority only is not asked: its certificate is for others to check. */
  readonly passesCertified?: boolean;
}

/**
 * Looks at the key that a host shows, without logging in to any but the hosts on the way.
 * @throws TransportError `host-key` where that key, or one of a host on the way, is not a trusted one; others where
 *   none was seen
 */
export async function probeKey(
  errand: Errand,
  {environment, bastions, prompts, leftMs, passesCertified = false}: ProbeOptions,
): Promise<void> {
  const [settings, {default: ssh2}] = await Promise.all([readSshConfig(errand, 'always'), import('ssh2')]);
  // A file that is to be made by this is not missed.
  const target = {...targetOf(errand, settings, environment), knownHostsMayMiss: true} as const;
  const trust = await readTrust(target);
  const {trusted, certificateAuthority} = trust.keys;
  if (passesCertified && certificateAuthority && trusted.length === 0) return;
  const left = leftMs ?? timeLeft(target.timeoutMs, prompts);
  const way = async (): Promise<Duplex> => {
    if (target.jumps.length > 0) return bastions.open(target, bastionErrand(target, errand), left());
    const {proxyCommand} = target;
    if (proxyCommand !== undefined)
      return byCommand(target.hostName, expandFor(target, environment)(proxyCommand));
    return dial(target, left(), target.signal);
  };
  const key = await persistently(
    async () =>
      shownKey(ssh2, await way(), target, hostKeyAlgorithms(trust, permittedAlgorithms(target)), left()),
    left,
    target.signal,
  );
  const verdict = judgeKey(trust, {...target, acceptsNewKeys: false}, key);
  if (verdict.type === 'refused') throw verdict.error;
}

/** @see ssh_config(5), ProxyCommand: run by the shell, and in its place */
function byCommand(hostName: string, command: string): Duplex {
  return processChannel(startProgram(hostName, '/bin/sh', ['-c', `exec ${command}`], {detached: true}))
    .channel;
}

/** The refusal of a host's key by the system's ssh, which does not say all, as a look at that key has it. */
export async function withShownKey(error: unknown, probe: () => Promise<void>): Promise<unknown> {
  if (!(error instanceof TransportError) || error.failure !== 'host-key') return error;
  try {
    await probe();
  } catch (seen) {
    if (seen instanceof TransportError && (seen.failure === 'host-key' || seen.failure === 'aborted'))
      return seen;
  }
  // It cannot be looked at, or is right for us: then there is no more to say than ssh has said.
  return error;
}
