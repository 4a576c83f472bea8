import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {askerPassword, type Ring, startRing, transports} from './ring.ts';

const content = 'contents-that-nobody-may-see-4711';
let ring: Ring;
let directory = '';
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  ring = await startRing({
    shell: 'dash',
    sshdConfig: ['PasswordAuthentication yes'],
    // So that there is time to look.
    setUp: [
      "printf 'auth optional pam_exec.so /bin/sleep 0.3\\nauth required pam_unix.so nodelay\\naccount required pam_permit.so\\nsession required pam_permit.so\\n' >$directory/pam",
    ],
  });
  directory = mkdtempSync(join(tmpdir(), 'vprov-processes-'));
  await bundle('src/main.ts', at('vprov.mjs'));
  writeFileSync(at('password'), askerPassword, {mode: 0o600});
  writeFileSync(at('content'), content, {mode: 0o600});
});

afterAll(async () => {
  await ring.stop();
  rmSync(directory, {recursive: true});
});

/** Arguments and environments of all processes, those of the host among them. */
function processes(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      ['cmdline', 'environ'].map((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          // Ended meanwhile.
          return '';
        }
      }),
    );
}

/** What was written into the folder, but for the two secrets and the program. */
function written(folder: string): readonly string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter(
      (name) => !['password', 'content', 'vprov.mjs'].includes(name) && statSync(join(folder, name)).isFile(),
    )
    .map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8')}`);
}

const ownForms = (secret: string): readonly string[] => [
  secret,
  Buffer.from(secret).toString('base64').slice(0, 20),
  encodeURIComponent(secret),
];

describe.each(transports)('a run with passwords and secret contents, by %s', (transport) => {
  it('has none of them in the arguments and environments of processes, in its output, or in its records', async () => {
    const host = {
      host: '127.0.0.1',
      port: ring.port,
      user: 'asker',
      known_hosts_file: ring.knownHostsFile,
      ssh_config_file: 'none',
      transport,
      ssh_password: '{{ secret "file://password" }}',
      become_password: '{{ secret "file://password" }}',
    };
    writeFileSync(at('hosts.yml'), JSON.stringify({all: {hosts: {wallpi: host}}}));
    const tasks = [
      {copy: {content: '{{ secret "file://content" }}', dest: `/var/lib/secret-${transport}`}},
      {command: {argv: ['cat'], stdin: '{{ secret "file://content" }}'}},
    ];
    writeFileSync(at('site.yml'), JSON.stringify([{hosts: 'all', become: true, tasks}]));
    let isOver = false;
    const run = new Promise<{code: number; text: string}>((resolve) => {
      const words = ['run', 'site.yml', '-i', 'hosts.yml', '-vv', '--diff', '--output', 'json'];
      const env = {PATH: process.env.PATH, HOME: directory, XDG_CACHE_HOME: at('cache'), DEBUG: '*'};
      execFile(process.execPath, ['vprov.mjs', ...words], {cwd: directory, env}, (error, stdout, stderr) => {
        isOver = true;
        resolve({code: Number(error?.code ?? 0), text: stdout + stderr});
      });
    });
    const seen = new Set<string>();
    while (!isOver) {
      for (const one of processes()) seen.add(one);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const {code, text} = await run;
    expect([code, text]).toEqual([0, expect.stringContaining('"summary"')]);
    // The looks were in time: sudo was seen while it asked, and so was the ssh that was given the password.
    expect([...seen].some((one) => one.startsWith('sudo\0'))).toBe(true);
    if (transport === 'openssh')
      expect([...seen].some((one) => /^ssh\0.*ControlMaster/s.test(one))).toBe(true);
    const records = written(directory).filter((one) => /^\.vprov.*(?:site\.yml|wallpi)/s.test(one));
    expect(records).not.toEqual([]);
    // Of the password also the end, before which no quoting changes anything.
    for (const form of [askerPassword, askerPassword.slice(3), content].flatMap(ownForms)) {
      expect([...seen].filter((one) => one.includes(form))).toEqual([]);
      expect(text).not.toContain(form);
      expect(written(directory).filter((one) => one.includes(form))).toEqual([]);
    }
  });
});
