import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {Secret} from '../../src/text/index.ts';
import {type BecomeMeans, type Connection, connect} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {askerPassword, type Ring, startRing, transports, without} from './ring.ts';

const signal = new AbortController().signal;
const open: Connection[] = [];

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

interface Login {
  readonly user: string;
  readonly password?: string;
  readonly become?: BecomeMeans;
}

async function login(ring: Ring, {user, password, become}: Login): Promise<Connection> {
  const secret = password === undefined ? {} : {becomePassword: new Secret('become_password', password)};
  const connection = await connect(ring.options({user, ...secret, ...(become ? {becomeMeans: become} : {})}));
  open.push(connection);
  return connection;
}

/** What a session of the user says, with both streams and an input of its own. */
async function outputOf(
  connection: Connection,
  user: string,
  script = 'id -un; id -un >&2',
): Promise<string> {
  const session = await connection.session(user);
  const {stdout, stderr} = await session.request(rawScript(script), {signal, timeoutMs: 10_000});
  return `${stdout}${stderr}`;
}

describe.each(transports)('a sudo that insists on a terminal, by %s', (transport) => {
  let ring: Ring;
  beforeAll(async () => {
    ring = await startRing({
      shell: 'dash',
      transport,
      setUp: ["echo 'Defaults requiretty' >>$directory/sudoers"],
    });
  });
  afterAll(() => ring?.stop());

  it('gets one, and the session is like any other', async () => {
    const connection = await login(ring, {user: 'pi'});
    expect(await outputOf(connection, 'root')).toBe('root\nroot\n');
    const bytes = Buffer.from(Array.from({length: 256}, (_, byte) => byte));
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const session = await connection.session('root');
    const request = session.request(rawScript(`printf '${octal}'`), {signal, timeoutMs: 10_000});
    expect((await request).stdout.equals(bytes)).toBe(true);
    // Known by now: no second try.
    expect(await outputOf(connection, 'service')).toBe('service\nservice\n');
  });

  it('gets a password there, once', async () => {
    expect(await outputOf(await login(ring, {user: 'asker', password: askerPassword}), 'root')).toBe(
      'root\nroot\n',
    );
    const error = await failureOf((await login(ring, {user: 'asker', password: 'wrong'})).session('root'));
    expect(error).toMatchObject({
      failure: 'become',
      message: expect.stringContaining('refused the password'),
    });
  });

  it('has none where there is no script(1), and is told of by requiretty', async () => {
    const bare = await startRing({
      shell: 'dash',
      transport,
      setUp: ["echo 'Defaults requiretty' >>$directory/sudoers", without('script')],
    });
    const error = await failureOf((await login(bare, {user: 'pi'})).session('root'));
    expect(error.failure).toBe('become');
    expect(error.message).toMatch(/sudo on ring-dash insists on a terminal/);
    expect(error.hint).toContain('requiretty');
    for (const connection of open.splice(0)) await connection.close();
    await bare.stop();
  });
});

describe('sudo', () => {
  let ring: Ring;
  beforeAll(async () => {
    ring = await startRing({
      shell: 'dash',
      setUp: [
        "printf 'Defaults secure_path=/nowhere\\nplain ALL=(ALL) NOPASSWD: /usr/bin/id\\n' >>$directory/sudoers",
        "printf 'Defaults:asker passwd_tries=3\\nDefaults:plain runcwd=/nowhere\\nplain ALL=(service) ALL\\n' >>$directory/sudoers",
        'cp /usr/bin/sudo $directory/other-sudo; chmod 4755 $directory/other-sudo',
      ],
    });
  });
  afterAll(() => ring?.stop());

  it('may have a secure_path that leads nowhere', async () => {
    expect(await outputOf(await login(ring, {user: 'pi'}), 'root')).toBe('root\nroot\n');
  });

  it('that forbids a shell is told of in few words, with what to permit', async () => {
    const error = await failureOf(
      (await login(ring, {user: 'plain', password: askerPassword})).session('root'),
    );
    expect(error).toMatchObject({
      failure: 'become',
      message: 'sudo on ring-dash does not let plain run a shell as root',
    });
    expect(error.hint).toContain('/bin/sh');
    const silent = await failureOf((await login(ring, {user: 'plain'})).session('root'));
    expect(silent.message).toContain('asks plain for a password');
  });

  it('may fail behind a password that is right, and then is told by its own words', async () => {
    const right = await login(ring, {user: 'plain', password: askerPassword});
    const error = await failureOf(right.session('service'));
    expect(error.message).toMatch(/^sudo on ring-dash makes no service of plain: .*\/nowhere/);
    expect(error.hint).toContain('runcwd');
    const wrong = await login(ring, {user: 'plain', password: 'wrong'});
    expect((await failureOf(wrong.session('service'))).message).toContain('refused the password of plain');
  });

  it('refuses a wrong password once, and it is not sent again for anybody', async () => {
    const connection = await login(ring, {user: 'asker', password: 'wrong'});
    const first = await failureOf(connection.session('root'));
    expect(first.message).toContain('refused the password of asker');
    expect(await failureOf(connection.session('service'))).toBe(first);
    expect(await failureOf(connection.session('root'))).toBe(first);
  });

  it('may be another program, with options', async () => {
    const become = {method: 'sudo', program: `${ring.directory}/other-sudo`, options: ['-H']} as const;
    expect(await outputOf(await login(ring, {user: 'pi', become}), 'service', 'echo $HOME')).toBe(
      `${ring.directory}/home-service\n`,
    );
  });

  it('that is not where it is said to be is named with the setting that says so', async () => {
    const become = {method: 'doas', program: '/nowhere/doas'} as const;
    const error = await failureOf((await login(ring, {user: 'pi', become})).session('root'));
    expect(error.message).toContain('no doas on ring-dash');
    expect(error.hint).toBe('correct `become_exe` (/nowhere/doas), or leave it out');
  });

  it.each([
    ['sudo', '--nonsense', /unrecognized option '--nonsense'/],
    ['su', '-Z', /invalid option -- 'Z'/],
    ['doas', '-Z', /invalid option -- 'Z'|unknown option -- Z/],
  ] as const)('names become_flags where %s does not know %s', async (method, option, words) => {
    const become = {method, options: [option]};
    const error = await failureOf((await login(ring, {user: 'pi', become})).session('root'));
    expect(error.message).toMatch(
      `${method} on ring-dash does not know an option that it is given: ${method}: `,
    );
    expect(error.message).toMatch(words);
    expect(error.hint).toBe('correct `become_flags`');
  });
});

