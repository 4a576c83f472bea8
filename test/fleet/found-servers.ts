import {docker} from './docker.ts';
import type {Fleet} from './fleet.ts';
import {containerName, layout} from './layout.ts';
import {unpackedProgram} from './mirror.ts';
import {olderVersion, product} from './product.ts';

/** A server as somebody else set it up, without vprov: where its things are. */
export interface ForeignLayout {
  readonly program: string;
  readonly config: string;
  readonly data: string;
  readonly unit: string;
  readonly unitFile: string;
  readonly url: string;
}

/** Layouts as they are found in the wild; the program in all of them is a real OpenBao. */
export const layouts = {
  /** By hand, as on a homelab's Pi Zeros. */
  L1: {
    program: '/usr/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/vault/raft',
    unitFile: '/etc/systemd/system/vault.service',
  },
  /** The role ansible-community/ansible-vault with its defaults. */
  L2: {
    program: '/usr/local/bin/vault',
    config: '/etc/vault.d/vault_main.hcl',
    data: '/var/vault',
    unitFile: '/lib/systemd/system/vault.service',
  },
  /** The distribution's package of Vault. */
  L3: {
    program: '/usr/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/opt/vault/data',
    unitFile: '/usr/lib/systemd/system/vault.service',
  },
  /** A public role that gives all members one name. */
  L4: {
    program: '/usr/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/vault/data',
    unitFile: '/etc/systemd/system/vault.service',
  },
  /** What the configuration says is not what counts. */
  L5: {
    program: '/usr/local/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/srv/vault',
    unitFile: '/etc/systemd/system/vault.service',
  },
  L7: {
    program: '/usr/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/opt/vault/data',
    unitFile: '/etc/systemd/system/vault.service',
  },
  /** A folder left over from a migration. */
  L8: {
    program: '/usr/bin/vault',
    config: '/etc/vault.d/vault.hcl',
    data: '/vault/raft',
    unitFile: '/etc/systemd/system/vault.service',
  },
  /** OpenBao's own package. */
  L9: {
    program: '/usr/bin/bao',
    config: '/etc/openbao/openbao.hcl',
    data: '/opt/openbao/data',
    unitFile: '/usr/lib/systemd/system/openbao.service',
  },
} as const;

export type LayoutName = keyof typeof layouts;

/** A token in the configurations that nobody may see. */
export const seenByNobody = 'hvs.canaryCanaryCanary';

export function foreign(name: LayoutName): ForeignLayout {
  const {unitFile, ...rest} = layouts[name];
  return {
    ...rest,
    unitFile,
    unit: unitFile.slice(unitFile.lastIndexOf('/') + 1),
    url: 'http://127.0.0.1:8200',
  };
}

/** Puts the program on hosts, where no server is looked for: layouts link to it. */
export async function bringProgram(fleet: Fleet, hosts: readonly string[]): Promise<void> {
  const program = unpackedProgram(olderVersion);
  await Promise.all(
    hosts.map(async (host) => {
      await fleet.read(host, 'mkdir -p /usr/local/share/brought');
      await docker('cp', program, `${containerName(layout(), host)}:/usr/local/share/brought/program`);
    }),
  );
}

/** Sets a server up by hand, starts it, and makes it a cluster of one that is unsealed. Answers its unseal key and token. */
export async function setUp(
  fleet: Fleet,
  host: string,
  name: LayoutName,
  more: {readonly join?: string; readonly start?: false} = {},
): Promise<{readonly key: string; readonly token: string}> {
  const it = foreign(name);
  await fleet.read(host, scriptOf(host, name, more.join));
  if (more.start === false) return {key: '', token: ''};
  await fleet.read(host, `systemctl daemon-reload; systemctl enable --now ${it.unit} 2>&1; ${answers}`);
  if (more.join !== undefined) return {key: '', token: ''};
  const said = await fleet.read(host, `${asking} operator init -key-shares=1 -key-threshold=1 -format=json`);
  const {unseal_keys_b64: [key = ''] = [], root_token: token = ''} = JSON.parse(said) as {
    unseal_keys_b64?: string[];
    root_token?: string;
  };
  await unseal(fleet, host, key);
  return {key, token};
}

const asking = 'VAULT_ADDR=http://127.0.0.1:8200 /usr/local/share/brought/program';
const answers = `until ${asking} status >/dev/null 2>&1 || [ $? = 2 ]; do sleep 0.1; done`;

export async function unseal(fleet: Fleet, host: string, key: string): Promise<void> {
  await fleet.read(
    host,
    `until ${asking} operator unseal ${key} >/dev/null 2>&1; do sleep 0.2; done; until ${asking} status >/dev/null; do sleep 0.1; done`,
  );
}

