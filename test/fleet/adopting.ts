import {cp, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Fleet} from './fleet.ts';
import {type Ran, ranOf, vprov} from './vprov.ts';

/** An inventory of its own, with these hosts alone, in a new folder: what `vprov vault adopt` writes beside it is its own, too. */
export async function inventoryIn(fleet: Fleet, place: string, hosts: readonly string[]): Promise<string> {
  await mkdir(place);
  for (const file of ['hosts.yml', 'id_ed25519', 'known_hosts'])
    await cp(join(fleet.dir, file), join(place, file));
  const text = await readFile(join(place, 'hosts.yml'), 'utf8');
  const [head = '', ...parts] = text.split(/^(?= {4}\w+:$)/m);
  const chosen = parts.filter((part) => hosts.some((host) => part.startsWith(`    ${host}:`)));
  await writeFile(join(place, 'hosts.yml'), head + chosen.join(''));
  return join(place, 'hosts.yml');
}

/** Runs `vault.yml` on such an inventory. */
export async function runOn(inventory: string, ...options: readonly string[]): Promise<Ran> {
  return ranOf(await vprov('run', 'playbooks/vault.yml', '-i', inventory, '--output', 'json', ...options));
}
