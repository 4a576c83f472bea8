import type {BaseAgent, ParsedKey} from 'ssh2';
import {errorCode} from '../errors/index.ts';
import type {Ask} from './contract.ts';
import {notUnlocked} from './failures.ts';
import {publicKeyOf} from './key-file.ts';
import type {AgentState, AgentWatch} from './ssh-agent.ts';
import {readTextFile} from './text-file.ts';

/** The module, which is loaded late: it costs what a run that connects to nothing should not pay. */
export type Ssh2 = typeof import('ssh2');

/** How often a wrong passphrase may be corrected. */
const passphraseTries = 3;

/** A key that may be able to log in. */
export interface KeyPair {
  readonly publicKey: ParsedKey;
  /** Whether somebody will be asked for a passphrase when it is to sign. */
  readonly locked: boolean;
  /** @throws Error when the private part is not to be had */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

/** Why a file gives no key. */
export interface NoKey {
  readonly reason: 'missing' | 'unreadable' | 'locked' | 'unsupported' | 'public';
  readonly message: string;
}

/** The keys of a run: each file is read once, each passphrase is asked for once, for all hosts. */
export interface Keyring {
  /** The key in a file, whose passphrase is not asked for before the key is needed. */
  file(path: string): Promise<KeyPair | NoKey>;
  /** The public key that is in a file, or beside it, even where the private one is not to be had. */
  publicKey(path: string): Promise<ParsedKey | undefined>;
  /** The keys of an agent, or why it gives none. */
  agent(socket: string): Promise<readonly KeyPair[] | Exclude<AgentState, 'answers'>>;
}

export function createKeyring(ssh2: Ssh2, ask: Ask | undefined, watch: AgentWatch): Keyring {
  const files = new Map<string, Promise<KeyPair | NoKey>>();
  const agents = new Map<string, ReturnType<Keyring['agent']>>();
  return {
    file: (path) => cached(files, path, () => readKeyFile(ssh2, path, ask)),
    publicKey: async (path) => {
      const key = await cached(files, path, () => readKeyFile(ssh2, path, ask));
      return 'publicKey' in key ? key.publicKey : publicKeyBeside(ssh2, path);
    },
    agent: (socket) =>
      cached(agents, socket, async () => {
        const state = await watch(socket);
        return state === 'answers' ? agentKeys(ssh2.createAgent(socket)) : state;
      }),
  };
}

function cached<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(name) ?? make();
  known.set(name, made);
  return made;
}

async function readKeyFile(ssh2: Ssh2, path: string, ask: Ask | undefined): Promise<KeyPair | NoKey> {
  let text: string;
  try {
    text = await readTextFile(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EISDIR')
      return {reason: 'unreadable', message: `${path}: it is a folder, and no file with a private key`};
    const message = error instanceof Error ? error.message : String(error);
    const missing = code === 'ENOENT';
    return {reason: missing ? 'missing' : 'unreadable', message};
  }
  const key = parse(ssh2, text);
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey())
      return {reason: 'public', message: `${path} holds a public key, not a private one`};
    return {publicKey: key, locked: false, sign: async (data, hash) => key.sign(data, hash)};
  }
  if (!/passphrase|encrypted/i.test(key.message))
    return {reason: 'unsupported', message: `${path}: ${key.message}`};
  const line = publicKeyOf(text);
  const own = line === undefined ? undefined : parse(ssh2, line);
  const publicKey = own === undefined || own instanceof Error ? await publicKeyBeside(ssh2, path) : own;
  if (!ask || !publicKey) return {reason: 'locked', message: `${path} needs a passphrase`};
  let unlocked: Promise<ParsedKey> | undefined;
  return {
    publicKey,
    locked: true,
    sign: async (data, hash) => {
      unlocked ??= unlock(ssh2, path, text, ask);
      return (await unlocked).sign(data, hash);
    },
  };
}

/** @throws Error when nobody knows the passphrase, in words for a message */
async function unlock(ssh2: Ssh2, path: string, text: string, ask: Ask): Promise<ParsedKey> {
  for (let tried = 0; tried < passphraseTries; tried++) {
    const passphrase = await ask({type: 'passphrase', keyFile: path, again: tried > 0});
    if (!passphrase) throw new Error(notUnlocked(path, tried > 0, false));
    const key = parse(ssh2, text, passphrase.reveal());
    if (!(key instanceof Error)) return key;
  }
  throw new Error(notUnlocked(path, true, true));
}

async function publicKeyBeside(ssh2: Ssh2, path: string): Promise<ParsedKey | undefined> {
  for (const file of path.endsWith('.pub') ? [path] : [`${path}.pub`, path]) {
    try {
      const key = parse(ssh2, await readTextFile(file));
      if (!(key instanceof Error)) return key;
    } catch {
      // Not there: then it is of no help.
    }
  }
  return undefined;
}

function parse(ssh2: Ssh2, text: string, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined) return new Error('no key in it');
  return key as ParsedKey | Error;
}

function agentKeys(agent: BaseAgent): Promise<readonly KeyPair[]> {
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      // A socket that nobody listens on any more is as good as none.
      if (error || !keys) return resolve([]);
      resolve((keys as ParsedKey[]).map((publicKey) => agentKey(agent, publicKey)));
    });
  });
}

function agentKey(agent: BaseAgent, publicKey: ParsedKey): KeyPair {
  return {
    publicKey,
    locked: false,
    sign: (data, hash) =>
      new Promise((resolve, reject) => {
        const options = hash === undefined ? {} : {hash: hash as 'sha256' | 'sha512'};
        agent.sign(publicKey, data, options, (error, signature) => {
          if (signature) resolve(signature);
          else reject(error ?? new Error('ssh-agent did not sign'));
        });
      }),
  };
}
