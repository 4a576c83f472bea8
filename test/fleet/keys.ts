import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {must} from './docker.ts';
import type {Layout} from './layout.ts';

/** A key pair on disk: the private half's path and the public half's text, without its comment. */
export interface KeyPair {
  readonly path: string;
  readonly privateText: string;
  readonly publicText: string;
}

/** The keys of a fleet. */
export interface FleetKeys {
  /** What `pi` logs in with. */
  readonly login: KeyPair;
  /** By host. They belong to the fleet and not to a container, so that a reset host is no stranger. */
  readonly hosts: ReadonlyMap<string, KeyPair>;
}

/** Makes sure of a fleet's keys, and reads them. */
export async function fleetKeys(fleet: Layout): Promise<FleetKeys> {
  const login = await keyPair(join(fleet.dir, 'id_ed25519'), 'vprov-fleet');
  const pairs = fleet.hosts.map(
    async ({name}) => [name, await keyPair(join(fleet.dir, 'host_keys', name), name)] as const,
  );
  return {login, hosts: new Map(await Promise.all(pairs))};
}

async function keyPair(path: string, comment: string): Promise<KeyPair> {
  if (!existsSync(`${path}.pub`)) {
    mkdirSync(join(path, '..'), {recursive: true, mode: 0o700});
    // "y": a run killed between the two files leaves the first.
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path], 'y\n');
  }
  const [type, key] = readFileSync(`${path}.pub`, 'utf8').split(' ');
  return {path, privateText: readFileSync(path, 'utf8'), publicText: `${type} ${key}`};
}
