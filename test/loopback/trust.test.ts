import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {engineOf, type Told, type} from '../unit/cli/console.ts';
import {authorize} from './keys.ts';
import {type Ring, startRing, variablesOf} from './ring.ts';

let rings: readonly Ring[] = [];
let directory = '';

beforeAll(async () => {
  rings = [await startRing({shell: 'dash'}), await startRing({shell: 'dash'})];
  authorize(ringOf(1).directory, ringOf(0).keyFile);
});

afterAll(async () => {
  for (const ring of rings) await ring.stop();
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-trust-'));
});

afterEach(() => rmSync(directory, {recursive: true}));

const knownHosts = (): string => join(directory, 'ssh', 'known_hosts');
const kept = (): string => (existsSync(knownHosts()) ? readFileSync(knownHosts(), 'utf8') : '');
const ringOf = (index: number): Ring => {
  const ring = rings[index];
  if (!ring) throw new Error('no such ring');
  return ring;
};
const keyOf = (index: number, type = 'ed25519'): string =>
  readFileSync(join(ringOf(index).directory, `host_${type}.pub`), 'utf8').trim();
const fingerprintOf = (index: number): string =>
  execFileSync('ssh-keygen', ['-lf', join(ringOf(index).directory, 'host_ed25519.pub')])
    .toString()
    .split(' ')[1] ?? '';

const hostOf = (ring: Ring): object => ({...variablesOf(ring), known_hosts_file: knownHosts()});

/** Runs `vprov trust`; questions are answered with what is given. */
async function trust(
  line: string,
  answers: readonly string[] | undefined,
  hosts: object = {wallpi: hostOf(ringOf(0)), deskpi: hostOf(ringOf(1))},
): Promise<Told & {questions: readonly string[]}> {
  writeFileSync(join(directory, 'hosts.yml'), JSON.stringify({all: {hosts}}));
  const questions: string[] = [];
  const left = [...(answers ?? [])];
  const told = await type(`trust -i hosts.yml ${line}`, engineOf([]), {
    cwd: directory,
    ...(answers
      ? {
          ask: async (question: string) => {
            questions.push(question);
            return left.shift();
          },
        }
      : {}),
  });
  return {...told, questions};
}

