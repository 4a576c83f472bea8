import {afterAll, beforeAll, expect, it} from 'vitest';
import {HostAccess} from '../../src/engine/host.ts';
import {createSealedFiles} from '../../src/engine/sealed-files.ts';
import {type AnyKind, kinds, type Ref} from '../../src/resources/index.ts';
import {createLockbox, keySources} from '../../src/source/index.ts';
import {Redactor} from '../../src/text/index.ts';
import {type Connection, connect} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {killOwnSshd, type Ring, startRing} from './ring.ts';

let ring: Ring;
const open: Connection[] = [];

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
});

afterAll(async () => {
  for (const connection of open) await connection.close();
  await ring?.stop();
});

const etc: readonly Ref[] = [{kind: 'path', id: '/etc', facets: ['meta']}];
const tmp: readonly Ref[] = [{kind: 'path', id: '/tmp', facets: ['meta']}];

async function access(): Promise<HostAccess> {
  const another = async (): Promise<Connection> => {
    const connection = await connect(ring.options());
    open.push(connection);
    return connection;
  };
  return new HostAccess({
    name: 'wallpi',
    connection: await another(),
    connect: another,
    kinds: new Map<string, AnyKind>(kinds),
    cwd: process.cwd(),
    sealed: createSealedFiles(
      createLockbox(keySources({environment: {}, cwd: process.cwd()})),
      new Redactor(),
      process.cwd(),
    ),
    hardSignal: new AbortController().signal,
    now: Date.now,
    onProbe: () => undefined,
  });
}

it('asks again over a new connection what was asked when the connection was lost, and forgets what it knew', async () => {
  const host = await access();
  await host.probe('root', etc);
  expect(host.missing('root', etc)).toEqual([]);
  const before = host.roundTrips;
  const lost = host.connection;
  const cut = failureOf(host.request('root', killOwnSshd, 10_000));
  await host.probe('root', tmp);
  expect((await cut).failure).toBe('lost');
  expect(host.connection).not.toBe(lost);
  expect([host.missing('root', tmp), host.missing('root', etc).length]).toEqual([[], 1]);
  expect(host.roundTrips).toBeGreaterThan(before);
});

it('does not repeat what is no question, and gives a host up that is lost again and again', async () => {
  const host = await access();
  let failure = await failureOf(host.request('root', killOwnSshd, 10_000));
  for (let count = 0; count < 3; count++) {
    await host.probe('root', etc);
    failure = await failureOf(host.request('root', killOwnSshd, 10_000));
    expect(failure.failure).toBe('lost');
  }
  expect((await failureOf(host.probe('root', etc))).failure).toBe('lost');
});
