import {createHmac, randomBytes} from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import {dirname} from 'node:path';
import {errorCode} from '../errors/index.ts';
import {knownHostsName, matches, typeOf} from './known-hosts.ts';

/** A host's address and the key it showed. */
export interface ShownKey {
  readonly host: string;
  readonly port: number;
  /** The public key as on the wire. */
  readonly key: Buffer;
  /** The file is not to tell the host's name (`HashKnownHosts`). */
  readonly hashed?: boolean;
}

/** A line of known_hosts, without its end. */
export function knownHostsLine({host, port, key, hashed}: ShownKey): string {
  const name = knownHostsName(host.toLowerCase(), port);
  return `${hashed ? hashOf(name) : name} ${typeOf(key) ?? ''} ${key.toString('base64')}`;
}

/** `|1|salt|hash`, as OpenSSH writes it. */
function hashOf(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/**
 * The text of a known_hosts file in which these keys are the only ones of their hosts. Other names on a line stay; so
 * do lines of other hosts, comments, what is marked (`@revoked`, `@cert-authority`), and patterns for many hosts.
 */
export function withReplaced(text: string, keys: readonly ShownKey[]): string {
  const names = keys.map(({host, port}) => knownHostsName(host.toLowerCase(), port));
  const lines = text.split('\n').flatMap((line) => withoutNames(line, names));
  while (lines.at(-1) === '') lines.pop();
  return `${[...lines, ...keys.map(knownHostsLine)].join('\n')}\n`;
}

/** The line, none, or what is left of it. */
function withoutNames(line: string, names: readonly string[]): readonly string[] {
  const [, patterns = '', rest = ''] = /^\s*([^\s#@]\S*)(\s.*)$/.exec(line) ?? [];
  if (patterns === '') return [line];
  if (patterns.startsWith('|')) return names.some((name) => matches(patterns, name)) ? [] : [line];
  const kept = patterns.split(',').filter((pattern) => !names.includes(pattern.toLowerCase()));
  if (kept.length === patterns.split(',').length) return [line];
  return kept.length === 0 ? [] : [`${kept.join(',')}${rest}`];
}

/**
 * Adds keys at the end of a file, which is made, readable by its owner alone, where there is none; what is no file stays. All are written at
 * once, so that several processes may add at the same time.
 * @throws Error of the file system
 */
export async function appendKnownHosts(file: string, keys: readonly ShownKey[]): Promise<void> {
  await makeFolder(dirname(file));
  const opened = await open(file, 'a+', 0o600);
  try {
    const standing = await opened.stat();
    // /dev/null, where somebody wants no host to be remembered, has nothing to bring to the disk.
    if (!standing.isFile()) return;
    const {size} = standing;
    const last = Buffer.alloc(1);
    if (size > 0) await opened.read(last, 0, 1, size - 1);
    const start = size > 0 && last.toString() !== '\n' ? '\n' : '';
    await opened.appendFile(`${start}${keys.map(knownHostsLine).join('\n')}\n`);
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/**
 * A folder and those above it. Not by mkdir's own `recursive`: that tries for ever where a folder is there in which none
 * can be made, and says so by ENOENT, as /proc does.
 * @throws Error of the file system
 */
async function makeFolder(path: string): Promise<void> {
  if ((await madeOrMissing(path)) !== 'missing') return;
  await makeFolder(dirname(path));
  if ((await madeOrMissing(path)) !== 'missing') return;
  throw Object.assign(new Error(`no folder can be made in ${dirname(path)}`), {code: 'ENOENT'});
}

/** @returns `missing` where the folder above is not there, or says so */
async function madeOrMissing(path: string): Promise<'made' | 'missing'> {
  try {
    await mkdir(path, {mode: 0o700});
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' && dirname(path) !== path) return 'missing';
    if (code !== 'EEXIST') throw error;
  }
  return 'made';
}

/**
 * Makes these keys the only ones of their hosts in a file, which is replaced as a whole; its mode and owner stay. A link is
 * followed.
 * @throws Error of the file system
 */
export async function replaceKnownHosts(file: string, keys: readonly ShownKey[]): Promise<void> {
  const own = await realpath(file);
  const text = withReplaced(await readFile(own, 'utf8'), keys);
  const {mode, uid, gid} = await stat(own);
  const temporary = `${own}.vprov-${process.pid}`;
  try {
    await writeFile(temporary, text, {mode: 0o600, flag: 'wx'});
    const made = await stat(temporary);
    if (made.uid !== uid || made.gid !== gid) await chown(temporary, uid, gid);
    await chmod(temporary, mode & 0o7777);
    await rename(temporary, own);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
