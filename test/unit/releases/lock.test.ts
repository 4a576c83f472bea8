import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {ReleaseLock} from '../../../src/releases/lock.ts';

const digest = 'ab'.repeat(32);
const facts = {machine: 'arm', goVersion: 'go1.25.4', goArm: 6, softFloat: false};
const build = {archive: digest, program: digest, bytes: 3, built: facts};
const cluster = {inventory: ['i.yml'], group: 'g', product: 'vault', version: '1.21.1'};
const release = {signer: 'AB'.repeat(20), builds: {linux_arm: build}};
const good = {v: 1, clusters: [cluster], releases: {vault: {'1.21.1': release}}};
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-lock-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

/** What the only diagnostic of reading a file says. */
async function told(file: string, work = (lock: ReleaseLock) => lock.versionOf(cluster) as Promise<unknown>) {
  const error: unknown = await work(new ReleaseLock(file)).then(
    () => 'nothing',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VprovError)) throw error;
  return error.diagnostics.map(({code, message}) => `${code}: ${message}`).join('\n');
}

/** The place and the hint of the same. */
async function placeTold(file: string) {
  const error: unknown = await new ReleaseLock(file).versionOf(cluster).catch((thrown: unknown) => thrown);
  if (!(error instanceof VprovError)) throw error;
  return error.diagnostics.flatMap(({source, hint}) => [source, hint]);
}

