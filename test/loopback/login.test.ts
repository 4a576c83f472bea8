import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {createConnection, createServer} from 'node:net';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {Secret} from '../../src/text/index.ts';
import {
  type Ask,
  type Connection,
  type ConnectOptions,
  createConnector,
  type Question,
} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {type Agent, authorize, makeKey, startAgent} from './keys.ts';
import {askerPassword, type Ring, startRing, transports} from './ring.ts';

const secret = (text: string): Secret => new Secret('answer', text);

let ring: Ring;
let agent: Agent;
const open: Connection[] = [];

beforeAll(async () => {
  ring = await startRing({shell: 'dash', sshdConfig: ['MaxAuthTries 2', 'MaxSessions 1']});
});

afterAll(() => ring?.stop());

beforeEach(async () => {
  writeFileSync(join(ring.directory, 'authorized_keys'), readFileSync(`${ring.keyFile}.pub`));
  agent = await startAgent(ring.directory);
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  await agent.stop();
});

let made = 0;
const newKey = (passphrase = '', options: readonly string[] = []): string =>
  makeKey(ring.directory, `key-${made++}`, passphrase, options);

/** Answers with what it is given, in this order; keeps the questions. */
function answering(...answers: readonly (string | undefined)[]): {ask: Ask; questions: Question[]} {
  const questions: Question[] = [];
  return {
    questions,
    ask: async (question) => {
      const answer = answers[questions.length];
      questions.push(question);
      return answer === undefined ? undefined : secret(answer);
    },
  };
}

async function logsIn(
  connect: ReturnType<typeof createConnector>,
  changes: Partial<ConnectOptions> = {},
): Promise<string> {
  const connection = await connect(ring.options(changes));
  open.push(connection);
  const session = await connection.session(connection.loginUser);
  const options = {signal: new AbortController().signal, timeoutMs: 20_000};
  return (await session.request(rawScript('id -un'), options)).stdout.toString().trim();
}

const withAgent = (): Record<string, string> => ({SSH_AUTH_SOCK: agent.socket});

/** Without a key of the inventory's. */
function keyless(changes: Partial<ConnectOptions> = {}): ConnectOptions {
  const {privateKeyFile: _, ...options} = ring.options(changes);
  return options;
}

