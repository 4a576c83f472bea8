import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {capture, type Typed} from './capture.ts';
import {docker} from './docker.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {wakeHost} from './host.ts';
import {checkout, containerName, layout, sudoPassword} from './layout.ts';

// The first hour of somebody who has five boards and no experience: scripted, on fresh hosts, in a terminal. It makes
// docs/first-hour.md (`tsx test/fleet/first-hour.ts`), and the fleet ring compares that page with what happens.

/** The page, with the name of the file that has it. */
export const firstHourPage = join(checkout, 'docs', 'first-hour.md');

interface Person {
  readonly fleet: Fleet;
  /** Their project's folder, and the parent of it: their home. */
  readonly folder: string;
  readonly home: string;
  readonly addresses: ReadonlyMap<string, string>;
}

/** What stands in a place of the inventory that a step mends. */
type Inventory = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Step {
  readonly title: string;
  readonly prose: string;
  /** What happens before: a board is plugged in, a line of the inventory mended. */
  before?(person: Person): Promise<void> | void;
  readonly command: readonly string[];
  readonly typed?: readonly Typed[];
  readonly exitCode: number;
  /** What the messages must say, whatever else they do: enough to go on. */
  readonly says: readonly RegExp[];
  readonly after?: string;
}

const playbook = `- hosts: all
  become: true
  tasks:
    - name: say whose board this is
      copy:
        dest: /etc/motd
        content: "This is {{ inventory_hostname }}, kept by vprov.\\n"
`;

/** Of the key, in one step. */
const passphrase = 'four boards and an attic';

/** With every mistake of a first hour in it. */
const first: Inventory = {
  sense: {private_key_file: '~/.ssh/id_old'},
  wallpi: {},
  frontpi: {host: 'frontpi.local'},
  deskpi: {user: 'admin'},
  atticpi: {},
};