describe('vprov trust', () => {
  it('says why keys cannot be kept, and what to do', async () => {
    // Nobody, not even root, makes what such a link leads to.
    const file = join(directory, 'known_hosts');
    symlinkSync('/nowhere/known_hosts', file);
    const told = await trust('', ['yes'], {wallpi: {...hostOf(ringOf(0)), known_hosts_file: file}});
    expect([told.exitCode, told.questions.length]).toEqual([1, 1]);
    expect(told.stderr).toMatch(/^error: the key of wallpi cannot be kept: ENOENT: .*known_hosts/);
    expect(told.stderr).toContain(`hint: see who may write ${file} and its folder`);
    expect(told.stdout).not.toContain('trusted from now on');
  });

  it.each(['none', '/dev/null'])(
    'keeps no key for all users of the machine, nor nowhere, with UserKnownHostsFile %s',
    async (own) => {
      const config = join(directory, 'ssh_config');
      const global = join(directory, 'global');
      writeFileSync(config, `UserKnownHostsFile ${own}\nGlobalKnownHostsFile ${global}\n`);
      const {known_hosts_file: _, ...host} = {
        known_hosts_file: '',
        ...hostOf(ringOf(0)),
        ssh_config_file: config,
      };
      const told = await trust('all', ['yes'], {wallpi: host});
      expect(told.exitCode).toBe(1);
      expect(told.stderr).toMatch(/there is no file to keep the key of wallpi in\n.*set `known_hosts_file`/s);
      expect(existsSync(global)).toBe(false);
    },
  );

  it('names all hosts of an address beside its key', async () => {
    const host = hostOf(ringOf(0));
    const told = await trust('all', ['yes'], {wallpi: host, doorpi: host});
    expect(told.stdout).toMatch(/^wallpi, doorpi +127\.0\.0\.1 /m);
    expect(told.exitCode).toBe(0);
  });

  it('names the setting of the inventory where the file that it names is a folder', async () => {
    const host = {...hostOf(ringOf(0)), known_hosts_file: directory};
    const told = await trust('all', ['yes'], {wallpi: host});
    expect(told.stderr).toMatch(/is a folder\n.*correct `known_hosts_file`/s);
  });

  it('shows the keys of all hosts in one table, asks once, and keeps them', async () => {
    const told = await trust('', ['yes']);
    expect([told.exitCode, told.stderr, told.questions.length]).toEqual([0, '', 1]);
    const [head, ...rows] = told.stdout.split('\n');
    expect(head).toMatch(/^host +address +key +fingerprint$/);
    expect(rows[0]).toMatch(
      new RegExp(`^wallpi +127.0.0.1 port ${ringOf(0).port} +ssh-ed25519 +${escaped(fingerprintOf(0))}$`),
    );
    expect(rows[1]).toContain(fingerprintOf(1));
    expect(kept()).toBe(
      `[127.0.0.1]:${ringOf(0).port} ${keyOf(0)}\n[127.0.0.1]:${ringOf(1).port} ${keyOf(1)}\n`,
    );
    const again = await trust('', []);
    expect([again.exitCode, again.stdout, again.questions]).toEqual([0, 'all keys are known: 2 hosts\n', []]);
  });

  it.each([
    ['stands behind a byte order mark', (line: string) => `\uFEFF${line}`],
    ['is damaged', (line: string) => line.slice(0, -8)],
  ])('keeps the key beside a line that %s, and both transports believe it', async (_, spoil) => {
    const name = `[127.0.0.1]:${ringOf(0).port}`;
    const hosts = {wallpi: hostOf(ringOf(0))};
    mkdirSync(join(directory, 'ssh'));
    writeFileSync(knownHosts(), `${spoil(`${name} ${keyOf(0)}`)}\n`);
    const told = await trust('', ['yes'], hosts);
    expect([told.exitCode, told.questions.length]).toEqual([0, 1]);
    expect((await trust('', [], hosts)).stdout).toBe('all keys are known: 1 host\n');
    for (const transport of ['ssh2', 'openssh']) {
      const line = `exec all -i hosts.yml -e transport=${transport} -- id -un`;
      const asked = await type(line, engineOf([]), {cwd: directory});
      expect([asked.exitCode, asked.stderr], transport).toEqual([0, '']);
    }
  });

  it.each([['no'], ['y'], [''], [undefined]])('keeps nothing when the answer is %j', async (answer) => {
    const told = await trust('', answer === undefined ? [] : [answer]);
    expect([told.exitCode, kept()]).toEqual([1, '']);
  });

  it('keeps nothing where nobody can be asked', async () => {
    const told = await trust('', undefined);
    expect([told.exitCode, kept()]).toEqual([1, '']);
    expect(told.stderr).toContain('--fingerprint');
    expect(told.stdout).toContain(fingerprintOf(0));
  });

  it('keeps without a question what has one of the fingerprints given, and nothing else', async () => {
    const told = await trust(`--fingerprint ${fingerprintOf(1)}`, undefined);
    expect([told.exitCode, kept()]).toEqual([1, `[127.0.0.1]:${ringOf(1).port} ${keyOf(1)}\n`]);
    expect(told.stderr).toContain('wallpi shows none of the fingerprints given');
    expect((await trust(`wallpi --fingerprint ${fingerprintOf(0)}`, undefined)).exitCode).toBe(0);
  });

  it('takes hosts by pattern, and by --limit', async () => {
    await trust('wallpi', ['yes']);
    expect(kept()).toBe(`[127.0.0.1]:${ringOf(0).port} ${keyOf(0)}\n`);
    expect((await trust('all -l wallpi', [])).exitCode).toBe(0);
    expect((await trust('nobody', [])).exitCode).toBe(1);
  });

  it('replaces a key that is not the known one only when it is told to, and shows both', async () => {
    await trust('', ['yes']);
    const other = keyOf(1).replace(`[127.0.0.1]:${ringOf(1).port}`, '');
    const name = `[127.0.0.1]:${ringOf(0).port}`;
    writeFileSync(knownHosts(), `# mine\n${name} ${other}\nelsewhere ${other}\n${name} ${other}\n`);
    const refused = await trust('wallpi', []);
    expect([refused.exitCode, refused.questions]).toEqual([1, []]);
    expect(refused.stderr).toContain(`known is ssh-ed25519 ${fingerprintOf(1)}`);
    expect(refused.stderr).toContain('vprov trust -i hosts.yml --replace wallpi');
    const replaced = await trust('--replace wallpi', ['yes']);
    expect(replaced.stdout.split(`until now ssh-ed25519 ${fingerprintOf(1)}`)).toHaveLength(2);
    expect([replaced.exitCode, kept()]).toEqual([
      0,
      `# mine\nelsewhere ${other}\n[127.0.0.1]:${ringOf(0).port} ${keyOf(0)}\n`,
    ]);
  });

  it('trusts a host on the way first, and then those behind it', async () => {
    const behind = {...hostOf(ringOf(0)), proxy_jump: `pi@127.0.0.1:${ringOf(1).port}`};
    const told = await trust('', ['yes', 'yes'], {wallpi: behind});
    expect([told.exitCode, told.questions.length, told.stderr]).toEqual([0, 2, '']);
    expect(kept()).toBe(
      `[127.0.0.1]:${ringOf(1).port} ${keyOf(1)}\n[127.0.0.1]:${ringOf(0).port} ${keyOf(0)}\n`,
    );
  });

  it('says what was trusted before, where a later question gets no yes', async () => {
    const behind = {...hostOf(ringOf(0)), proxy_jump: `pi@127.0.0.1:${ringOf(1).port}`};
    const told = await trust('', ['yes', 'no'], {wallpi: behind});
    expect([told.exitCode, told.questions.length]).toEqual([1, 2]);
    expect(told.stdout).toContain('no further key was trusted, 1 was before: only `yes` does that\n');
    expect(kept()).toBe(`[127.0.0.1]:${ringOf(1).port} ${keyOf(1)}\n`);
  });

  it("asks the shell's way to a host that a ProxyCommand leads to, and hashes names where ssh would", async () => {
    const config = join(directory, 'ssh_config');
    writeFileSync(config, 'Host 127.0.0.1\n  ProxyCommand nc %h %p\n  HashKnownHosts yes\n');
    const told = await trust('', ['yes'], {wallpi: {...hostOf(ringOf(0)), ssh_config_file: config}});
    expect(told.exitCode).toBe(0);
    expect(kept()).toMatch(/^\|1\|\S+\|\S+ ssh-ed25519 \S+\n$/);
    const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${ringOf(0).port}`, '-f', knownHosts()]);
    expect(found.toString()).toContain(keyOf(0).split(' ')[1]);
    expect((await trust('', [])).exitCode).toBe(1);
  });

  it('offers no key that is revoked (RevokedHostKeys)', async () => {
    const config = join(directory, 'ssh_config');
    writeFileSync(config, `RevokedHostKeys ${join(ringOf(0).directory, 'host_ed25519.pub')}\n`);
    const told = await trust('', ['yes'], {wallpi: {...hostOf(ringOf(0)), ssh_config_file: config}});
    expect([told.exitCode, told.questions, kept()]).toEqual([1, [], '']);
    expect(told.stderr).toContain('is revoked');
    expect(told.stderr).toContain('RevokedHostKeys');
  });

  it.each([
    ['key: ', 'a key'],
    ['sha1: ', 'a SHA-1 hash'],
    ['sha256: ', 'a SHA-256 hash'],
  ])('reads %sin a key revocation list: %s', async (prefix) => {
    const [list, spec, config] = ['list', 'spec', 'ssh_config'].map((name) => join(directory, name));
    writeFileSync(spec ?? '', `${prefix}${keyOf(0)}\n`);
    execFileSync('ssh-keygen', ['-q', '-k', '-f', list ?? '', spec ?? '']);
    writeFileSync(config ?? '', `RevokedHostKeys ${list}\n`);
    const hosts = [0, 1].map((index) => [
      `host${index}`,
      {...hostOf(ringOf(index)), ssh_config_file: config},
    ]);
    const told = await trust('', ['yes'], Object.fromEntries(hosts));
    expect(told.stderr).toContain('the key of host0 is revoked');
    expect(kept()).toBe(`[127.0.0.1]:${ringOf(1).port} ${keyOf(1)}\n`);
  });

  it('goes on without a host that is off, and says so', async () => {
    const told = await trust('', ['yes'], {
      wallpi: hostOf(ringOf(0)),
      off: {...hostOf(ringOf(1)), port: 1, timeout: 1},
    });
    expect([told.exitCode, told.questions.length]).toEqual([4, 1]);
    expect(told.stderr).toContain('off refuses connections');
    expect(kept()).toContain(keyOf(0));
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
