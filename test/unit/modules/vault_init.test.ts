import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {vaultInit} from '../../../src/modules/vault_init/index.ts';
import {localPorts, noInputs} from './local-ports.ts';

let server: Server;
let url: string;

/** A server that somebody initialised after all members had said that they are not. */
beforeAll(async () => {
  server = createServer((request, response) => {
    response.end(JSON.stringify({initialized: true, sealed: true, type: 'shamir', t: 3, n: 5, progress: 0}));
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

it.each([
  ['nothing was noted of an initialisation of ours', undefined],
  ['ours was begun on another host', '{"cluster":"home","host":"sense","at":"2026-11-26T12:00:00Z"}'],
  ['the note was cut off', '{"cluster":"ho'],
])('touches nothing of a server that was initialised meanwhile: %s', async (_what, noted) => {
  const ports = localPorts();
  const scripts: unknown[] = [];
  const {failed} = await vaultInit.act(
    {name: 'home', url, keys: 'home.age', members: ['wallpi'], data_dir: '/var/lib/vault'},
    {
      ...ports,
      run: async (script) => {
        scripts.push(script);
        throw new Error('nothing may be run');
      },
      sealed: {...ports.sealed, noted: async () => noted},
    },
    noInputs,
  );
  expect(failed).toBe('it was initialised meanwhile, and not by vprov');
  expect(scripts).toEqual([]);
});
