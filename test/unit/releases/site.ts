import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {crc32} from 'node:zlib';
import {createMessage, generateKey, type PrivateKey, readPrivateKey, sign} from 'openpgp';
import {goProgram} from './go-program.ts';

/** A key that signs releases of the test. */
export interface SigningKey {
  readonly private: PrivateKey;
  readonly armoured: string;
  readonly fingerprint: string;
}

/** @param expiresAfterSeconds counted from `made` */
export async function signingKey(made = new Date(), expiresAfterSeconds = 0): Promise<SigningKey> {
  const {privateKey, publicKey} = await generateKey({
    userIDs: [{name: 'releases', email: 'releases@example.test'}],
    date: made,
    keyExpirationTime: expiresAfterSeconds,
    format: 'armored',
  });
  const key = await readPrivateKey({armoredKey: privateKey});
  return {private: key, armoured: publicKey, fingerprint: key.getFingerprint().toUpperCase()};
}

/** A folder that is laid out as a release site, filled by the test. */
export interface Site {
  readonly root: string;
  write(path: string, content: Buffer | string): void;
  read(path: string): Buffer;
  remove(): void;
}

export function newSite(): Site {
  const root = mkdtempSync(join(tmpdir(), 'vprov-site-'));
  return {
    root,
    write: (path, content) => {
      mkdirSync(dirname(join(root, path)), {recursive: true});
      writeFileSync(join(root, path), content);
    },
    read: (path) => readFileSync(join(root, path)),
    remove: () => rmSync(root, {recursive: true}),
  };
}

export async function signed(
  content: Buffer | string,
  {private: key}: SigningKey,
  date?: Date,
): Promise<Buffer> {
  const message = await createMessage({binary: Buffer.from(content)});
  const made = date ? {date} : {};
  return Buffer.from(await sign({message, signingKeys: key, detached: true, format: 'binary', ...made}));
}

/** Publishes one build of OpenBao as its release page does from 2.6 on. */
export async function publishOpenbao(
  site: Site,
  key: SigningKey,
  version: string,
  platform: string,
  archive: Buffer,
): Promise<void> {
  const directory = `openbao/openbao/releases/download/v${version}`;
  const name = `openbao_${version}_${platform}.tar.gz`;
  // A release has several builds, and one list of checksums.
  const file = join(site.root, directory, 'checksums.txt');
  const others = existsSync(file) ? site.read(`${directory}/checksums.txt`).toString('utf8') : '';
  const list = `${others.replace(new RegExp(`^.*  ${name}\\n`, 'm'), '')}${sha256(archive)}  ${name}\n`;
  site.write(`${directory}/${name}`, archive);
  site.write(`${directory}/checksums.txt`, list);
  site.write(`${directory}/checksums.txt.gpgsig`, await signed(list, key));
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export const amd64Program = goProgram({goArch: 'amd64'});

/** Made by tar itself; `names` are what the archive calls the files. */
export function tarball(files: Readonly<Record<string, Buffer>>, transform?: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'vprov-tar-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const renaming = transform === undefined ? [] : ['-P', `--transform=${transform}`];
    return execFileSync('tar', ['-cz', ...renaming, '-C', directory, ...Object.keys(files)], {
      maxBuffer: 1024 ** 3,
    });
  } finally {
    rmSync(directory, {recursive: true});
  }
}

/** A zip without compression, of names that no tool would put into one too. @see APPNOTE.TXT, 4.3 */
export function zip(
  entries: readonly {
    readonly name: string;
    readonly content: Buffer;
    readonly mode?: number;
    readonly encrypted?: boolean;
    /** Where it is not that of the content. */
    readonly crc?: number;
  }[],
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const {name, content, mode = 0o100755, encrypted = false, crc = crc32(content)} of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(content.length, 14);
    // What is encrypted has 12 bytes in front.
    common.writeUInt32LE(content.length - (encrypted ? 12 : 0), 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(mode * 0x10000, 6);
    rest.writeUInt32LE(at, 10);
    // The upper byte of the version says that the attributes are those of Unix.
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, Buffer.from(name));
    const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), content]);
    local.push(entry);
    at += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}
