import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {run} from '../../../src/engine/index.ts';

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

async function mistakesOf(playbook: string, inventory: string): Promise<readonly string[]> {
  const running = run({
    playbook: path.resolve('playbooks', playbook),
    inventory: [inventory],
    tags: [],
    skipTags: [],
    mode: 'validate',
    diff: false,
    extraVars: [],
    forks: 1,
    detailedExitcode: false,
    cwd: directory,
    signal: new AbortController().signal,
    now: Date.now,
    environment: {XDG_CACHE_HOME: path.join(directory, 'cache')},
  });
  const mistakes: string[] = [];
  for await (const event of running.events)
    if (event.type === 'diagnostic') mistakes.push(event.diagnostic.message);
  await running.done;
  return mistakes;
}

describe.each(playbooks)('%s, as it is shipped', (playbook) => {
  it('has no mistakes with the inventory that is shipped', async () => {
    expect(await mistakesOf(playbook, path.resolve('inventory/homelab.yml'))).toEqual([]);
  });

  it('has none where the cluster has no name', async () => {
    expect(await mistakesOf(playbook, bare)).toEqual([]);
  });
});
