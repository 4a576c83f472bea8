import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Event, run} from '../../../src/engine/index.ts';

// What `vprov validate` says of releases: of the playbook, role and inventory that ship. Nothing is connected, nothing
// fetched, nothing written down.

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-validate-'));
});
afterAll(() => rmSync(directory, {recursive: true}));

interface Told {
  readonly exitCode: number;
  readonly errors: readonly {readonly message: string; readonly hint: string}[];
  readonly notes: readonly string[];
}

async function validate(
  variables: Readonly<Record<string, string>>,
  {inventory = path.resolve('inventory/homelab.yml'), limit}: {inventory?: string; limit?: string} = {},
): Promise<Told> {
  const lockFile = path.join(directory, 'vprov.lock');
  const running = run({
    playbook: path.resolve('playbooks/vault.yml'),
    inventory: [inventory],
    ...(limit === undefined ? {} : {limit}),
    tags: [],
    skipTags: [],
    mode: 'validate',
    diff: false,
    extraVars: [{text: JSON.stringify(variables)}],
    forks: 1,
    detailedExitcode: false,
    cwd: directory,
    signal: new AbortController().signal,
    now: Date.now,
    environment: {XDG_CACHE_HOME: path.join(directory, 'cache'), VPROV_LOCK: lockFile},
  });
  const events: Event[] = [];
  for await (const event of running.events) events.push(event);
  const {exitCode} = await running.done;
  expect(existsSync(lockFile)).toBe(false);
  expect(existsSync(path.join(directory, 'cache', 'vprov', 'releases'))).toBe(false);
  return {
    exitCode,
    errors: events.flatMap((event) =>
      event.type === 'diagnostic' && event.diagnostic.severity === 'error'
        ? [{message: event.diagnostic.message, hint: event.diagnostic.hint ?? ''}]
        : [],
    ),
    notes: events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}

function inventoryOf(hosts: Readonly<Record<string, object>>): string {
  const file = path.join(directory, 'hosts.yml');
  const vars = {vault_tls: 'off', user: 'pi'};
  writeFileSync(file, JSON.stringify({vault_servers: {vars, hosts}}));
  return file;
}

const zeros = 'wallpi, frontpi and atticpi (ARM1176, ARMv6)';
const threes = 'deskpi (Cortex-A53, ARMv8 with a 32-bit system)';

describe('a version of Vault for the homelab', () => {
  it.each([
    [
      '1.21.4',
      `${zeros}, ${threes} cannot run vault 1.21.4: HashiCorp builds nothing for 32-bit ARM any more`,
    ],
    ['2.0.3', `${zeros}, ${threes} cannot run vault 2.0.3: HashiCorp builds nothing for 32-bit ARM any more`],
    ['1.15.1', `${zeros} cannot run vault 1.15.1: it was built for ARMv7`],
    ['1.7.0', `${zeros}, ${threes} cannot run vault 1.7.0: it panics`],
  ])('%s is refused with hosts, CPU, reason, source and the ways out', async (vault_version, words) => {
    const {exitCode, errors} = await validate({vault_product: 'vault', vault_version});
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain(words);
    expect(errors[0]?.message).toMatch(/\(github\.com\/hashicorp\/.*\)$/);
    expect(errors[0]?.hint).toContain('pin vault <= 1.21.1');
    expect(errors[0]?.hint).toMatch(/for a new cluster take OpenBao.*docs\/vault-to-openbao\.md/);
  });

  it('is the newest that all members run, whichever of them the run is limited to', async () => {
    for (const limit of [undefined, 'sense', 'wallpi']) {
      const told = await validate(
        {vault_product: 'vault', vault_version: 'auto'},
        limit === undefined ? {} : {limit},
      );
      expect(told.errors).toEqual([]);
      expect(told.notes).toEqual([expect.stringContaining('vault for vault_servers: auto is 1.21.1')]);
    }
    const refused = await validate({vault_product: 'vault', vault_version: '1.21.4'}, {limit: 'sense'});
    expect(refused.exitCode).toBe(1);
  });

  it('is the newest of all where no board has 32 bits', async () => {
    const inventory = inventoryOf({sense: {board: 'pi_4'}, server: {arch: 'amd64'}, five: {board: 'pi_5'}});
    const told = await validate({vault_product: 'vault', vault_version: 'auto'}, {inventory});
    expect(told.errors).toEqual([]);
    expect(told.notes).toEqual([expect.stringContaining('auto is 2.0.3')]);
  });
});

describe('what the inventory says of a host', () => {
  const openbao = {vault_product: 'openbao', vault_version: '2.6.2'};

  it('must be a board and an architecture that exist', async () => {
    const board = await validate(openbao, {inventory: inventoryOf({sense: {board: 'pi_zer0'}})});
    expect(board.errors).toEqual([
      {message: "sense: no board 'pi_zer0' is known", hint: expect.stringContaining('pi_zero')},
    ]);
    const arch = await validate(openbao, {inventory: inventoryOf({sense: {arch: 'arm9'}})});
    expect(arch.errors).toEqual([
      {message: "sense: 'arm9' is no architecture", hint: expect.stringContaining('armv6l')},
    ]);
  });

  it('may be missing: facts say it later, and what is known of the others counts', async () => {
    const inventory = inventoryOf({sense: {}, wallpi: {board: 'pi_zero'}});
    expect((await validate({vault_product: 'vault', vault_version: 'auto'}, {inventory})).errors).toEqual([]);
    const pinned = await validate({vault_product: 'vault', vault_version: '1.15.0'}, {inventory});
    expect(pinned.errors[0]?.message).toContain('wallpi (ARM1176, ARMv6) cannot run vault 1.15.0');
  });

  it('lets an architecture overrule the usual system of a board', async () => {
    const inventory = inventoryOf({deskpi: {board: 'pi_3', arch: 'arm64'}});
    const told = await validate({vault_product: 'vault', vault_version: '2.0.3'}, {inventory});
    expect(told.errors).toEqual([]);
  });
});