function written(contents: unknown): string {
  const file = join(directory, 'vprov.lock');
  writeFileSync(file, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return file;
}

const contentsOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

const clusters = (more: object) => ({...good, clusters: [{...cluster, ...more}]});
const releases = (more: object) => ({...good, releases: {vault: {'1.21.1': {...release, ...more}}}});
const builds = (more: object) => releases({builds: {linux_arm: {...build, ...more}}});

describe('a lock file', () => {
  it('is read when it is of format 1', async () => {
    const lock = new ReleaseLock(written(good));
    expect(await lock.versionOf(cluster)).toBe('1.21.1');
    expect(await lock.build('vault', '1.21.1', 'linux_arm')).toEqual({...build, signer: release.signer});
    const alone = new ReleaseLock(written(builds({built: null})));
    expect(await alone.build('vault', '1.21.1', 'linux_arm')).toMatchObject({built: null});
  });

  it('keeps who stands for each build, also where they are of several mirrors', async () => {
    const file = join(directory, 'vprov.lock');
    const [first, other] = [release.signer, 'CD'.repeat(20)];
    const signerOf = async (platform: string) =>
      (await new ReleaseLock(file).build('vault', '1.21.1', platform))?.signer;
    await new ReleaseLock(file).keepBuild('vault', '1.21.1', 'linux_arm', build, first);
    for (const by of [other, null, first, other]) {
      await new ReleaseLock(file).keepBuild('vault', '1.21.1', 'linux_arm64', build, by);
      expect([await signerOf('linux_arm'), await signerOf('linux_arm64')]).toEqual([first, by]);
    }
    await new ReleaseLock(file).keepBuild('vault', '1.21.1', 'linux_arm', build, null);
    expect([await signerOf('linux_arm'), await signerOf('linux_arm64')]).toEqual([null, other]);
  });

  it.each([
    ['it is no JSON', 'no'],
    ['it is no object', 'null'],
    ['v is not 1', {...good, v: 2}],
    ['clusters is no list', {...good, clusters: {}}],
    ['releases is no object', {...good, releases: null}],
    ['releases is no object', {...good, releases: []}],
    ['clusters[0] is no object', {...good, clusters: [null]}],
    ['clusters[0].inventory is no list of files', clusters({inventory: 'i.yml'})],
    ['clusters[0].group is no name', clusters({group: 1})],
    ['clusters[0].product is no name', clusters({product: undefined})],
    ['clusters[0].version is no version: "../../etc"', clusters({version: '../../etc'})],
    ['clusters[0].version is no version: ""', clusters({version: ''})],
    ['clusters[0].version is no version: "latest"', clusters({version: 'latest'})],
    ['clusters[0].version is no version: "1.2.3\\n"', clusters({version: '1.2.3\n'})],
    ['releases.vault is no object', {...good, releases: {vault: null}}],
    ['releases.vault.1.21.1 is no object', {...good, releases: {vault: {'1.21.1': 'x'}}}],
    ['releases.vault.1.21.1.builds is no object', releases({builds: undefined})],
    ['releases.vault.1.21.1.signer is no fingerprint and not null', releases({signer: 'x'})],
    ['releases.vault.1.21.1.builds.linux_arm.signer is no fingerprint and not null', builds({signer: 'x'})],
    ['releases.vault.1.21.1.builds.linux_arm is no object', releases({builds: {linux_arm: null}})],
    ['releases.vault.1.21.1.builds.linux_arm.archive is no SHA-256', builds({archive: 'AB'})],
    ['releases.vault.1.21.1.builds.linux_arm.program is no SHA-256', builds({program: null})],
    ['releases.vault.1.21.1.builds.linux_arm.bytes is no size', builds({bytes: '3'})],
    ['releases.vault.1.21.1.builds.linux_arm.built does not say what it was built for', builds({built: {}})],
  ])('is refused by its name, and what is wrong with it: %s', async (problem, contents) => {
    const file = written(contents);
    expect(await told(file)).toBe(`REL006: ${file} is no lock file of format 1: ${problem}`);
  });

  it('is refused with the line of what a merge or a hand left in it', async () => {
    const conflict =
      '{\n  "v": 1,\n<<<<<<< HEAD\n  "clusters": []\n=======\n  "clusters": [1]\n>>>>>>> other\n}';
    const merged = written(conflict);
    expect(await told(merged)).toBe(
      `REL006: ${merged} is no lock file of format 1: a merge was not finished: it has conflict markers`,
    );
    expect(await placeTold(merged)).toEqual([
      {file: merged, line: 3, column: 1},
      expect.stringMatching(/take one side.*vprov update/),
    ]);
    const broken = written('{\n  "v": 1\n  "clusters": []\n}');
    expect(await placeTold(broken)).toEqual([
      {file: broken, line: 3, column: 3},
      expect.stringMatching(/take the committed one back/),
    ]);
    const cut = written('{\n  "v": 1,\n');
    expect(await placeTold(cut)).toEqual([{file: cut, line: 3, column: 1}, expect.anything()]);
  });

  it('says where a build stands in it', async () => {
    const file = written(JSON.stringify({...good, releases: {...good.releases, openbao: {}}}, undefined, 2));
    const line =
      1 +
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((one) => one.includes('"linux_arm"'));
    const lock = new ReleaseLock(file);
    expect(await lock.entryInWords('vault', '1.21.1', 'linux_arm')).toBe(
      `the entry linux_arm of vault 1.21.1 (${file}:${line})`,
    );
    expect(await lock.entryInWords('vault', '1.21.1', 'linux_386')).toBeUndefined();
  });

  it('is refused where there is a directory in its place', async () => {
    const file = join(directory, 'vprov.lock');
    mkdirSync(file);
    expect(await told(file)).toContain(`REL006: ${file} cannot be read: it is no regular file but a folder`);
  });

  it('is refused where no file can be', async () => {
    expect(await told('/dev/null/vprov.lock')).toMatch(
      /^REL006: .dev.null.vprov\.lock cannot be read: ENOTDIR/,
    );
    const keep = (lock: ReleaseLock) => lock.keepVersion(cluster, '1.21.1');
    expect(await told('/proc/nope/vprov.lock', keep)).toMatch(
      /^REL006: .proc.nope.vprov\.lock cannot be written: ENOENT/,
    );
  });

  it('is written with the folders above it, and nothing beside it', async () => {
    const file = join(directory, 'a', 'b', 'vprov.lock');
    await new ReleaseLock(file).keepVersion(cluster, '1.21.1');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({...good, releases: {}});
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['vprov.lock']);
  });

  it('keeps what another vprov has written into it meanwhile', async () => {
    const file = written(good);
    const [one, other] = [new ReleaseLock(file), new ReleaseLock(file)];
    await Promise.all([one.versionOf(cluster), other.versionOf(cluster)]);
    await one.keepBuild('vault', '1.21.1', 'linux_arm64', build, release.signer);
    await other.keepBuild('openbao', '2.6.2', 'linux_arm64', build, null);
    await one.keepVersion({...cluster, group: 'h'}, '1.21.1');
    expect(Object.keys(contentsOf(file).releases)).toEqual(['openbao', 'vault']);
    expect(Object.keys(contentsOf(file).releases.vault['1.21.1'].builds)).toEqual([
      'linux_arm',
      'linux_arm64',
    ]);
    expect(contentsOf(file).clusters).toHaveLength(2);
  });

  it('keeps what many write into it at once', async () => {
    const file = join(directory, 'vprov.lock');
    const names = Array.from({length: 20}, (_, at) => `host${at}`);
    await Promise.all(names.map((group) => new ReleaseLock(file).keepVersion({...cluster, group}, '1.21.1')));
    const groups: readonly string[] = contentsOf(file).clusters.map((one: {group: string}) => one.group);
    expect(groups.toSorted()).toEqual(names.toSorted());
    expect(readdirSync(directory)).toEqual(['vprov.lock']);
  });

  it('holds for a whole run what the run has read, whoever moves it meanwhile', async () => {
    const file = written(good);
    const [run, update] = [new ReleaseLock(file), new ReleaseLock(file)];
    expect(await run.versionOf(cluster)).toBe('1.21.1');
    await update.keepVersion(cluster, '1.21.2');
    await run.keepBuild('vault', '1.21.1', 'linux_arm64', build, release.signer);
    expect(await run.versionOf(cluster)).toBe('1.21.1');
    expect(contentsOf(file).clusters).toEqual([{...cluster, version: '1.21.2'}]);
  });
});
