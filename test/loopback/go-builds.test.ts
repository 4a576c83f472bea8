import {execFile, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {fitOf, inspectProgram} from '../../src/releases/program.ts';

const hasGo = spawnSync('go', ['version']).status === 0;

interface GoBuild {
  readonly environment: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** What is read from it. */
  readonly machine: string;
  readonly goArm?: number;
  readonly softFloat?: boolean;
  readonly runsOn: readonly string[];
}

const stripped = ['-trimpath', '-ldflags', '-s -w'];
const on32 = ['armv6l', 'armv7l'];

/** Under names that say nothing, or another thing. */
const builds: Readonly<Record<string, GoBuild>> = {
  'GOARM=5': {
    environment: {GOARCH: 'arm', GOARM: '5'},
    machine: 'arm',
    goArm: 5,
    softFloat: true,
    runsOn: on32,
  },
  'GOARM=6': {environment: {GOARCH: 'arm', GOARM: '6'}, machine: 'arm', goArm: 6, runsOn: on32},
  'GOARM=6, stripped': {
    environment: {GOARCH: 'arm', GOARM: '6'},
    flags: stripped,
    machine: 'arm',
    goArm: 6,
    runsOn: on32,
  },
  'GOARM=6,softfloat': {
    environment: {GOARCH: 'arm', GOARM: '6,softfloat'},
    machine: 'arm',
    goArm: 6,
    softFloat: true,
    runsOn: on32,
  },
  'GOARM=7': {environment: {GOARCH: 'arm', GOARM: '7'}, machine: 'arm', goArm: 7, runsOn: ['armv7l']},
  'GOARM=7, stripped': {
    environment: {GOARCH: 'arm', GOARM: '7'},
    flags: stripped,
    machine: 'arm',
    goArm: 7,
    runsOn: ['armv7l'],
  },
  'GOARM=7,softfloat': {
    environment: {GOARCH: 'arm', GOARM: '7,softfloat'},
    machine: 'arm',
    goArm: 7,
    softFloat: true,
    runsOn: ['armv7l'],
  },
  arm64: {environment: {GOARCH: 'arm64'}, machine: 'arm64', runsOn: ['aarch64']},
  'arm64, stripped': {
    environment: {GOARCH: 'arm64'},
    flags: stripped,
    machine: 'arm64',
    runsOn: ['aarch64'],
  },
  amd64: {environment: {GOARCH: 'amd64'}, machine: 'amd64', runsOn: ['x86_64']},
  'amd64, position independent': {
    environment: {GOARCH: 'amd64'},
    flags: ['-buildmode=pie', ...stripped],
    machine: 'amd64',
    runsOn: ['x86_64'],
  },
  '386': {environment: {GOARCH: '386'}, machine: '386', runsOn: ['i686']},
};

const architectures = ['armv6l', 'armv7l', 'aarch64', 'x86_64', 'i686'] as const;

/** Before Go 1.18 no settings were written down. Both forms of the build information before it, as Vault 1.6 to 1.9 have it. */
const oldToolchains = ['go1.15.15', 'go1.17.13'].map((version) => [version, oldGo(version)] as const);

/** Its `go`, where Go's cache of modules has it: `go mod download golang.org/toolchain@v0.0.1-VERSION.OS-ARCH`. */
function oldGo(version: string): string {
  const [cache = '', os, arch] = spawnSync('go', ['env', 'GOMODCACHE', 'GOHOSTOS', 'GOHOSTARCH'], {
    encoding: 'utf8',
  }).stdout?.split('\n') ?? [''];
  return join(cache, 'golang.org', `toolchain@v0.0.1-${version}.${os}-${arch}`, 'bin', 'go');
}

/** Needs Go of 1.22 or newer, for the forms with software floating point; nothing of the network. */
describe.skipIf(!hasGo)('a program that Go has built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vprov-go-builds-'));

  beforeAll(() => {
    writeFileSync(join(folder, 'go.mod'), 'module example.org/program\n\ngo 1.15\n');
    // Without a package: Go then compiles only its runtime, and keeps it.
    writeFileSync(join(folder, 'main.go'), 'package main\n\nfunc main() { println("v1.2.3") }\n');
  });

  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  const build = (go: string, file: string, flags: readonly string[], environment: object): Promise<unknown> =>
    promisify(execFile)(go, ['build', ...flags, '-o', file, '.'], {
      cwd: folder,
      env: {
        ...process.env,
        GOOS: 'linux',
        CGO_ENABLED: '0',
        GOENV: 'off',
        GOTOOLCHAIN: 'local',
        GOPROXY: 'off',
        ...environment,
      },
    });

  it.each(Object.entries(builds))(
    'for %s is told apart by its bytes',
    async (name, {environment, flags = [], machine, goArm, softFloat = false, runsOn}) => {
      const file = join(folder, `linux_arm64-${Object.keys(builds).indexOf(name)}`);
      await build('go', file, flags, {GOFLAGS: '-buildvcs=false', ...environment});
      const program = await inspectProgram(file);
      expect(program).toMatchObject({machine, softFloat, goVersion: expect.stringMatching(/^go1\./)});
      expect(program?.goArm).toBe(goArm);
      expect(architectures.filter((one) => fitOf(program, one).fits === 'yes')).toEqual(runsOn);
    },
    240_000,
  );

  describe.each(oldToolchains)('of %s', (version, go) => {
    it.skipIf(!existsSync(go)).each([
      ['5', on32],
      ['6', on32],
      ['7', ['armv7l']],
    ])(
      'for GOARM=%s is told apart, stripped or not',
      async (goArm, runsOn) => {
        const file = join(folder, `${version}-${goArm}`);
        for (const flags of [[], stripped]) {
          await build(go, file, flags, {GOARCH: 'arm', GOARM: goArm, GOFLAGS: '', GOROOT: ''});
          const program = await inspectProgram(file);
          expect(program).toEqual({machine: 'arm', goArm: Number(goArm), softFloat: goArm === '5'});
          expect(architectures.filter((one) => fitOf(program, one).fits === 'yes')).toEqual(runsOn);
        }
      },
      240_000,
    );
  });
});
