import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/**
 * How long `vprov validate` of the shipped playbook takes as a whole process, on the built program: for its five hosts,
 * and for five hundred. The best of several rounds, since whatever else the machine does only makes it slower.
 *
 *     node --import tsx bench/validate.ts      prints the table; fails beyond 250 ms and 2 s
 */

const rounds = 7;

const cases = [
  {name: '5 hosts', inventory: 'inventory/homelab.yml', mostMs: 250},
  {name: '500 hosts', inventory: undefined, mostMs: 2_000},
] as const;

const folder = mkdtempSync(join(tmpdir(), 'vprov-bench-'));
try {
  for (const {name, inventory, mostMs} of cases) {
    const times = Array.from({length: rounds}, () => validate(inventory ?? manyHosts(500)));
    const best = Math.min(...times);
    const all = times.map((ms) => ms.toFixed(0).padStart(6)).join('');
    console.log(`vprov validate, ${name.padEnd(10)}${all}   best ${best.toFixed(0)} ms (at most ${mostMs})`);
    if (best > mostMs) process.exitCode = 1;
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}

/** Milliseconds that it takes. @throws Error when it finds a mistake */
function validate(inventory: string): number {
  const started = process.hrtime.bigint();
  const {status, stdout, stderr} = spawnSync(
    process.execPath,
    ['dist/vprov.mjs', 'validate', 'playbooks/vault.yml', '-i', inventory],
    {encoding: 'utf8'},
  );
  if (status !== 0) throw new Error(`validate ended with ${status}:\n${stdout}${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** An inventory of that many members of one cluster, on five sorts of boards. */
function manyHosts(count: number): string {
  const names = Array.from({length: count}, (_, index) => `host${String(index).padStart(3, '0')}`);
  const boards = ['pi_zero', 'pi_2', 'pi_3', 'pi_4', 'pi_5'].map((board, sort) => [
    `${board}s:`,
    `  vars: {board: ${board}}`,
    '  hosts:',
    ...names.filter((_name, index) => index % 5 === sort).map((name) => `    ${name}:`),
  ]);
  const file = join(folder, 'hosts.yml');
  const lines = [
    'vault_servers:',
    "  vars: {vault_product: openbao, vault_version: 2.6.2, vault_tls: 'off'}",
    '  hosts:',
    ...names.map((name) => `    ${name}: {host: ${name}.station}`),
    ...boards.flat(),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
