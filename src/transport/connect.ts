import type {Duplex} from 'node:stream';
import {bastionErrand, createBastions} from './bastions.ts';
import {SshConnection} from './connection.ts';
import type {Ask, Connection, ConnectOptions, TransportError} from './contract.ts';
import {dial} from './dial.ts';
import {hostKeyAlgorithms, judgeKey, keepNewKey, readTrust} from './host-key.ts';
import {identities} from './identity.ts';
import {createKeyring, type Keyring} from './keyring.ts';
import {LinkState, type LoggedIn} from './link.ts';
import {logIn} from './login.ts';
import {createProofs} from './proofs.ts';
import {persistently} from './retry.ts';
import {readSshConfig} from './ssh-config.ts';
import {type Environment, type Errand, type Target, targetOf} from './target.ts';

/**
 * Logs in to a host over SSH, with its key checked strictly against known_hosts. Tries again for a moment when there
 * is no connection, and never when the host's key or the login was refused.
 * @throws TransportError: `unreachable`, `host-key`, `authentication` or `aborted`
 */
export type Connect = (options: ConnectOptions) => Promise<Connection>;

export interface ConnectorOptions {
  readonly environment: Environment;
  /** Undefined: there is nobody to ask. */
  readonly ask?: Ask;
}

/** The way to connect for all hosts of a run: they share keys and their passphrases, and the hosts on the way. */
export function createConnector({environment, ask}: ConnectorOptions): Connect {
  let asked = 0;
  const countedAsk: Ask | undefined =
    ask &&
    (async (question) => {
      asked++;
      try {
        return await ask(question);
      } finally {
        asked--;
      }
    });
  let keyring: Keyring | undefined;

  const connect = async (errand: Errand): Promise<Connection> => {
    // Imported here, as loading it costs what a run that connects to nothing should not pay.
    const [ssh2, settings] = await Promise.all([
      import('ssh2').then((module) => module.default),
      readSshConfig(errand),
    ]);
    const target = targetOf(errand, settings, environment);
    keyring ??= createKeyring(ssh2, countedAsk);
    const [trust, keys] = await Promise.all([readTrust(target), identities(target, keyring)]);
    const proofs = createProofs(ssh2, target, keys, countedAsk);
    let learned: Buffer | undefined;
    const refuses = (key: Buffer): TransportError | undefined => {
      const verdict = judgeKey(trust, target, key);
      if (verdict.type === 'new') learned = key;
      return verdict.type === 'refused' ? verdict.error : undefined;
    };
    const loginOnce = async (leftMs: () => number): Promise<LoggedIn> => {
      for (;;) {
        const socket = await way(target, errand, leftMs());
        const client = new ssh2.Client();
        const isIn = await logIn(client, socket, {
          target,
          proofs,
          hostKeyAlgorithms: hostKeyAlgorithms(trust),
          refuses,
          asking: () => asked > 0,
          leftMs: leftMs(),
        });
        if (isIn) return {client, socket};
      }
    };
    const login = async (): Promise<LoggedIn> => {
      const leftMs = timeLeft(target.timeoutMs);
      return persistently(() => loginOnce(leftMs), leftMs, target.signal);
    };
    const first = await login();
    if (learned) await keepNewKey(target, learned);
    const {becomePassword} = errand;
    return new SshConnection(new LinkState(first, {...target, becomePassword}, login));
  };

  const bastions = createBastions(connect);
  /** Straight, or through the last of the hosts on the way. */
  const way = (target: Target, errand: Errand, leftMs: number): Promise<Duplex> =>
    target.jumps.length === 0
      ? dial(target, leftMs, target.signal)
      : bastions.open(target, bastionErrand(target, errand), leftMs);

  return connect;
}

/** Connects to one host alone; for several see `createConnector`. */
export function connect(options: ConnectOptions): Promise<Connection> {
  return createConnector({environment: process.env})(options);
}

/** What is left of a time that begins now, never less than a millisecond. */
function timeLeft(totalMs: number): () => number {
  const startedMs = performance.now();
  return () => Math.max(1, Math.round(totalMs - (performance.now() - startedMs)));
}