describe('a key with a passphrase', () => {
  it('is asked for once, for all hosts, and only when a host would take the key', async () => {
    const key = newKey('open sesame');
    const {ask, questions} = answering('open sesame');
    const connect = createConnector({environment: {}, ask});
    expect(await failureOf(connect(ring.options({privateKeyFile: key})))).toMatchObject({
      failure: 'authentication',
      message: `ring-dash does not let pi in with the key ${key}`,
    });
    expect(questions).toEqual([]);
    authorize(ring.directory, key);
    const users = await Promise.all([1, 2, 3].map(() => logsIn(connect, {privateKeyFile: key})));
    expect(users).toEqual(['pi', 'pi', 'pi']);
    expect(questions).toEqual([{type: 'passphrase', keyFile: key, again: false}]);
  });

  it('may be corrected, and is waited for longer than for a host', async () => {
    // One round, so that the time goes into the waiting and not into the passphrase.
    const key = newKey('open sesame', ['-a', '1']);
    authorize(ring.directory, key);
    const {ask, questions} = answering('open sesam', 'open sesame');
    const slowly: Ask = async (question) => {
      await new Promise((resolve) => setTimeout(resolve, 2600));
      return ask(question);
    };
    const connect = createConnector({environment: {}, ask: slowly});
    expect(await logsIn(connect, {privateKeyFile: key, timeoutMs: 5000})).toBe('pi');
    expect(questions.map((question) => question.type === 'passphrase' && question.again)).toEqual([
      false,
      true,
    ]);
  });

  it.each([
    ['OpenSSH', []],
    ['PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ])("may be in %s's format", async (_, options) => {
    const key = newKey('open sesame', options);
    authorize(ring.directory, key);
    const {ask} = answering('open sesame');
    expect(await logsIn(createConnector({environment: {}, ask}), {privateKeyFile: key})).toBe('pi');
  });

  it.each(transports)('is what a message is about where it is not right (%s)', async (transport) => {
    const key = newKey('open sesame');
    authorize(ring.directory, key);
    const {ask} = answering('a', 'b', 'c');
    const connect = createConnector({environment: {}, ask});
    const error = await failureOf(connect(ring.options({privateKeyFile: key, transport})));
    expect(error.failure).toBe('authentication');
    expect(error.message).toContain(`the passphrase of ${key} was not right`);
    expect(error.hint).toContain('passphrase');
    expect(error.hint).not.toContain('authorized_keys');
  });

  it.each(transports)(
    'is told as not given where the answers end after a wrong one (%s)',
    async (transport) => {
      const key = newKey('open sesame');
      authorize(ring.directory, key);
      const {ask} = answering('a', undefined);
      const error = await failureOf(
        createConnector({environment: {}, ask})(ring.options({privateKeyFile: key, transport})),
      );
      expect(error.message).toContain(`the passphrase of ${key} was not right, and no other was given`);
    },
  );

  it('is not known to anybody: the next key is tried, or the login refused', async () => {
    const key = newKey('open sesame');
    authorize(ring.directory, key);
    const connect = createConnector({environment: {}, ask: answering(undefined).ask});
    const error = await failureOf(connect(ring.options({privateKeyFile: key})));
    expect(error).toMatchObject({failure: 'authentication'});
    const alone = await failureOf(createConnector({environment: {}})(ring.options({privateKeyFile: key})));
    expect(alone.hint).toContain(`ssh-add ${key}`);
  });

  it('need not be asked for when ssh-agent has the key', async () => {
    const key = newKey('open sesame');
    authorize(ring.directory, key);
    agent.unlock(key, 'open sesame');
    const {ask, questions} = answering();
    expect(await logsIn(createConnector({environment: withAgent(), ask}), {privateKeyFile: key})).toBe('pi');
    expect(questions).toEqual([]);
  });
});

describe('many keys', () => {
  it('of ssh-agent are all tried, on more connections than one where sshd ends them early', async () => {
    const keys = Array.from({length: 9}, () => newKey());
    agent.add(...keys, ring.keyFile);
    const connect = createConnector({environment: withAgent()});
    const connection = await connect(keyless());
    open.push(connection);
    // A further connection begins with the key that is known to work.
    await Promise.all([connection.session('pi'), connection.session('root')]);
    expect(connection.loginUser).toBe('pi');
  });

  it('that are all refused are counted in the message', async () => {
    const keys = Array.from({length: 5}, () => newKey());
    agent.add(...keys);
    const error = await failureOf(createConnector({environment: withAgent()})(keyless()));
    expect(error).toMatchObject({
      failure: 'authentication',
      message: 'ring-dash does not let pi in with one of 5 keys (5 of ssh-agent)',
    });
  });

  it('lead to the settings that name the right one, where sshd hears only a few (openssh)', async () => {
    const keys = Array.from({length: 6}, () => newKey());
    agent.add(...keys, ring.keyFile);
    const connect = createConnector({environment: withAgent()});
    const error = await failureOf(connect(keyless({transport: 'openssh'})));
    expect(error.failure).toBe('authentication');
    expect(error.hint).toMatch(/MaxAuthTries.*private_key_file.*IdentityFile.*IdentitiesOnly/s);
  });

  it('are not tried when the inventory names one', async () => {
    agent.add(ring.keyFile);
    const key = newKey();
    const error = await failureOf(
      createConnector({environment: withAgent()})(ring.options({privateKeyFile: key})),
    );
    expect(error.message).toBe(`ring-dash does not let pi in with the key ${key}`);
  });

  it.each(transports)(
    'are not needed of an agent that is gone, which is told where they are (%s)',
    async (transport) => {
      const socket = join(ring.directory, 'no-agent');
      const gone = createConnector({environment: {SSH_AUTH_SOCK: socket}});
      const file = join(ring.directory, `no-key-${transport}`);
      writeFileSync(file, 'IdentityFile /nowhere/key\n');
      const error = await failureOf(gone({...keyless({transport}), sshConfigFile: file}));
      expect(error.failure).toBe('authentication');
      expect(error.hint).toContain(`start ssh-agent: SSH_AUTH_SOCK names ${socket}, where none listens`);
      expect(await logsIn(gone)).toBe('pi');
    },
  );
});

it.each(transports)('where there is no key, it is said where one was looked for (%s)', async (transport) => {
  const file = join(ring.directory, `keyless-${transport}`);
  const write = (...lines: readonly string[]): void =>
    writeFileSync(
      file,
      ['IdentityFile /nowhere/one', `UserKnownHostsFile ${ring.knownHostsFile}`, ...lines].join('\n'),
    );
  const told = (environment: Record<string, string> = {}) =>
    failureOf(createConnector({environment})({...keyless({transport}), sshConfigFile: file}));
  write();
  const error = await told();
  expect([error.failure, error.message, error.hint]).toEqual([
    'authentication',
    'no key to log in to ring-dash: SSH_AUTH_SOCK is not set, which names the ssh-agent, and none of /nowhere/one can be used',
    'set `private_key_file`; or start ssh-agent, and ssh-add a key; or give a password: -k',
  ]);
  expect((await told(withAgent())).message).toContain(
    `: the ssh-agent at ${agent.socket} has no key, and none of /nowhere/one`,
  );
  write('IdentityAgent none');
  expect((await told(withAgent())).message).toContain(
    ": IdentityAgent in ssh's configuration names no ssh-agent, and none of /nowhere/one",
  );
});

describe('an ssh-agent that takes connections and answers nothing', () => {
  let socket = '';
  const silent = createServer(() => undefined);

  beforeAll(async () => {
    socket = join(ring.directory, 'silent-agent');
    await once(silent.listen(socket), 'listening');
  });

  afterAll(() => void silent.close());

  it.each(transports)('is gone without by %s: other keys are tried, and that is said', async (transport) => {
    const file = join(ring.directory, `silent-${transport}`);
    writeFileSync(file, `IdentityFile ${ring.keyFile}\nUserKnownHostsFile ${ring.knownHostsFile}\n`);
    const notes: string[] = [];
    const onWaiting = (message: string): void => void notes.push(message);
    const connect = createConnector({environment: {SSH_AUTH_SOCK: socket}});
    open.push(await connect(keyless({transport, sshConfigFile: file, onWaiting})));
    expect(notes.join()).toContain(`ssh-agent at ${socket}, which SSH_AUTH_SOCK names`);
  });

  it.each(transports)('is named where nothing else lets us in by %s', async (transport) => {
    const file = join(ring.directory, `silent-alone-${transport}`);
    writeFileSync(
      file,
      `IdentityFile /nowhere\nIdentityAgent ${socket}\nUserKnownHostsFile ${ring.knownHostsFile}\n`,
    );
    const connect = createConnector({environment: {}});
    const error = await failureOf(connect(keyless({transport, sshConfigFile: file})));
    expect(error.failure).toBe('authentication');
    expect(error.hint).toContain(`${socket}, which IdentityAgent in ssh's configuration names`);
  });

  it.each(transports)('does not hold up Ctrl-C by %s', async (transport) => {
    const connect = createConnector({environment: {SSH_AUTH_SOCK: socket}});
    const stop = new AbortController();
    const asked = once(silent, 'connection');
    const connecting = failureOf(connect(keyless({transport, signal: stop.signal})));
    await asked;
    stop.abort();
    expect((await connecting).failure).toBe('aborted');
  });
});

describe('an ssh-agent that says which keys it has, and does not sign', () => {
  it.each(transports)('is named when the time of the login is over (%s)', async (transport) => {
    agent.add(ring.keyFile);
    const socket = join(ring.directory, `lists-${Math.random()}`);
    // The fifth byte is the type of a request: 13 asks for a signature. It may come in pieces.
    const lists = createServer((here) => {
      const there = createConnection(agent.socket);
      let left = Buffer.alloc(0);
      here.on('data', (bytes) => {
        left = Buffer.concat([left, bytes]);
        while (left.length >= 4 && left.length >= 4 + left.readUInt32BE()) {
          const end = 4 + left.readUInt32BE();
          if (left[4] !== 13) there.write(left.subarray(0, end));
          left = left.subarray(end);
        }
      });
      there.pipe(here);
      here.on('close', () => there.destroy());
    });
    await once(lists.listen(socket), 'listening');
    const connect = createConnector({environment: {SSH_AUTH_SOCK: socket}});
    const error = await failureOf(
      connect(keyless({transport, sshConfigFile: '/dev/null', timeoutMs: 2_000})),
    );
    lists.close();
    expect(error.message).toMatch(/^ring-dash would take .*, which did not sign within 2 s$/);
    expect(error.hint).toContain(`ssh-agent at ${socket} (SSH_AUTH_SOCK)`);
  });
});

describe('an ssh-agent that refuses to sign', () => {
  it.each(transports)('is what a message is about (%s)', async (transport) => {
    // It asks for a confirmation that nobody can give here.
    agent.addConfirmed(ring.keyFile);
    const connect = createConnector({environment: withAgent()});
    const error = await failureOf(connect(keyless({transport, sshConfigFile: '/dev/null'})));
    expect(error.failure).toBe('authentication');
    expect(error.message).toMatch(/would take (?:ssh-agent's|the) key .*, but /);
    expect(error.hint).toContain(`ssh-agent at ${agent.socket} (SSH_AUTH_SOCK)`);
  });
});

describe('a host that takes passwords', () => {
  const password = new Secret('password', askerPassword);
  const hosts: Ring[] = [];
  const asksByPam = [
    "printf 'auth required pam_unix.so nodelay\\naccount required pam_permit.so\\nsession required pam_permit.so\\n' >$directory/pam-sshd",
    'mount --bind $directory/pam-sshd /etc/pam.d/sshd',
  ];

  const start = async (...sshdConfig: readonly string[]): Promise<Ring> => {
    const host = await startRing({shell: 'dash', sshdConfig});
    hosts.push(host);
    return host;
  };

  afterAll(async () => {
    for (const host of hosts) await host.stop();
  });

  const without = (host: Ring, changes: Partial<ConnectOptions> = {}): ConnectOptions => {
    const {privateKeyFile: _, ...options} = host.options({sshConfigFile: '/dev/null', ...changes});
    return options;
  };

  it('lets in by the right one only, and never shows it', async () => {
    const host = await start('PasswordAuthentication yes', 'PubkeyAuthentication no');
    const connect = createConnector({environment: {}});
    open.push(await connect(without(host, {password})));
    const error = await failureOf(connect(without(host, {password: new Secret('password', 'not this one')})));
    expect(error).toMatchObject({
      failure: 'authentication',
      message: 'ring-dash does not let pi in with the password',
    });
    expect(JSON.stringify(error)).not.toContain('not this one');
  });

  it.each(transports)('and no keys leads to -k (%s)', async (transport) => {
    const host = await start('PasswordAuthentication yes', 'PubkeyAuthentication no');
    const error = await failureOf(createConnector({environment: {}})(host.options({transport})));
    expect(error.failure).toBe('authentication');
    expect(error.hint).toMatch(/wants a password.*-k.*ssh_password/s);
  });

  it('lets in by it as an answer to a question (keyboard-interactive)', async () => {
    const host = await startRing({
      shell: 'dash',
      sshdConfig: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
      setUp: asksByPam,
    });
    hosts.push(host);
    open.push(await createConnector({environment: {}})(without(host, {password})));
    const refused = await failureOf(
      createConnector({environment: {}})(without(host, {password: new Secret('password', 'wrong')})),
    );
    expect(refused.message).toContain('with the password');
  });

  it('asks for it after a key, where it wants both', async () => {
    const host = await startRing({
      shell: 'dash',
      sshdConfig: [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
      setUp: asksByPam,
    });
    hosts.push(host);
    const {ask, questions} = answering(askerPassword);
    open.push(await createConnector({environment: {}, ask})(host.options()));
    expect(questions).toMatchObject([{type: 'challenge', hostName: 'ring-dash', user: 'pi', echo: false}]);
    expect((await failureOf(createConnector({environment: {}})(host.options()))).failure).toBe(
      'authentication',
    );
  });
});
