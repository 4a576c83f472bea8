import {createHash, randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {Secret} from '../../src/text/index.ts';
import {type Connection, connect} from '../../src/transport/index.ts';
import {markPrefix} from '../../src/transport/marks.ts';
import {failureOf} from './failure.ts';
import {askerPassword, type Ring, startRing, ways} from './ring.ts';

const signal = new AbortController().signal;

async function whoRuns(connection: Connection, user: string): Promise<string> {
  const session = await connection.session(user);
  const {stdout} = await session.request(rawScript('id -un'), {signal, timeoutMs: 10_000});
  return stdout.toString();
}

describe.each(ways)(
  'becoming another user on a host whose /bin/sh is $shell, by $transport',
  ({shell, transport}) => {
    let ring: Ring;
    const open: Connection[] = [];
    const login = async (user: string, password?: string, timeoutMs = 10_000): Promise<Connection> => {
      const secret = password === undefined ? {} : {becomePassword: new Secret('become_password', password)};
      const connection = await connect(ring.options({user, timeoutMs, ...secret}));
      open.push(connection);
      return connection;
    };

    beforeAll(async () => {
      ring = await startRing({shell, transport, sshdConfig: ['MaxSessions 2']});
    });

    afterAll(async () => {
      await Promise.all(open.map((connection) => connection.close()));
      await ring?.stop();
    });

    it('needs no sudo for the user that logged in', async () => {
      expect(await whoRuns(await login('plain'), 'plain')).toBe('plain\n');
    });

    it('gets a shell of a user whose own is nologin', async () => {
      expect(await whoRuns(await login('pi'), 'service')).toBe('service\n');
    });

    it('needs no sudo as root', async () => {
      const connection = await login('root');
      expect(await whoRuns(connection, 'service')).toBe('service\n');
      const error = await failureOf(connection.session('nobody-here'));
      expect(error.failure).toBe('become');
      expect(error.message).toMatch(
        /has no user nobody-here that su could make of root: .*(not exist|unknown user)/,
      );
      expect(error.hint).toContain('correct `become_user`');
    });

    it('answers with the password when sudo asks', async () => {
      expect(await whoRuns(await login('asker', askerPassword), 'root')).toBe('root\n');
    });

    it('does not send the password when sudo does not ask', async () => {
      const connection = await login('pi', askerPassword);
      const session = await connection.session('root');
      const {stdout, stderr} = await session.request(rawScript('cat; echo ok'), {signal, timeoutMs: 10_000});
      expect([stdout.toString(), stderr.toString()]).toEqual(['ok\n', '']);
    });

    it('takes nothing for its own mark that sudo tells the commands it runs', async () => {
      const session = await (await login('asker', askerPassword)).session('root');
      const said = async (script: string) =>
        (await session.request(rawScript(script), {signal, timeoutMs: 10_000})).stdout.toString('latin1');
      const told = await said('printf "%s" "$SUDO_COMMAND"');
      const [nonce = ''] = /[0-9a-f]{32}/.exec(told) ?? [];
      const mark = markPrefix(nonce);
      expect(told).toContain(mark);
      expect(await said('echo before; env; echo after')).toMatch(/^before\n.*SUDO_COMMAND=.*\nafter\n$/s);
      const forged = `echo '${mark}end 4 0'; echo '${mark}end 4 0' >&2; exit 7`;
      const answer = await session.request(rawScript(forged), {signal, timeoutMs: 10_000});
      expect([answer.exitCode, answer.stdout.toString('latin1')]).toEqual([7, `${mark}end 4 0\n`]);
    });

    it('uploads where sudo asks, byte by byte', async () => {
      const connection = await login('asker', askerPassword);
      await connection.session('root');
      const bytes = randomBytes(100_000);
      const path = join(ring.directory, 'home-asker', 'file');
      const source = {
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        open: () => Readable.from([bytes]),
      };
      await connection.upload('root', path, source, {signal, timeoutMs: 10_000});
      expect(readFileSync(path).equals(bytes)).toBe(true);
    });

    it('kills where sudo asks', async () => {
      const session = await (await login('asker', askerPassword)).session('root');
      const error = await failureOf(session.request(rawScript('sleep 1000'), {signal, timeoutMs: 200}));
      expect(error.failure).toBe('timeout');
      const {stdout} = await session.request(rawScript('echo alive'), {signal, timeoutMs: 10_000});
      expect(stdout.toString()).toBe('alive\n');
    });

    it('names become_password when sudo asks and there is none', async () => {
      const error = await failureOf((await login('asker')).session('root'));
      expect(error.failure).toBe('become');
      expect(error.message).toBe(`sudo on ring-${shell} asks asker for a password to become root`);
      expect(error.hint).toContain('become_password');
    });

    it('says that a password is wrong, and never shows it', async () => {
      const error = await failureOf((await login('asker', 'not this one')).session('root'));
      expect(error.failure).toBe('become');
      expect(error.message).toBe(`sudo on ring-${shell} refused the password of asker`);
      expect(JSON.stringify([error.message, error.hint])).not.toContain('not this one');
    });

    it('says what sudo says when it lets nobody in', async () => {
      const withPassword = await failureOf((await login('plain', askerPassword)).session('root'));
      expect(withPassword.failure).toBe('become');
      const error = await failureOf((await login('pi')).session('nobody-here'));
      expect(error.failure).toBe('become');
      expect(error.message).toMatch(
        /has no user nobody-here that sudo could make of pi: .*unknown user:? nobody-here/,
      );
      expect(error.hint).toContain('correct `become_user`');
    });

    it('says which login shell gives no shell', async () => {
      const error = await failureOf((await login('service')).session('service'));
      expect(error.failure).toBe('unreachable');
      expect(error.message).toMatch(/login shell of service .* not available/);
    });

    it('serves a host with two channels: a session, uploads and kills beside it', async () => {
      const connection = await login('pi');
      const session = await connection.session('root');
      const paths = ['one', 'two', 'three'].map((name) => join(ring.directory, 'home-pi', name));
      const source = {
        sizeBytes: 1,
        sha256: createHash('sha256').update('x').digest('hex'),
        open: () => Readable.from([Buffer.from('x')]),
      };
      const uploads = paths.map((path) =>
        connection.upload('root', path, source, {signal, timeoutMs: 10_000}),
      );
      const error = await failureOf(session.request(rawScript('sleep 1000'), {signal, timeoutMs: 100}));
      expect(error.failure).toBe('timeout');
      await Promise.all(uploads);
      expect(await whoRuns(connection, 'root')).toBe('root\n');
    });
  },
);
