import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {rawScript, sh} from '../../src/shell/index.ts';
import {
  type Completed,
  type Connection,
  connect,
  type Session,
  TransportError,
} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {killOwnSshd, ownSshd, type Ring, startRing, ways} from './ring.ts';

const never = new AbortController().signal;

describe.each(ways)(
  'what is stopped on a host whose /bin/sh is $shell, by $transport',
  ({shell, transport}) => {
    let ring: Ring;
    let connection: Connection;
    let sleepSeconds = 100_000;

    beforeAll(async () => {
      ring = await startRing({shell, transport});
      connection = await connect(ring.options());
    });

    afterAll(async () => {
      await connection?.close();
      await ring?.stop();
    });

    const run = (session: Session, script: string, timeoutMs = 10_000, signal = never): Promise<Completed> =>
      session.request(rawScript(script), {signal, timeoutMs});

    /** How many processes on the host have this argument. */
    const count = async (argument: number): Promise<number> => {
      const root = await connection.session('root');
      const found = await run(
        root,
        `n=0; for f in /proc/[0-9]*/cmdline; do a=$(tr '\\0' ' ' 2>/dev/null <$f) || continue
case $a in *"sleep ${argument} "*) n=$((n + 1)) ;; esac; done; echo $n`,
      );
      return Number(found.stdout.toString());
    };

    describe.each([
      {user: 'pi', more: []},
      {
        user: 'service',
        more: [['one that ignores TERM', (s: number) => `trap '' TERM; sleep ${s}; sleep ${s}`] as const],
      },
    ])('as $user', ({user, more}) => {
      it.each([
        ['a program', (s: number) => `sleep ${s}`],
        ['children of children', (s: number) => `sh -c 'sh -c "sleep ${s}; :"; :' | cat; :`],
        ['a process group of its own', (s: number) => `setsid sh -c 'sleep ${s} & wait'; :`],
        ...more,
      ] as const)('ends %s when the time is up, and goes on with the session', async (_, script) => {
        const seconds = sleepSeconds++;
        const session = await connection.session(user);
        const [error, next] = await Promise.all([
          failureOf(run(session, script(seconds), 150)),
          run(session, 'echo next'),
        ]);
        expect(error).toMatchObject({failure: 'timeout'});
        expect(next.stdout.toString()).toBe('next\n');
        expect(await count(seconds)).toBe(0);
        expect(await connection.session(user)).toBe(session);
      });
    });

    it('leaves what an earlier request has started alone', async () => {
      const session = await connection.session('pi');
      const daemon = sleepSeconds++;
      const hanging = sleepSeconds++;
      await run(session, `sleep ${daemon} >/dev/null 2>&1 &`);
      await failureOf(run(session, `sleep ${hanging}`, 200));
      expect([await count(daemon), await count(hanging)]).toEqual([1, 0]);
    });

    it('ends a request that is aborted', async () => {
      const session = await connection.session('pi');
      const seconds = sleepSeconds++;
      const aborting = new AbortController();
      const running = failureOf(run(session, `sleep ${seconds}`, 10_000, aborting.signal));
      await expect.poll(() => count(seconds)).toBe(1);
      aborting.abort();
      expect(await running).toMatchObject({failure: 'aborted'});
      expect(await count(seconds)).toBe(0);
    });

    it('ends a request that is aborted before the host has said that it began, and only then rejects', async () => {
      const closing = await connect(ring.options());
      const session = await closing.session('pi');
      const seconds = sleepSeconds++;
      const aborting = new AbortController();
      const running = failureOf(run(session, `sleep ${seconds}`, 10_000, aborting.signal));
      aborting.abort();
      expect(await running).toMatchObject({failure: 'aborted'});
      await closing.close();
      expect(await count(seconds)).toBe(0);
    });

    it('rejects an aborted request that waits behind another at once, and does not let it run on', async () => {
      const session = await connection.session('pi');
      const seconds = sleepSeconds++;
      const aborting = new AbortController();
      const first = run(session, 'sleep 0.5; echo first');
      const waiting = failureOf(run(session, `sleep ${seconds}`, 10_000, aborting.signal));
      aborting.abort();
      expect(await waiting).toMatchObject({failure: 'aborted'});
      expect((await first).stdout.toString()).toBe('first\n');
      expect((await run(session, 'echo after')).stdout.toString()).toBe('after\n');
      expect(await count(seconds)).toBe(0);
    });

    it('sends nothing when the signal is aborted already', async () => {
      const session = await connection.session('pi');
      const before = connection.roundTrips;
      expect(await failureOf(run(session, 'echo', 1000, AbortSignal.abort()))).toMatchObject({
        failure: 'aborted',
      });
      expect(connection.roundTrips).toBe(before);
    });

    it('rejects everything under way when the shell is killed, and opens a new one', async () => {
      const session = await connection.session('pi');
      const pending = [failureOf(run(session, 'kill -KILL $$; sleep 0.1')), failureOf(run(session, 'echo'))];
      for (const error of await Promise.all(pending)) expect(error).toMatchObject({failure: 'lost'});
      expect(await failureOf(run(session, 'echo'))).toMatchObject({failure: 'lost'});
      const next = await connection.session('pi');
      expect((await run(next, 'echo new')).stdout.toString()).toBe('new\n');
    });

    it('rejects everything under way when the connection is lost', async () => {
      const doomed = await connect(ring.options());
      const session = await doomed.session('root');
      const pending = [
        failureOf(session.request(killOwnSshd, {signal: never, timeoutMs: 10_000})),
        failureOf(run(session, 'echo')),
      ];
      for (const error of await Promise.all(pending)) expect(error).toMatchObject({failure: 'lost'});
      expect(await doomed.closed).toBeInstanceOf(TransportError);
      expect(await failureOf(doomed.session('pi'))).toMatchObject({failure: 'lost'});
      await doomed.close();
    });

    it('rejects what is under way when it is closed, and closes twice', async () => {
      const closing = await connect(ring.options());
      const session = await closing.session('pi');
      const pending = failureOf(run(session, 'sleep 1'));
      await closing.close();
      expect(await pending).toMatchObject({failure: 'lost'});
      expect(await closing.closed).toBeUndefined();
      await closing.close();
    });
  },
);

it('does not wait for a host that has frozen', async () => {
  const ring = await startRing({shell: 'dash'});
  const connection = await connect(ring.options({timeoutMs: 4000}));
  const root = await connection.session('root');
  const {stdout} = await root.request(ownSshd, {signal: never, timeoutMs: 20_000});
  const other = await connect(ring.options());
  const freeze = sh`kill -STOP ${Number(stdout.toString())}`;
  await (await other.session('root')).request(freeze, {signal: never, timeoutMs: 20_000});
  await other.close();
  expect(await failureOf(root.request(sh`echo`, {signal: never, timeoutMs: 300}))).toMatchObject({
    failure: 'timeout',
  });
  // By now it may count as lost: nothing came for as long as the host's own timeout says.
  expect((await failureOf(connection.session('pi'))).failure).toMatch(/^(timeout|lost)$/);
  expect(await failureOf(root.request(sh`echo`, {signal: never, timeoutMs: 300}))).toMatchObject({
    failure: 'lost',
  });
  await connection.close();
  await ring.stop();
});
