import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it} from 'vitest';
import {lookAtServer} from '../../../src/vault/index.ts';
import {localPorts} from '../modules/local-ports.ts';

/** What is seen of a server that answers every question with this. */
async function seenOf(body: string): Promise<Awaited<ReturnType<typeof lookAtServer>>> {
  const server = createServer((request, response) => {
    request.resume();
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await lookAtServer(localPorts(), `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

it.each(['{}', '<html>a router</html>', '{"sealed":false}'])(
  'takes no server that does not say whether it is initialised for one that is not: %s',
  async (body) => expect((await seenOf(body)).status).toBe('unreadable'),
);

it('sees a sealed member, and how far its unsealing has come', async () => {
  const said = {type: 'shamir', initialized: true, sealed: true, t: 3, n: 5, progress: 1, version: '2.6.2'};
  expect(await seenOf(JSON.stringify(said))).toEqual({
    status: 'present',
    state: {
      initialized: true,
      sealed: true,
      removed: false,
      sealType: 'shamir',
      threshold: 3,
      shares: 5,
      progress: 1,
      version: '2.6.2',
      isLeader: false,
    },
  });
});