describe.each(transports)('su, by %s', (transport) => {
  let ring: Ring;
  const become = {method: 'su'} as const;
  beforeAll(async () => {
    ring = await startRing({
      shell: 'dash',
      transport,
      setUp: [
        "{ echo 'auth sufficient pam_rootok.so'; cat $directory/pam; } >$directory/pam-su",
        'mount --bind $directory/pam-su /etc/pam.d/su',
      ],
    });
  });
  afterAll(() => ring?.stop());

  it('gets the password when it asks, and not when root asks', async () => {
    const connection = await login(ring, {user: 'pi', become, password: askerPassword});
    expect(await outputOf(connection, 'plain')).toBe('plain\nplain\n');
    expect(await outputOf(await login(ring, {user: 'root', become}), 'plain')).toBe('plain\nplain\n');
  });

  it('that refuses a password, or asks where there is none, is told of', async () => {
    const wrong = await failureOf(
      (await login(ring, {user: 'pi', become, password: 'wrong'})).session('plain'),
    );
    expect(wrong).toMatchObject({
      failure: 'become',
      message: 'su on ring-dash refused the password that was to be that of plain',
    });
    expect(wrong.hint).toContain('for su it is the password of plain, not of pi');
    const none = await failureOf((await login(ring, {user: 'pi', become})).session('plain'));
    expect(none.message).toBe('su on ring-dash asks pi for the password of plain');
    expect(none.hint).toMatch(/-K: for su it is that of plain; or set `become_method`/);
    const nologin = await failureOf(
      (await login(ring, {user: 'pi', become, password: askerPassword})).session('service'),
    );
    expect(nologin.message).toMatch(
      /^su on ring-dash lets no shell of service begin, whose login shell is nologin/,
    );
    expect(nologin.hint).toContain('set `become_method` to sudo');
  });
});

describe.each(transports)('doas, by %s', (transport) => {
  let ring: Ring;
  const become = {method: 'doas'} as const;
  beforeAll(async () => {
    ring = await startRing({
      shell: 'dash',
      transport,
      setUp: [
        // Its configuration must be in /etc, which is this machine's.
        'cp -a /etc $directory/etc; mount --bind $directory/etc /etc; cp $directory/pam /etc/pam.d/doas',
        "printf 'permit nopass pi\\npermit asker\\n' >/etc/doas.conf; chmod 600 /etc/doas.conf",
      ],
    });
  });
  afterAll(() => ring?.stop());

  it('makes another user of who need not say a password', async () => {
    expect(await outputOf(await login(ring, {user: 'pi', become}), 'root')).toBe('root\nroot\n');
    const unasked = await login(ring, {user: 'pi', become, password: askerPassword});
    expect(await outputOf(unasked, 'root', 'cat; id -un')).toBe('root\n');
  });

  it('gets the password typed at a terminal, and the session is like any other', async () => {
    const connection = await login(ring, {user: 'asker', become, password: askerPassword});
    expect(await outputOf(connection, 'root')).toBe('root\nroot\n');
    expect(
      await outputOf(connection, 'root', 'cat; ls -A /tmp /dev/shm | grep vprov-...... || :'),
    ).not.toMatch(/vprov-[A-Za-z]{6}$/m);
  });

  it('that refuses a password, asks where there is none, or lets nobody in, is told of', async () => {
    const wrong = await failureOf(
      (await login(ring, {user: 'asker', become, password: 'wrong'})).session('root'),
    );
    expect(wrong).toMatchObject({
      failure: 'become',
      message: 'doas on ring-dash refused the password of asker',
    });
    const none = await failureOf((await login(ring, {user: 'asker', become})).session('root'));
    expect(none.message).toBe('doas on ring-dash asks asker for a password to become root');
    const plain = await failureOf((await login(ring, {user: 'plain', become})).session('root'));
    expect(plain.message).toMatch(/doas on ring-dash does not let plain/);
  });
});