const steps: readonly Step[] = [
  {
    title: 'The first run',
    prose: `Nothing was prepared. One board is not plugged in, one is known by a name that does not resolve here, and no host's key
is known yet. Each host says what keeps it away, and what to do; nothing was changed anywhere.`,
    before: async ({addresses}) => {
      await docker('stop', '-t', '1', containerName(layout(), 'atticpi'));
      // Until then it is still looked for where it was.
      const address = addresses.get('atticpi') ?? '';
      while ((await connectionError(address)) !== 'EHOSTUNREACH');
    },
    command: ['run', 'site.yml'],
    exitCode: 4,
    says: [/the key of wallpi is not known/, /vprov trust/, /frontpi\.local/, /mDNS/, /atticpi/],
  },
  {
    title: 'Trust the keys, all at once',
    prose: `\`vprov trust\` shows the keys of all hosts that it reaches, and asks once. On a board with a screen,
\`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` shows the fingerprint to compare with. The two that cannot be reached
are named again.`,
    command: ['trust'],
    typed: [{when: /\[yes\/no\] $/, text: 'yes'}],
    exitCode: 4,
    says: [/SHA256:/, /trusted from now on: 3 keys/],
  },
  {
    title: 'A name, and a board that was off',
    prose: `atticpi is plugged in now, and frontpi gets its address in the inventory (\`host\`): the router's list of
devices has it. Installing \`libnss-mdns\` here would have helped as well, for ssh: Vault and other Go programs do not ask mDNS.`,
    before: async (person) => {
      const plan = layout().hosts.find(({name}) => name === 'atticpi');
      if (!plan) throw new Error('no atticpi');
      await wakeHost(layout(), plan);
      writeInventory(person, {...first, frontpi: {}});
    },
    command: ['trust'],
    typed: [{when: /\[yes\/no\] $/, text: 'yes'}],
    exitCode: 0,
    says: [/trusted from now on: 2 keys/, /all keys are known: 5 hosts/],
  },
  {
    title: 'A wrong user and a wrong key',
    prose: `\`vprov facts\` changes nothing and logs in everywhere. Two hosts do not let us in: the message names the user and the key
that were tried, and where to look.`,
    command: ['facts'],
    exitCode: 4,
    says: [
      /deskpi does not let admin in/,
      /sense does not let pi in with the key .*id_old/,
      /authorized_keys/,
    ],
  },
  {
    title: 'sudo asks for a password',
    prose: `\`user: admin\` of deskpi and \`private_key_file\` of sense are gone from the inventory. One board's sudo wants a password, as
it does on new images of Raspberry Pi OS. The others are done; this one was not touched.`,
    before: (person) => writeInventory(person, {...first, sense: {}, frontpi: {}, deskpi: {}}),
    command: ['run', 'site.yml'],
    exitCode: 2,
    says: [/sudo.*password/s, /-K/],
  },
  {
    title: 'With the password',
    prose: `\`-K\` asks for it once. For good it goes into the inventory, [encrypted](secrets.md): \`become_password\`.`,
    command: ['run', 'site.yml', '-K'],
    typed: [{when: /Password of sudo, su or doas: $/, text: sudoPassword}],
    exitCode: 0,
    says: [/changed/],
  },
  {
    title: 'Again',
    prose: `The same run changes nothing: what should be is.`,
    command: ['run', 'site.yml', '-K'],
    typed: [{when: /Password of sudo, su or doas: $/, text: sudoPassword}],
    exitCode: 0,
    says: [/0 changed|nothing/i],
  },
  {
    title: 'A key with a passphrase',
    prose: `The key got a passphrase (\`ssh-keygen -p\`). It is asked for once, for all hosts, and what the hosts say waits until it
is typed. With an ssh-agent that has the key (\`ssh-add\`) nothing is asked.`,
    before: ({home}) => changePassphrase(home, '', passphrase),
    command: ['run', 'site.yml', '-K'],
    typed: [
      {when: /Password of sudo, su or doas: $/, text: sudoPassword},
      {when: /passphrase of \S+: $/, text: passphrase},
    ],
    exitCode: 0,
    says: [/passphrase of \S+id_ed25519: .*5 hosts, 0 changed/],
  },
  {
    title: 'A card is written anew',
    prose: `wallpi was flashed again. Its key is another one, which is what an attack looks like, too: the message shows both, and nothing
is sent to it.`,
    before: async ({fleet, home}) => {
      changePassphrase(home, passphrase, '');
      await fleet.read(
        'wallpi',
        "rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; systemctl restart ssh",
      );
    },
    command: ['exec', 'wallpi', '--', 'uptime', '-s'],
    exitCode: 4,
    says: [/the key of wallpi is not the known one/, /SHA256:.*SHA256:/s, /vprov trust --replace wallpi/],
  },
  {
    title: 'Replace its key',
    prose: `When you know that it was you:`,
    command: ['trust', '--replace', 'wallpi'],
    typed: [{when: /\[yes\/no\] $/, text: 'yes'}],
    exitCode: 0,
    says: [/until now/, /trusted from now on: 1 key/],
  },
  {
    title: 'Do they reach one another?',
    prose: `Before a cluster is built of them: each host is asked for the ports of each other.`,
    command: ['net', '--to', '22'],
    exitCode: 0,
    says: [/from \\ to/, /clocks against this one/],
    after:
      'What else there is without a playbook: [hosts.md](hosts.md). What a playbook can say: [language.md](language.md).',
  },
];

function changePassphrase(home: string, from: string, to: string): void {
  const file = join(home, '.ssh', 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-p', '-P', from, '-N', to, '-f', file], {stdio: 'ignore'});
}

function writeInventory(
  {folder, home, addresses}: Pick<Person, 'folder' | 'home' | 'addresses'>,
  inventory: Inventory,
): void {
  writeFileSync(
    join(folder, 'inventory', 'hosts.yml'),
    // The ssh configuration and the files of whoever runs this are not part of the story.
    inventoryText(inventory, (name) => addresses.get(name) ?? name)
      .replaceAll('~/', `${home}/`)
      .replace('user: pi}', `user: pi, ssh_config_file: ${join(home, 'ssh_config')}}`),
  );
}

function inventoryText(inventory: Inventory, addressOf: (name: string) => string): string {
  const hosts = Object.entries(inventory).map(([name, own]) => {
    const values = Object.entries({host: addressOf(name), ...own}).map(([key, value]) => `${key}: ${value}`);
    return `    ${name}: {${values.join(', ')}}\n`;
  });
  return `all:\n  vars: {user: pi}\n  hosts:\n${hosts.join('')}`;
}

/** Why there is no connection to an address. */
function connectionError(address: string): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = connect({host: address, port: 22});
    const end = (code: unknown): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(5_000, () => end('ETIMEDOUT'));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code));
  });
}

/** Goes through the hour on hosts that are as new, and leaves them as new. @returns the page */
export async function firstHour(say: (line: string) => void = () => undefined): Promise<string> {
  const fleet = await ensureFleet();
  await fleet.reset();
  const home = mkdtempSync(join(tmpdir(), 'vprov-hour-'));
  try {
    const person = await arrive(fleet, home);
    const parts: string[] = [];
    for (const step of steps) {
      say(step.title);
      parts.push(await take(step, person));
    }
    return `${introduction(person.addresses)}\n${parts.join('\n')}`;
  } finally {
    rmSync(home, {recursive: true});
    await fleet.reset();
  }
}

