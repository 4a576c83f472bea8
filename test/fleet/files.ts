import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {stringify} from 'yaml';
import type {FleetKeys, KeyPair} from './keys.ts';
import {type HostPlan, type Layout, sudoPassword} from './layout.ts';
import {mirrorDir} from './mirror.ts';
import {publicKeyFile} from './mirror-publish.ts';
import {product} from './product.ts';

/** Writes what a person or vprov needs to reach the hosts: inventory, ssh_config, known_hosts. */
export function writeFleetFiles(fleet: Layout, keys: FleetKeys): void {
  const write = (name: string, content: string) => writeFileSync(join(fleet.dir, name), content);
  write('known_hosts', fleet.hosts.map((host) => knownHost(host, keys.hosts.get(host.name))).join(''));
  write('ssh_config', sshConfig(fleet, keys.login));
  write('hosts.yml', inventory(fleet));
}

function knownHost(host: HostPlan, key: KeyPair | undefined): string {
  if (key === undefined) throw new Error(`${host.name} has no host key`);
  return `[127.0.0.1]:${host.port} ${key.publicText}\n`;
}

function sshConfig(fleet: Layout, login: KeyPair): string {
  const hosts = fleet.hosts.map((host) => `Host ${host.name}\n  Port ${host.port}\n`);
  const all = [
    `Host ${fleet.hosts.map((host) => host.name).join(' ')}`,
    '  HostName 127.0.0.1',
    '  User pi',
    `  IdentityFile "${login.path}"`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile "${join(fleet.dir, 'known_hosts')}"`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
  ];
  return `${hosts.join('')}${all.join('\n')}\n`;
}

/** What vprov writes down of the cluster that the hosts are made into. */
export function recordFile({dir}: Pick<Layout, 'dir'>): string {
  return join(dir, 'cluster.json');
}

function inventory(fleet: Layout): string {
  const hosts = fleet.hosts.map((host) => [
    host.name,
    {
      host: '127.0.0.1',
      port: host.port,
      user: 'pi',
      private_key_file: 'id_ed25519',
      known_hosts_file: 'known_hosts',
      ...(host.asksPassword ? {become_password: sudoPassword} : {}),
      // Its name on the containers' network: what the servers call each other.
      vault_address: host.name,
      vault_release_site: mirrorDir,
      vault_release_key: join(mirrorDir, publicKeyFile),
    },
  ]);
  const vars = {
    vault_product: product.name,
    vault_version: product.olderVersion,
    vault_tls: 'off',
    vault_record_file: recordFile(fleet),
  };
  const document = {vault_servers: {vars, hosts: Object.fromEntries(hosts)}};
  return `# Written by make fleet; make fleet-down removes it.\n${stringify(document, {defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN'})}`;
}
