import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {mistakesOf, noOptions} from '../docs/project.ts';

const playbooks = readdirSync('playbooks').filter((name) => name.endsWith('.yml'));

let directory = '';
/** The least that the role wants to be told: no name of the cluster, no board. */
let bare = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-shipped-'));
  bare = path.join(directory, 'hosts.yml');
  const vars = {vault_product: 'openbao', vault_version: '2.6.2', vault_tls: 'off'};
  writeFileSync(bare, JSON.stringify({vault_servers: {vars, hosts: {wallpi: {}, frontpi: {}, deskpi: {}}}}));
});
afterAll(() => rmSync(directory, {recursive: true}));

function mistakesIn(playbook: string, inventory: string): Promise<readonly string[]> {
  return mistakesOf({
    ...noOptions,
    playbook: path.resolve('playbooks', playbook),
    inventory: [inventory],
    cwd: directory,
    environment: {XDG_CACHE_HOME: path.join(directory, 'cache')},
  });
}

describe.each(playbooks)('%s, as it is shipped', (playbook) => {
  it('has no mistakes with the inventory that is shipped', async () => {
    expect(await mistakesIn(playbook, path.resolve('inventory/homelab.yml'))).toEqual([]);
  });

  it('has none where the cluster has no name', async () => {
    expect(await mistakesIn(playbook, bare)).toEqual([]);
  });
});
