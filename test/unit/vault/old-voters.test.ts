import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, it} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {oldVoters} from '../../../src/vault/cluster/upgrade.ts';
import {localPorts} from '../modules/local-ports.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The API of a member that says of itself what HashiCorp's 1.9 says. */
async function member(version: string, isLeader: boolean): Promise<string> {
  const answers: Readonly<Record<string, object>> = {
    '/v1/sys/seal-status': {type: 'shamir', initialized: true, sealed: false, t: 1, n: 1, version},
    '/v1/sys/leader': {is_self: isLeader, leader_address: 'http://a'},
    '/v1/sys/storage/raft/autopilot/state': {
      data: {
        healthy: true,
        failure_tolerance: 1,
        servers: Object.fromEntries(
          ['a', 'b', 'c'].map((id, index) => [
            id,
            {id, status: index === 0 ? 'leader' : 'voter', healthy: true},
          ]),
        ),
      },
    },
  };
  const server = createServer((request, response) => {
    request.resume();
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ports = {
  ...localPorts(),
  now: () => Date.now(),
  sleep: () => Promise.resolve(),
  progress: () => undefined,
} as unknown as Parameters<typeof oldVoters>[0];

const old = (url: string, peers: readonly string[]) =>
  oldVoters(ports, {url, peers, version: '1.21.0'}, new Secret('token', 't'));

it('asks the members themselves where the active one does not know their versions', async () => {
  const [active = '', newer = '', older = ''] = await Promise.all([
    member('1.9.10', true),
    member('1.21.0', false),
    member('1.9.10', false),
  ]);
  expect(await old(active, [active, newer, newer])).toEqual({ids: []});
  expect(await old(active, [active, newer, older])).toEqual({ids: [older]});
});

it('takes those for old of which nobody says where they are, or who do not answer', async () => {
  const [active = '', newer = ''] = await Promise.all([member('1.9.10', true), member('1.21.0', false)]);
  expect(await old(active, [])).toEqual({ids: ['b', 'c']});
  expect(await old(active, [active, newer])).toEqual({ids: ['b', 'c']});
  const silent = 'http://127.0.0.1:1';
  expect(await old(active, [active, newer, silent])).toEqual({ids: [silent]});
});
