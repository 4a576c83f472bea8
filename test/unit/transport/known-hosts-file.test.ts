import {execFileSync, spawnSync} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {knownKeys} from '../../../src/transport/known-hosts.ts';
import {
  appendKnownHosts,
  knownHostsLine,
  replaceKnownHosts,
  type ShownKey,
  withReplaced,
} from '../../../src/transport/known-hosts-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-known-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

/** A key as on the wire: its type, then bytes that tell it from others. */
function keyOf(number: number): Buffer {
  const type = Buffer.from('ssh-ed25519');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, type, Buffer.from([0, 0, 0, 1, number])]);
}

const shown = (host: string, number: number, port = 22): ShownKey => ({host, port, key: keyOf(number)});

describe('adding keys', () => {
  it('makes the file and its directory, for their owner alone', async () => {
    const file = join(directory, 'ssh', 'known_hosts');
    await appendKnownHosts(file, [shown('wallpi', 1), shown('Deskpi', 2, 2222)]);
    expect([statSync(file).mode & 0o777, statSync(join(directory, 'ssh')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    const text = readFileSync(file, 'utf8');
    expect(knownKeys([text], 'wallpi', 22).trusted.map(({blob}) => blob)).toEqual([keyOf(1)]);
    expect(knownKeys([text], 'deskpi', 2222).trusted.map(({blob}) => blob)).toEqual([keyOf(2)]);
  });

  // A process of its own, which can be ended: what hangs there hangs in the system.
  it('fails where no folder can be made, as below /proc, and does not hang', {timeout: 10_000}, () => {
    const module = join(import.meta.dirname, '../../../src/transport/known-hosts-file.ts');
    const script = `import {appendKnownHosts} from ${JSON.stringify(module)};
await appendKnownHosts('/proc/no-such/folder/known_hosts', []).catch(({code}) => console.log(code));`;
    const {stdout, signal} = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {encoding: 'utf8', timeout: 8_000, killSignal: 'SIGKILL'},
    );
    expect([stdout, signal]).toEqual(['ENOENT\n', null]);
  });

  it('keeps what is there, its last line without an end too', async () => {
    const file = join(directory, 'known_hosts');
    writeFileSync(file, '# mine\nother ssh-ed25519 AAAA');
    await appendKnownHosts(file, [shown('wallpi', 1)]);
    await appendKnownHosts(file, [shown('wallpi', 2)]);
    expect(readFileSync(file, 'utf8')).toBe(
      `# mine\nother ssh-ed25519 AAAA\n${knownHostsLine(shown('wallpi', 1))}\n${knownHostsLine(shown('wallpi', 2))}\n`,
    );
  });

  it('loses none when many add at once', async () => {
    const file = join(directory, 'known_hosts');
    const keys = Array.from({length: 30}, (_, number) => shown(`host${number}`, number));
    await Promise.all(keys.map((key) => appendKnownHosts(file, [key])));
    expect(readFileSync(file, 'utf8').trim().split('\n').sort()).toEqual(keys.map(knownHostsLine).sort());
  });
});

describe('replacing keys', () => {
  it('forgets the old ones of these hosts only', () => {
    const text = [
      '# of the house',
      'wallpi ssh-ed25519 AAAAold',
      'deskpi,wallpi,192.0.2.7 ecdsa-sha2-nistp256 AAAAshared',
      '[wallpi]:2222 ssh-ed25519 AAAAotherport',
      '@revoked wallpi ssh-ed25519 AAAAbad',
      '*.lan ssh-ed25519 AAAApattern',
      '',
    ].join('\n');
    expect(withReplaced(text, [shown('wallpi', 1)])).toBe(
      [
        '# of the house',
        'deskpi,192.0.2.7 ecdsa-sha2-nistp256 AAAAshared',
        '[wallpi]:2222 ssh-ed25519 AAAAotherport',
        '@revoked wallpi ssh-ed25519 AAAAbad',
        '*.lan ssh-ed25519 AAAApattern',
        knownHostsLine(shown('wallpi', 1)),
        '',
      ].join('\n'),
    );
  });

  it('finds a host in a hashed file, as ssh-keygen has made it', () => {
    const file = join(directory, 'known_hosts');
    const real = (name: string): string => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, name)]);
      return readFileSync(join(directory, `${name}.pub`), 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    };
    writeFileSync(file, `wallpi ${real('one')}\n[deskpi]:2222 ${real('two')}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], {stdio: 'ignore'});
    const hashed = readFileSync(file, 'utf8');
    expect(hashed).not.toContain('wallpi');
    const text = withReplaced(hashed, [shown('wallpi', 1)]);
    expect(knownKeys([text], 'wallpi', 22).trusted.map(({blob}) => blob)).toEqual([keyOf(1)]);
    expect(knownKeys([text], 'deskpi', 2222).trusted.length).toBe(1);
  });

  it('leaves each host with the key that it showed, whatever was there', () => {
    const host = fc.constantFrom('a', 'b', 'c');
    const number = fc.integer({min: 0, max: 255});
    const entries = fc.array(fc.tuple(host, number));
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const unique = [...new Map(after).entries()];
        const text = before.map(([name, key]) => `${knownHostsLine(shown(name, key))}\n`).join('');
        const replaced = withReplaced(
          text,
          unique.map(([name, key]) => shown(name, key)),
        );
        for (const name of ['a', 'b', 'c']) {
          const now = knownKeys([replaced], name, 22).trusted.map(({blob}) => blob);
          const mine = unique.find(([one]) => one === name);
          const kept = before.filter(([one]) => one === name).map(([, key]) => keyOf(key));
          expect(now).toEqual(mine ? [keyOf(mine[1])] : kept);
        }
      }),
    );
  });

  it('writes the file anew where a link leads, with the mode and owner that it had', async () => {
    const file = join(directory, 'dotfiles');
    writeFileSync(file, 'wallpi ssh-ed25519 AAAAold\n');
    chmodSync(file, 0o644);
    if (process.getuid?.() === 0) chownSync(file, 12, 34);
    const before = statSync(file);
    symlinkSync(file, join(directory, 'known_hosts'));
    await replaceKnownHosts(join(directory, 'known_hosts'), [shown('wallpi', 1)]);
    expect(readFileSync(file, 'utf8')).toBe(`${knownHostsLine(shown('wallpi', 1))}\n`);
    const {mode, uid, gid} = statSync(file);
    expect({mode, uid, gid}).toEqual({mode: before.mode, uid: before.uid, gid: before.gid});
  });
});