/** Takes a server away as if it had never been there. */
export function takeAway(fleet: Fleet, host: string): Promise<string> {
  return fleet.read(
    host,
    `systemctl disable --now vault openbao apart.scope >/dev/null 2>&1
rm -rf /etc/vault.d /etc/openbao /vault /var/vault /opt/vault /opt/openbao /srv/vault /usr/bin/vault /usr/bin/bao /usr/local/bin/vault
rm -rf /etc/systemd/system/vault.service* /usr/lib/systemd/system/vault.service /usr/lib/systemd/system/openbao.service
rm -f /var/lib/vprov/vault.json
dpkg --purge vault openbao >/dev/null 2>&1
systemctl daemon-reload; systemctl reset-failed; :`,
  );
}

function scriptOf(host: string, name: LayoutName, leader: string | undefined): string {
  const it = foreign(name);
  const group = name === 'L2' ? 'bin' : 'vault';
  return `set -e
getent passwd vault >/dev/null || useradd --system --shell /bin/false --home-dir /opt/vault vault
mkdir -p ${it.config.replace(/\/[^/]*$/, '')} ${it.data} ${it.program.replace(/\/[^/]*$/, '')}
ln -f /usr/local/share/brought/program ${it.program}
cat >${it.config} <<'END'
${configOf(host, name, leader)}
END
chown -R vault:${group} ${it.config.replace(/\/[^/]*$/, '')} ${it.data}
cat >${it.unitFile} <<'END'
[Unit]
Description=a server that somebody set up
After=network-online.target

[Service]
${name === 'L3' || name === 'L9' ? `EnvironmentFile=-${it.config.replace('.hcl', '.env')}\n` : ''}User=vault
Group=${group}
ExecStart=${it.program} server -config=${name === 'L5' ? '/etc/vault.d' : it.config}
ExecReload=/bin/kill --signal HUP $MAINPID
KillSignal=SIGINT
Restart=on-failure

[Install]
WantedBy=multi-user.target
END
${extrasOf(name)}`;
}

/** With the habits of their makers: order, spacing, quotes and comments are anybody's. */
function configOf(host: string, name: LayoutName, leader: string | undefined): string {
  const {data} = foreign(name);
  const nodeId = {L3: '', L4: '  node_id = "node1"', L5: '  node_id = "not-this-one"'}[name as 'L3'];
  const path = name === 'L5' ? '/opt/vault/data' : data;
  const storage =
    name === 'L7'
      ? `storage "file" {\n  path = "${path}"\n}`
      : `storage "raft" {
  path    = "${path}"
${nodeId ?? `  node_id = "${host}"`}
${leader === undefined ? '' : `  retry_join {\n    leader_api_addr = "http://${leader}:8200"\n  }`}
}`;
  const inside = name === 'L4' ? '127.0.0.1' : host;
  return `# Ours, not to be touched   (${name})
ui            =   "true"
disable_mlock = true
api_addr      = "http://${inside}:8200"
cluster_addr  = "http://${inside}:8201"   # over there
${storage}

/* the listener for this host itself */
listener "tcp" {
    address     = "127.0.0.1:8200"
    cluster_address = "127.0.0.1:8201"
    tls_disable = 1
}
${name === 'L4' ? '' : `listener "tcp" {\n  tls_disable = "true"\n  address = "${host}:8200"\n}`}
${name === 'L1' ? 'telemetry {\n  disable_hostname = true\n}' : ''}`;
}

function extrasOf(name: LayoutName): string {
  switch (name) {
    case 'L3':
      return `printf 'VAULT_TOKEN=${seenByNobody}\\n' >/etc/vault.d/vault.env; ${packageOf('vault', '1.21.1-1')}`;
    case 'L9':
      return `printf 'BAO_LOG_LEVEL=info\\n' >/etc/openbao/openbao.env; ${packageOf('openbao', olderVersion)}`;
    case 'L5':
      return `mkdir -p /etc/systemd/system/vault.service.d
printf '[Service]\\nEnvironment=${product.prefix}_RAFT_PATH=/srv/vault ${product.prefix}_RAFT_NODE_ID=the-real-one VAULT_TOKEN=${seenByNobody}\\n' >/etc/systemd/system/vault.service.d/10-path.conf`;
    case 'L8':
      return 'mkdir -p /vault/raft.old/raft; echo a >/vault/raft.old/vault.db; echo b >/vault/raft.old/raft/raft.db';
    default:
      return '';
  }
}

/** An empty package of that name: what apt knows of it is all that is looked at. */
function packageOf(name: string, version: string): string {
  return `mkdir -p /tmp/package/DEBIAN
printf 'Package: ${name}\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: nobody <nobody@example.org>\\nDescription: a server\\n' >/tmp/package/DEBIAN/control
dpkg-deb -b /tmp/package /tmp/package.deb >/dev/null; dpkg -i /tmp/package.deb >/dev/null; rm -r /tmp/package /tmp/package.deb`;
}
