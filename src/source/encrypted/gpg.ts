import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import type {KeySources} from './keys.ts';
import {type Opening, textOf} from './sealed.ts';

type Opened = Opening & {readonly once?: boolean};

/** What gpg made of it. */
interface Gpg {
  readonly exitCode: number | 'missing';
  readonly bytes: Buffer;
  /** What it says for programs: a keyword and its words, one line each. */
  readonly status: readonly string[];
  /** What it says for people. */
  readonly words: string;
}

const passphraseTries = 3;
/** Somebody may have to touch a smartcard. */
const timeoutMs = 120_000;

/**
 * Opens messages of OpenPGP by gpg, which has the keys: in its keyring, its agent, on a smartcard. One message at a time, each
 * once. A passphrase that the agent does not have is asked for here, and not by a program of the agent's own.
 */
export function createGpg(sources: KeySources): (message: Uint8Array) => Promise<Opened> {
  const opened = new Map<string, Promise<Opened>>();
  const passphrases: string[] = sources.gpgPassphrase === undefined ? [] : [sources.gpgPassphrase];
  let before: Promise<unknown> = Promise.resolve();
  return (message) => {
    const key = createHash('sha256').update(message).digest('base64');
    const opening = opened.get(key) ?? before.then(() => open(message, passphrases, sources));
    opened.set(key, opening);
    before = opening.catch(() => undefined);
    return opening;
  };
}

/** @param passphrases those that opened something; one that does comes first from then on */
async function open(message: Uint8Array, passphrases: string[], sources: KeySources): Promise<Opened> {
  const {environment, ask} = sources;
  const alone = await decrypt(message, environment, undefined);
  if (alone.exitCode === 0) return textOf(alone.bytes);
  const keys = keysOf(alone);
  // What it says is the same where the key is not here, and where its passphrase is not.
  if (!(await hasSecretOf(keys, environment))) return problemOf(alone);
  for (const passphrase of [...passphrases]) {
    const tried = await decrypt(message, environment, passphrase);
    if (tried.exitCode === 0) return textOf(tried.bytes);
  }
  const key = keys.join(', ');
  for (let again = false, tries = 0; tries < passphraseTries; again = true, tries++) {
    const answer = await ask?.({type: 'openpgp-passphrase', key, again});
    if (answer === undefined) break;
    const tried = await decrypt(message, environment, answer.reveal());
    if (tried.exitCode !== 0) continue;
    passphrases.unshift(answer.reveal());
    return textOf(tried.bytes);
  }
  return {
    problem: `the key ${key} of gpg needs a passphrase, and ${ask ? 'none that was given opens it' : 'there is nobody to ask'}`,
    hint: 'run vprov in a terminal, set VPROV_GPG_PASSPHRASE, or let gpg-agent know it: gpg --decrypt of anything',
  };
}

function decrypt(
  message: Uint8Array,
  environment: KeySources['environment'],
  passphrase: string | undefined,
): Promise<Gpg> {
  const mode = passphrase === undefined ? ['error'] : ['loopback', '--passphrase-fd', '3'];
  const words = ['--status-fd', '2', '--pinentry-mode', ...mode, '--decrypt'];
  return gpg(words, environment, message, passphrase);
}

async function hasSecretOf(
  keys: readonly string[],
  environment: KeySources['environment'],
): Promise<boolean> {
  for (const key of keys) {
    const {exitCode} = await gpg(['--list-secret-keys', `0x${key}`], environment);
    if (exitCode === 0) return true;
  }
  return false;
}

/** @param secret what it reads from its descriptor 3 */
function gpg(
  words: readonly string[],
  environment: KeySources['environment'],
  input: Uint8Array = new Uint8Array(),
  secret?: string,
): Promise<Gpg> {
  const child = spawn('gpg', ['--batch', '--no-tty', '--quiet', ...words], {
    env: {...withoutOurs(environment), LC_ALL: 'C'},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  const out: Buffer[] = [];
  const said: Buffer[] = [];
  return new Promise((done) => {
    const end = (exitCode: Gpg['exitCode']): void => {
      const lines = Buffer.concat(said).toString('utf8').split('\n');
      const prefix = '[GNUPG:] ';
      done({
        exitCode,
        bytes: Buffer.concat(out),
        status: lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length)),
        words: lines
          .filter((line) => line !== '' && !line.startsWith(prefix))
          .map((line) => line.replace(/^gpg: /, ''))
          .join('; '),
      });
    };
    child.once('error', () => end('missing'));
    child.once('close', (code) => end(code ?? 1));
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => said.push(data));
    // One that ends early does not read to the end.
    for (const stream of [child.stdin, child.stdio[3]]) stream?.on('error', () => undefined);
    child.stdin.end(input);
    const channel = child.stdio[3];
    if (channel && 'end' in channel) channel.end(secret === undefined ? '' : `${secret}\n`);
  });
}

/** What is for vprov alone: passphrases, among others. */
function withoutOurs(environment: KeySources['environment']): KeySources['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('VPROV_')));
}

/** To whom a message is encrypted: ids of keys. */
function keysOf({status}: Gpg): readonly string[] {
  return status.flatMap((line) => /^ENC_TO ([0-9A-F]+)/.exec(line)?.[1] ?? []);
}

function problemOf(decryption: Gpg): Opened {
  const {exitCode, words} = decryption;
  if (exitCode === 'missing')
    return {
      problem: 'it is encrypted with OpenPGP, and there is no gpg on this machine',
      hint: 'install it: apt install gnupg, brew install gnupg',
      once: true,
    };
  const keys = keysOf(decryption);
  return keys.length > 0
    ? {
        problem: `it is encrypted to a key that gpg does not have here (${keys.join(', ')})`,
        hint: 'who has that key opens it: gpg --list-secret-keys says which are here',
      }
    : {problem: `gpg does not open it: ${words || `exit code ${exitCode}`}`, hint: 'gpg --decrypt says more'};
}
