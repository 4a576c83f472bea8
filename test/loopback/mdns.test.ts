import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {text} from 'node:stream/consumers';
import {describe, expect, it} from 'vitest';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vprov');
const packages = ['avahi-daemon', 'libnss-mdns', 'libavahi-core7', 'libavahi-common3', 'libdaemon0'];

/** Avahi, unpacked and not installed, so that this machine stays as it is; undefined where no Debian mirror is reached. */
function unpackedAvahi(): string | undefined {
  const root = join(cache, 'avahi');
  if (existsSync(root)) return root;
  const fresh = mkdtempSync(join(cache, 'avahi-'));
  try {
    const {status} = spawnSync('apt-get', ['-qq', 'download', ...packages], {cwd: fresh, timeout: 60_000});
    if (status !== 0) return undefined;
    const unpacked = join(fresh, 'root');
    for (const name of readdirSync(fresh)) execFileSync('dpkg', ['-x', join(fresh, name), unpacked]);
    renameSync(unpacked, root);
    return root;
  } finally {
    rmSync(fresh, {recursive: true});
  }
}

const avahi = unpackedAvahi();
const looking = 'looking for wallpi.local by mDNS, for 10 s at most\n';

/** What vprov says in a network with a board that announces itself after so many seconds. */
async function vprov(
  seconds: number,
  ...typed: readonly string[]
): Promise<{exitCode: unknown; stdout: string; stderr: string}> {
  const namespaces = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const program = [process.execPath, resolve('dist/vprov.mjs'), ...typed];
  const network = [resolve('test/loopback/mdns.sh'), avahi ?? '', String(seconds)];
  const child = spawn('unshare', [...namespaces, ...network, ...program]);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return {exitCode, stdout, stderr};
}

describe
  .skipIf(avahi === undefined)
  .concurrent('a board by its .local name, with Avahi on both sides', () => {
    it.each(['ssh2', 'openssh'])(
      'is waited for until it announces itself, which is told: %s',
      async (transport) => {
        const told = await vprov(
          7,
          'exec',
          'wallpi',
          '-e',
          `transport=${transport}`,
          '--timeout',
          '5',
          'id -un',
        );
        expect(told).toEqual({
          exitCode: 0,
          stdout: expect.stringMatching(/^wallpi: exit code 0 after [\d.]+ s\nroot\n$/),
          stderr: looking,
        });
      },
    );

    it('that never does is not waited for beyond the time that was told', async () => {
      const startedMs = performance.now();
      const told = await vprov(600, 'exec', 'wallpi', 'true');
      expect([told.exitCode, told.stderr]).toEqual([
        4,
        expect.stringMatching(
          new RegExp(
            `^${looking}error: wallpi: unreachable: the name wallpi.local of wallpi was not found by mDNS\n`,
          ),
        ),
      ]);
      // Ten seconds, and what it takes to build the network and to start.
      expect(performance.now() - startedMs).toBeLessThan(20_000);
    });

    it('is a trap for Go programs on the others, which is told with where it is', async () => {
      const told = await vprov(0, 'net', '--to', '22');
      expect(told.exitCode).toBe(3);
      expect(told.stdout).toContain('wallpi.local on twin: the system resolves it and a Go program does not');
    });
  });
