import {copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseDocument, stringify} from 'yaml';
import {capture, type Typed} from './capture.ts';
import {docker} from './docker.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {checkout, containerName, layout} from './layout.ts';
import {newerVersion, program} from './product.ts';

// What the pages of docs/ show of a terminal: somebody's five boards, from bootstrap to the loss of one, on fresh hosts in
// 80 columns. `npx tsx test/fleet/runbooks.ts` writes each capture into its page, behind `<!-- captured: NAME -->`; it is
// made anew by hand when what is shown has changed.

interface Person {
  readonly fleet: Fleet;
  readonly folder: string;
  readonly home: string;
}

interface Scene {
  /** As it stands in the page's comment. */
  readonly name: string;
  /** Without `.md`. */
  readonly page: string;
  before?(person: Person): Promise<void> | void;
  /** After `vprov`. */
  readonly command: readonly string[];
  /** Default: 0. */
  readonly exitCode?: number;
}

const passphrase = 'five boards and an attic';

const opening: readonly Typed[] = [{when: /passphrase of .*: /, text: passphrase}];

const scenes: readonly Scene[] = [
  {
    name: 'bootstrap',
    page: 'vault-bootstrap',
    command: ['run', 'playbooks/vault.yml', '-e', 'vault_bootstrap=home'],
  },
  {
    name: 'unseal',
    page: 'vault-bootstrap',
    before: async ({fleet}) => {
      await docker('kill', ...fleet.hosts.map(({name}) => containerName(layout(), name)));
      await ensureFleet();
    },
    command: ['vault', 'unseal'],
  },
  {
    name: 'restart',
    page: 'vault-restart',
    command: ['run', 'playbooks/vault-restart.yml', '-e', 'vault_restart_which=all'],
  },
  {
    name: 'step down',
    page: 'vault-members',
    command: ['run', 'playbooks/vault-step-down.yml'],
  },
  {
    name: 'contents',
    page: 'vault-inside',
    command: ['run', 'playbooks/vault-contents.yml', '--check', '--diff'],
  },
  {
    name: 'upgrade',
    page: 'vault-upgrade',
    command: ['run', 'playbooks/vault-upgrade.yml', '-e', `vault_version=${newerVersion}`],
  },
  {
    name: 'wiped',
    page: 'vault-members',
    before: async ({fleet}) => {
      await fleet.read(await standby(fleet), 'systemctl stop vault && rm -rf /var/lib/vault/*');
    },
    command: ['run', 'playbooks/vault.yml', '-e', `vault_version=${newerVersion}`],
    exitCode: 2,
  },
  {
    name: 'replace',
    page: 'vault-members',
    command: [
      'run',
      'playbooks/vault-replace-node.yml',
      '-e',
      'vault_replace=frontpi',
      '-e',
      `vault_version=${newerVersion}`,
    ],
  },
  {
    name: 'remove',
    page: 'vault-members',
    before: async () => {
      await docker('stop', '-t', '1', containerName(layout(), 'frontpi'));
    },
    command: ['run', 'playbooks/vault-remove-peer.yml', '-e', 'vault_remove=frontpi', '-l', 'all:!frontpi'],
  },
];

/** frontpi, which is made a standby where it is not. @throws Error when it stays the active member */
async function standby(fleet: Fleet): Promise<string> {
  const leads = await fleet.read(
    'frontpi',
    `VAULT_SKIP_VERIFY=1 VAULT_ADDR=https://127.0.0.1:8200 ${program} status -format=json | grep is_self || true`,
  );
  if (leads.includes('true')) throw new Error('frontpi leads: run it again');
  return 'frontpi';
}

async function arrive(fleet: Fleet, home: string): Promise<Person> {
  const folder = join(home, 'fleet');
  mkdirSync(join(folder, 'inventory', 'group_vars'), {recursive: true});

  for (const name of ['playbooks', 'roles'])
    cpSync(join(checkout, name), join(folder, name), {recursive: true});
  for (const name of ['id_ed25519', 'known_hosts'])
    copyFileSync(join(fleet.dir, name), join(folder, 'inventory', name));
  writeFileSync(join(folder, 'inventory', 'homelab.yml'), inventoryOf(fleet));
  const inside = {
    vault_cluster_name: 'home',
    vault_policies: [{name: 'web', policy: 'path "kv/data/web/*" {\n  capabilities = ["read"]\n}\n'}],
    vault_mounts: [{path: 'kv', type: 'kv-v2', max_lease_ttl: '768h'}],
  };
  writeFileSync(join(folder, 'inventory', 'group_vars', 'vault_servers.yml'), stringify(inside));
  const person = {fleet, home, folder};
  const identity = join(home, '.config', 'vprov', 'identity.txt');
  mkdirSync(join(home, '.config', 'vprov'), {recursive: true});
  const {text} = await typed(person, ['secrets', 'keygen', identity]);
  writeFileSync(join(folder, '.age-recipients'), `${/age1[0-9a-z]+/.exec(text)?.[0]}\n`);
  await typed(
    person,
    ['secrets', 'encrypt', '-p', identity],
    [
      {when: /new passphrase: /, text: passphrase},
      {when: /again/, text: passphrase},
    ],
  );
  return person;
}

/** The fleet's, as somebody would have it who leaves TLS and the place of the cluster's record as they are by default. */
function inventoryOf(fleet: Fleet): string {
  const inventory = parseDocument(readFileSync(fleet.inventory, 'utf8'));
  for (const name of ['vault_tls', 'vault_record_file']) inventory.deleteIn(['vault_servers', 'vars', name]);
  return inventory.toString();
}

function typed({home, folder}: Person, command: readonly string[], answers: readonly Typed[] = []) {
  return capture([process.execPath, join(checkout, 'dist', 'vprov.mjs'), ...command], {
    cwd: folder,
    environment: {HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_CONFIG_HOME: join(home, '.config')},
    typed: answers,
  });
}

async function play(scene: Scene, person: Person): Promise<void> {
  process.stderr.write(`${scene.name}\n`);
  await scene.before?.(person);
  const {text, exitCode} = await typed(person, scene.command, opening);
  const shown = text.replaceAll(person.home, '/home/you');
  if (exitCode !== (scene.exitCode ?? 0)) throw new Error(`${scene.name} ended with ${exitCode}:\n${shown}`);
  const wide = shown.split('\n').filter((line) => line.length > 80);
  if (wide.length > 0) throw new Error(`${scene.name}: more than 80 columns:\n${wide.join('\n')}`);
  const words = scene.command.map((word) => (word.includes('!') ? `'${word}'` : word)).join(' ');
  put(scene, `~/fleet$ vprov ${words}\n${shown}`);
}

function put({name, page}: Scene, shown: string): void {
  const file = join(checkout, 'docs', `${page}.md`);
  const text = readFileSync(file, 'utf8');
  const block = new RegExp(`(<!-- captured: ${name} -->\n\`\`\`text\n)[^]*?(\`\`\`\n)`);
  if (!block.test(text)) throw new Error(`${file} has no place for what is captured: ${name}`);
  writeFileSync(
    file,
    text.replace(block, (_all, head: string, tail: string) => `${head}${shown}${tail}`),
  );
}

const fleet = await ensureFleet();
await fleet.reset();
const home = mkdtempSync(join(tmpdir(), 'vprov-runbooks-'));
try {
  const person = await arrive(fleet, home);
  for (const scene of scenes) await play(scene, person);
} finally {
  rmSync(home, {recursive: true});
  await fleet.reset();
}
