import {execFileSync} from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {groupWant, pathWant, userWant, type Want} from '../../src/resources/index.ts';
import {Secret} from '../../src/text/index.ts';
import {breaches, plan, type RunOptions, reach, type Shell, shells} from './resources-shell.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync('/dev/shm/vprov-accounts-');
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

function etc(): string {
  return join(directory, 'etc');
}

function lineOf(file: string, name: string): string | undefined {
  return readFileSync(join(etc(), file), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
}

/** A copy of what shadow's programs read of /etc, put in the place of /etc for one script. */
function shadowHost(): RunOptions {
  mkdirSync(etc());
  for (const name of [
    'passwd',
    'group',
    'shadow',
    'gshadow',
    'login.defs',
    'default',
    'nsswitch.conf',
    'subuid',
    'subgid',
  ])
    if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, join(etc(), name), {recursive: true});
  const script = 'mount --bind "$0" /etc && mount -t tmpfs none /var/log && exec "$@"';
  return {wrapper: ['/usr/bin/unshare', '-m', '/bin/sh', '-c', script, etc()]};
}

/** Debian's busybox has no adduser, Alpine's has: BUSYBOX names another one to test with. */
const busybox = process.env.BUSYBOX ?? '/bin/busybox';
const hasAdduser = execFileSync(busybox, ['--list'], {encoding: 'utf8'}).split('\n').includes('adduser');

/** A root directory with busybox and nothing else. */
function busyboxHost(): Shell {
  for (const name of ['bin', 'etc', 'home', 'proc', 'dev']) mkdirSync(join(directory, name));
  copyFileSync(busybox, join(directory, 'bin/busybox'));
  execFileSync('/usr/sbin/chroot', [directory, '/bin/busybox', '--install', '-s', '/bin']);
  writeFileSync(join(etc(), 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(etc(), 'group'), 'root:x:0:\naudio:x:29:\nvideo:x:44:\n');
  writeFileSync(join(etc(), 'shadow'), 'root:*:19000:0:99999:7:::\n', {mode: 0o600});
  writeFileSync(join(directory, 'dev/null'), '');
  return {name: 'busybox alone', command: ['/usr/sbin/chroot', directory, '/bin/sh', '-s'], path: '/bin'};
}

const vault = {
  system: true,
  group: 'vault',
  home: '/var/lib/vault',
  shell: '/usr/sbin/nologin',
  comment: 'Vault, the server',
} as const;

function expectContract(shell: Shell, wants: readonly Want[], options: RunOptions): void {
  for (const want of wants) {
    const {change, breaches: found} = breaches(shell, want, options);
    expect(found, JSON.stringify(want)).toEqual([]);
    expect(change, JSON.stringify(want)).toHaveProperty('attributes');
  }
}

describe('groups and users', () => {
  it.each(shells().filter(({name}) => name !== 'busybox'))(
    'are made, changed and removed with shadow under $name',
    (shell) => {
      const options = shadowHost();
      expect(plan(shell, userWant('vault', vault), options)).toMatchObject({
        refused: "group 'vault' does not exist on the host, and no task before this one makes it",
      });
      expectContract(
        shell,
        [groupWant('vault', {system: true}), userWant('vault', {...vault, groups: ['audio', 'vault']})],
        options,
      );
      expect(lineOf('shadow', 'vault')).toMatch(/^vault:!/);
      expect(Number(lineOf('passwd', 'vault')?.split(':')[2])).toBeLessThan(1000);
      expectContract(
        shell,
        [userWant('vault', {groups: ['video'], shell: '/bin/sh', home: '/srv'})],
        options,
      );
      expect(lineOf('group', 'audio')).toContain('vault');
      const hash = `$6$vprov$${'a'.repeat(86)}`;
      const password = [new Secret('password', hash)];
      expectContract(
        shell,
        [
          userWant('vault', {password}),
          userWant('vault', {groups: ['video'], onlyGroups: true}),
          userWant('sealed', {password, comment: 'x'}),
        ],
        options,
      );
      expect(lineOf('shadow', 'vault')).toContain(`vault:${hash}:`);
      expect(lineOf('shadow', 'sealed')).toContain(`sealed:${hash}:`);
      expect(lineOf('group', 'audio')).not.toContain('vault');
      const once = userWant('vault', {password: ['$6$other'], passwordOnce: true});
      expect(plan(shell, once, options)).toBeUndefined();
      expect(plan(shell, userWant('vault', {uid: 4711}), options)).toMatchObject({
        refused: 'user vault has another number than 4711: its files would stay with the old one',
      });
      reach(shell, userWant('sealed', 'absent'), options);
      expectContract(
        shell,
        [userWant('plain', {uid: 4242, groups: ['audio']}), groupWant('plain', {gid: 4343})],
        options,
      );
      expect(lineOf('group', 'plain')).toMatch(/^plain:.*:4343:/);
      expect(plan(shell, groupWant('plain', 'absent'), options)).toMatchObject({
        refused: 'group plain is the primary group of user plain',
      });
      expectContract(shell, [userWant('vault', 'absent'), userWant('plain', 'absent')], options);
      expect([lineOf('passwd', 'vault'), lineOf('passwd', 'plain')]).toEqual([undefined, undefined]);
    },
  );

  it(`with busybox alone are ${hasAdduser ? 'made, joined and removed' : 'an error that names what is missing'}`, () => {
    const shell = busyboxHost();
    if (!hasAdduser) {
      expect(() => reach(shell, userWant('vault', {}))).toThrow('neither useradd nor adduser is on the host');
      expect(() => reach(shell, groupWant('vault', {}))).toThrow(
        'neither groupadd nor addgroup is on the host',
      );
      return;
    }
    expectContract(
      shell,
      [groupWant('vault', {system: true}), userWant('vault', {...vault, groups: ['audio']})],
      {},
    );
    expect(lineOf('shadow', 'vault')).toMatch(/^vault:!/);
    expectContract(shell, [userWant('vault', {groups: ['video']}), userWant('plain', {uid: 4242})], {});
    expect(() => reach(shell, userWant('vault', {shell: '/bin/sh'}))).toThrow('neither usermod nor');
    expectContract(
      shell,
      [userWant('plain', 'absent'), userWant('vault', 'absent'), groupWant('audio', 'absent')],
      {},
    );
  });

  it('own files only once they are there', () => {
    const shell = busyboxHost();
    const want = pathWant('/home/x', {type: 'directory', owner: 'vault'});
    expect(plan(shell, want)).toMatchObject({
      refused: expect.stringContaining("user 'vault' does not exist"),
    });
    appendFileSync(join(etc(), 'passwd'), 'vault:x:998:997::/:/bin/sh\n');
    expectContract(shell, [want], {});
  });

  it('are refused where the files could not hold them', () => {
    const options = shadowHost();
    const [dash] = shells();
    if (!dash) throw new Error('no shell');
    const refusal = (want: Want) => plan(dash, want, options);
    expect(refusal(userWant('-x', {}))).toMatchObject({refused: "'-x' is not a name for a user"});
    expect(refusal(groupWant('a:b', {}))).toMatchObject({refused: "'a:b' is not a name for a group"});
    expect(refusal(userWant('new', {comment: 'a:b'}))).toMatchObject({
      refused: expect.stringContaining('comment of user new'),
    });
    expect(refusal(userWant('root', 'absent'))).toMatchObject({refused: 'root is never removed'});
  });
});