async function arrive(fleet: Fleet, home: string): Promise<Person> {
  const folder = join(home, 'fleet');
  mkdirSync(join(folder, 'inventory'), {recursive: true});
  mkdirSync(join(home, '.ssh'), {mode: 0o700});
  copyFileSync(join(fleet.dir, 'id_ed25519'), join(home, '.ssh', 'id_ed25519'));
  // Another key, that no host knows: one of the hosts' own.
  copyFileSync(join(fleet.dir, 'host_keys', 'sense'), join(home, '.ssh', 'id_old'));
  // As ssh has them by default. Their home is that of passwd, which is not ours to set.
  const files = [`IdentityFile ${home}/.ssh/id_ed25519`, `UserKnownHostsFile ${home}/.ssh/known_hosts`];
  writeFileSync(join(home, 'ssh_config'), `${files.join('\n')}\n`);
  writeFileSync(join(folder, 'site.yml'), playbook);
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const found = fleet.hosts.map(
    async ({name}) => [name, await docker('inspect', '-f', format, containerName(layout(), name))] as const,
  );
  const person = {fleet, home, folder, addresses: new Map(await Promise.all(found))};
  // As Raspberry Pi OS has it since April 2026.
  await fleet.read(
    'atticpi',
    `echo 'pi:${sudoPassword}' | chpasswd; echo 'pi ALL=(ALL) ALL' >/etc/sudoers.d/010_pi-nopasswd`,
  );
  writeInventory(person, first);
  return person;
}

async function take(step: Step, person: Person): Promise<string> {
  await step.before?.(person);
  const {home, folder, addresses} = person;
  const program = [process.execPath, join(checkout, 'dist', 'vprov.mjs')];
  const {text, exitCode} = await capture([...program, ...step.command], {
    cwd: folder,
    environment: {HOME: home, XDG_CACHE_HOME: join(home, '.cache')},
    ...(step.typed ? {typed: step.typed} : {}),
  });
  // A path is as long as the folder of whoever runs this.
  const atHome = shown(text, home, addresses);
  const problems = [
    ...(exitCode === step.exitCode ? [] : [`it ended with ${exitCode}, not ${step.exitCode}`]),
    ...step.says
      .filter((expression) => !expression.test(text.replace(/\s+/g, ' ')))
      .map((one) => `it does not say ${one}`),
    ...atHome
      .split('\n')
      .filter((line) => line.length > 80)
      .map((line) => `more than 80 columns: ${line}`),
  ];
  if (problems.length > 0) throw new Error(`${step.title}: ${problems.join('; ')}\n${text}`);
  return page(step, atHome);
}

/** Addresses of a home, as long as others are: so the columns of tables keep their places. */
const homes: Readonly<Record<number, string>> = {
  9: '10.0.0.2',
  10: '10.0.0.12',
  11: '10.0.10.12',
  12: '192.168.1.2',
  13: '192.168.1.12',
  14: '192.168.10.12',
};

/** As in somebody's home. */
function shown(text: string, home: string, addresses: ReadonlyMap<string, string>): string {
  let result = text.replaceAll(home, '/home/you');
  [...addresses.values()].forEach((address, index) => {
    const at = new RegExp(`(?<![\\d.])${address.replaceAll('.', '\\.')}(?!\\d)`, 'g');
    result = result.replace(at, homeAddress(address, index));
  });
  return result;
}

function homeAddress(address: string, index: number): string {
  return `${homes[address.length] ?? '192.168.1.2'}${index + 1}`;
}

function introduction(addresses: ReadonlyMap<string, string>): string {
  const addressOf = (name: string): string =>
    homeAddress(addresses.get(name) ?? '', [...addresses.keys()].indexOf(name));
  return `# The first hour

Five boards with a fresh system, a playbook, and every mistake that people make on their first day. All that is shown here
was run on five hosts, in a terminal of 80 columns, by a script that also made this page (\`test/fleet/first-hour.ts\`), and
the tests compare it with what vprov says today. Only the addresses are those of a home.

The folder has an inventory and a playbook:

\`\`\`
~/fleet$ cat inventory/hosts.yml
${inventoryText(first, addressOf)}
~/fleet$ cat site.yml
${playbook}\`\`\`
`;
}

function page({title, prose, command, after}: Step, text: string): string {
  const line = command.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');
  return `## ${title}\n\n${prose}\n\n\`\`\`\n~/fleet$ vprov ${line}\n${text}\`\`\`\n${after === undefined ? '' : `\n${after}\n`}`;
}

/**
 * What of a page is the same at each run: no times, no fingerprints, no places of line breaks. Hosts that are asked at
 * once may answer in another order.
 */
export function lasting(text: string): readonly string[] {
  const same = text
    .replace(/SHA256:\S+/g, 'SHA256:…')
    .replace(/(?<![\d.])(10\.0|192\.168)\.\d+\.\d+/g, 'ADDRESS')
    .replace(/[+-]?\d+(\.\d+)? (ms|s)\b/g, 'TIME')
    .replace(/\d{8}-\d{6}-[0-9a-f]+/g, 'RUN')
    .replace(/\S+ +\d+ +\d+ MiB +\S+/g, 'MACHINE');
  return same.split('```').map((part, index) => {
    const words = part.split(/\s+/);
    return (index % 2 === 1 ? words.sort() : words).join(' ');
  });
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(firstHourPage, await firstHour((line) => process.stderr.write(`${line}\n`)));
}
