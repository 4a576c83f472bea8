import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {newIdentityFile, sealText} from '../../src/source/index.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let directory = '';
let recipient = '';

/** One for each source of secrets, so that a leak says where it comes from. */
const sources = [
  'groupfile',
  'hostinline',
  'playinline',
  'argument',
  'rolefile',
  'varsfile',
  'extrafile',
  'env',
  'file',
  'pipe',
  'become',
  'sshpassword',
  'extrabecome',
  'extratoken',
  'multiline',
  'seed',
  'prompt',
  'passphrase',
  'document',
  'hidden',
  'loginpassword',
  'sudopassword',
  'described',
  'nested',
] as const;
const canaryOf = (source: string): string => `CANARY-${source}-8c1f`;

/** By ansible-core, of the value that stands in it, with the password of all of ansible-vault here. */
const vaultPassword = 'hunter2hunter2';
const vaultText = `$ANSIBLE_VAULT;1.1;AES256
61663762636537616132376433343735346365376332343766316363316265643135396635633134
3630356630396365303833316137396263616538636264380a356630363662613839343139366430
36313066366134383662383662336439326566663761613037613836666431336230376230393932
3366386161316439370a646132646133303836656133353363313165643762333436366663323734
65646435353439373734393831663631313635336639393930336137393538613263636638363132
3766343134356638346162376462316539306137323162343936
`;
/** A number in a document that is a secret. */
const pin = '8675309924';
/** What the vault above says: its text cannot be chosen here. */
const fromVault = 'from-ansible-1';

function write(name: string, text: string): void {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, text);
}

async function sealed(name: string, text: string): Promise<void> {
  write(name, await sealText(text, {recipients: [recipient]}));
}

/** A value as it stands in YAML. */
async function inline(text: string, indent: number): Promise<string> {
  const armour = (await sealText(text, {recipients: [recipient]})).trimEnd();
  return `!age |\n${armour.replace(/^/gm, ' '.repeat(indent))}`;
}

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-secrets-'));
  await bundle('src/main.ts', path.join(directory, 'vprov.mjs'));
  const identity = await newIdentityFile(0);
  recipient = identity.recipient;
  write('identity.txt', identity.text);
  write('.age-recipients', `${recipient}\n`);
  write(
    'hosts.yml',
    `all:
  hosts:
    wallpi:
      host: 127.0.0.1
      port: ${ring.port}
      user: pi
      private_key_file: ${ring.keyFile}
      known_hosts_file: ${ring.knownHostsFile}
      home: ${path.join(ring.directory, 'home-pi')}
      become_password: ${canaryOf('become')}
      ansible_ssh_pass: ${canaryOf('sshpassword')}
      hostinline: ${await inline(canaryOf('hostinline'), 8)}
`,
  );
  await sealed(
    'group_vars/all/secrets.yml',
    `groupfile: ${canaryOf('groupfile')}
deep: {list: [{token: ${canaryOf('groupfile')}}]}
seed: ${canaryOf('seed')}-and-sixteen-more
document: '{"password": "${canaryOf('document')}", "pin": ${pin}}'
multiline: |
  -----BEGIN KEY-----
  ${canaryOf('multiline')}
  -----END KEY-----
`,
  );
  await sealed('vars.yml', `varsfile: ${canaryOf('varsfile')}\n`);
  write('vault.yml', vaultText);
  await sealed('extra.yml', `extrafile: ${canaryOf('extrafile')}\n`);
  writeFileSync(path.join(ring.directory, 'home-pi', 'hidden'), `said: ${canaryOf('hidden')}\n`, {
    mode: 0o644,
  });
  write('files/token', `${canaryOf('file')}\n`);
  write('files/from-pipe', canaryOf('pipe'));
  await sealed('roles/keeper/defaults/main.yml', `rolefile: ${canaryOf('rolefile')}\n`);
  write('roles/keeper/tasks/main.yml', "- debug: {msg: '{{ rolefile }} {{ parameter }}'}\n");
  write(
    'roles/described/meta/arguments.yml',
    `properties:
  inclear: {type: string, writeOnly: true}
  rows: {type: array, items: {type: object, properties: {data: {type: object, writeOnly: true}}}}
`,
  );
  write(
    'roles/described/tasks/main.yml',
    `- debug: {msg: '{{ inclear }}'}
- debug: {var: rows}
- debug: {msg: '{{ item.path }} {{ item.data.who }}'}
  loop: '{{ rows }}'
- copy: {dest: '{{ home }}/described', content: 'x {{ inclear }} {{ json rows }}'}
- slurp: {src: '{{ home }}/described'}
  register: read_described
- debug: {var: read_described}
`,
  );
  write('templates/all.conf', `${everything()}\n{{ multiline }}`);
  const all = everything();
  write(
    'play.yml',
    `- hosts: all
  vars:
    playinline: ${await inline(canaryOf('playinline'), 6)}
    env: "{{ secret 'env://TOKEN' }}"
    file: "{{ secret 'file://token' }}"
    pipe: "{{ secret 'pipe://cat files/from-pipe' }}"
    drawn: "{{ random_password seed 'name' 24 }}"
    composed: 'user:{{ groupfile }}@host'
    inclear: ${canaryOf('described')}
    rows: [{path: kv/a, data: {who: ${canaryOf('nested')}, port: 8200}}]
  vars_files: [vars.yml, vault.yml]
  roles:
    - {role: keeper, parameter: '{{ groupfile }}'}
  handlers:
    - name: 'handle it'
      command: "echo {{ groupfile }}"
  tasks:
    - name: 'a name with {{ groupfile }}'
      debug: {msg: '${all}'}
    - include_role: {name: described}
    - debug: {var: deep}
    - debug: {msg: "{{ upper groupfile }} {{ base64 pipe }} {{ replace env '-' '+' }} {{ composed }} {{ drawn }}"}
    - debug: {msg: '{{ item }}'}
      loop: ['{{ groupfile }}', '{{ deep }}', '{{ varsfile }}']
    - copy:
        dest: '{{ home }}/copied'
        content: '${all}'
      notify: 'handle it'
    - copy: {dest: '{{ home }}/multi', content: '{{ multiline }}'}
    - template: {src: all.conf, dest: '{{ home }}/rendered'}
    - copy:
        dest: '{{ home }}/argument'
        content: ${await inline(canaryOf('argument'), 10)}
    - command: {argv: [echo, '${all}', '{{ upper groupfile }}', '{{ multiline }}']}
      register: echoed
    - debug: {var: echoed}
    - debug: {msg: '{{ echoed.stdout }}'}
    - set_fact: {kept: '{{ groupfile }}', host_said: '{{ echoed.stdout }}'}
    - debug: {var: kept}
    - debug: {msg: "{{ json hostvars.wallpi.groupfile }} {{ hostvars.wallpi.become_password }}"}
    - command: {argv: [sh, '-c', 'echo {{ groupfile }} {{ env }} >&2; exit 3']}
      ignore_errors: true
    - command: {argv: [sh, '-c', 'echo {{ pipe }}; exit 4']}
      register: bad
      failed_when: bad.rc != 0
      ignore_errors: true
    - assert: {that: ["groupfile == 'x'"], fail_msg: 'not {{ groupfile }}'}
      ignore_errors: true
    - command: {argv: ['/nowhere/{{ hostinline }}']}
      ignore_errors: true
    - uri: {url: 'http://127.0.0.1:1/{{ varsfile }}', headers: {x-token: '{{ playinline }}'}}
      ignore_errors: true
      register: answered
      until: answered.status == 200
      retries: 1
      delay: 0
    - debug: {msg: '{{ json (from_json document) }} {{ lookup (from_json document) "pin" }}'}
    - command: {argv: [sh, '-c', 'printf user:%s {{ groupfile }} | base64; printf %s {{ groupfile }} | od -An -tx1 | tr -d " "; set -x; : {{ groupfile }}']}
      register: encoded
    - debug: {var: encoded}
    - slurp: {src: '{{ home }}/rendered'}
      register: read_back
    - debug: {var: read_back}
    - fetch: {src: '{{ home }}/rendered', dest: fetched/, flat: true}
    - command: {argv: [cat, '{{ home }}/hidden', '${canaryOf('hidden')}']}
      failed_when: false
      no_log: true
      register: hidden
    - debug: {var: hidden}
    - set_fact: {from_hidden: '{{ hidden.stdout }}'}
    - debug: {msg: '{{ from_hidden }} {{ hidden.stdout_lines.[0] }} {{ hidden.rc }}'}
    - assert: {that: hidden.stdout == 'x'}
      ignore_errors: true
    - fail: {msg: 'because of {{ extrafile }}'}
`,
  );
});

/** Every secret in one text. */
function everything(): string {
  const names = [
    'groupfile',
    'hostinline',
    'playinline',
    'varsfile',
    'token',
    'extrafile',
    'env',
    'file',
    'pipe',
  ];
  return [...names, 'api_token', 'seed', 'drawn', 'become_password'].map((name) => `{{ ${name} }}`).join(' ');
}

afterAll(async () => {
  await ring.stop();
  rmSync(directory, {recursive: true});
});

const environment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  TOKEN: canaryOf('env'),
  VPROV_IDENTITY: 'identity.txt',
  VPROV_VAULT_PASSWORD: vaultPassword,
};

function vprov(...args: readonly string[]): {status: number | null; output: string} {
  const {status, stdout, stderr} = spawnSync(process.execPath, ['vprov.mjs', ...args], {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
  });
  return {status, output: stdout + stderr};
}

/** Each canary in each form that somebody could read it in. */
function leaks(output: string): readonly string[] {
  const texts = [...sources.map(canaryOf), fromVault, vaultPassword, pin];
  const forms = texts.flatMap((text) => [
    text,
    text.toUpperCase(),
    text.replaceAll('-', '+'),
    ...[0, 1, 2].map((before) =>
      Buffer.from(`${' '.repeat(before)}${text}`)
        .toString('base64')
        .slice(before === 0 ? 0 : before + 1, -4),
    ),
    Buffer.from(text).toString('hex'),
  ]);
  return forms.filter((form) => output.includes(form));
}

const typed = [`ansible_become_pass=${canaryOf('extrabecome')}`, `api_token=${canaryOf('extratoken')}`];
const extra = ['@extra.yml', ...typed].flatMap((text) => ['-e', text]);
const common = ['play.yml', '-i', 'hosts.yml', ...extra];

describe('a secret is in no output', () => {
  it.each([
    ['run', '--check', '--diff', '-vvv'],
    ['run', '--check', '--diff', '--output', 'json'],
    ['run', '--diff', '-vvv'],
    ['run', '--diff', '--output', 'json'],
    ['run'],
    ['run', '--print-probes', 'wallpi'],
  ])('vprov %s %s %s %s', (...args) => {
    const [command = '', ...options] = args;
    const {status, output} = vprov(command, ...common, ...options);
    expect(leaks(output)).toEqual([]);
    if (args.includes('--print-probes')) return;
    expect(status, output).toBe(args.includes('--check') ? 1 : 2);
    expect(output).toContain('because of ‹extrafile›');
    expect(output).toContain('‹groupfile›');
  });

  it('and yet the host got them', () => {
    const home = path.join(ring.directory, 'home-pi');
    const copied = readFileSync(path.join(home, 'copied'), 'utf8');
    for (const source of [
      'groupfile',
      'hostinline',
      'playinline',
      'varsfile',
      'extrafile',
      'env',
      'file',
      'pipe',
      'seed',
    ])
      expect(copied).toContain(canaryOf(source));
    expect(copied).toContain(fromVault);
    expect(copied).toContain(canaryOf('extrabecome'));
    expect(readFileSync(path.join(home, 'multi'), 'utf8')).toContain(canaryOf('multiline'));
    expect(readFileSync(path.join(home, 'argument'), 'utf8')).toBe(canaryOf('argument'));
    expect(readFileSync(path.join(home, 'described'), 'utf8')).toBe(
      `x ${canaryOf('described')} [{"path":"kv/a","data":{"who":"${canaryOf('nested')}","port":8200}}]`,
    );
  });

  it('nor in the records of the runs', () => {
    const folder = path.join(directory, '.vprov', 'runs');
    const records = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((one) => one.isFile());
    expect(records.length).toBeGreaterThan(0);
    for (const {parentPath, name} of records)
      expect(leaks(readFileSync(path.join(parentPath, name), 'latin1')), name).toEqual([]);
    expect(leaks(vprov('runs', 'list').output)).toEqual([]);
  });

  it.each([
    ['validate', ...common],
    ['validate', ...common, '--output', 'json'],
    ['validate', ...common, '--output', 'github'],
    ['inventory', '-i', 'hosts.yml', '--list'],
    ['inventory', '-i', 'hosts.yml', '--host', 'wallpi'],
    ['inventory', '-i', 'hosts.yml', '--host', 'wallpi', '--explain', '--playbook', 'play.yml', ...extra],
    [
      'inventory',
      '-i',
      'hosts.yml',
      '--host',
      'wallpi',
      '--explain',
      '--output',
      'json',
      '--playbook',
      'play.yml',
    ],
  ])('vprov %s', (...args) => {
    const {status, output} = vprov(...args);
    expect(leaks(output)).toEqual([]);
    expect(status, output).toBe(0);
  });

  it('vprov validate, of mistakes whose values are secrets', () => {
    write(
      'wrong.yml',
      `- hosts: all
  vars_files: [vars.yml, vault.yml]
  tasks:
    - copy: {dest: '{{ groupfile }}', content: a}
    - wait_for: {port: '{{ groupfile }}'}
    - debug: {msg: a}
      when: groupfile
    - debug: {msg: a}
      when: groupfile > 5
    - debug: {msg: '{{ int groupfile }} {{ groupfile.x }} {{ join groupfile "," }}'}
    - debug: {msg: '{{ from_json varsfile }}'}
    - debug: {msg: '{{ version varsfile }}'}
    - debug: {msg: '{{ cidr_host varsfile 1 }}'}
    - debug: {msg: '{{ regex_search groupfile varsfile }}'}
    - debug: {msg: '{{ deep }} x'}
    - debug: {msg: '{{ item }}'}
      loop: '{{ groupfile }}'
    - file: {path: /x, state: '{{ groupfile }}', mode: '{{ varsfile }}'}
    - debug: {msg: '{{ fail groupfile }}'}
    - debug: {msg: a}
      become_user: '{{ groupfile }}'
`,
    );
    const {status, output} = vprov('validate', 'wrong.yml', '-i', 'hosts.yml', '-e', '@extra.yml');
    expect(status).toBe(1);
    expect(leaks(output)).toEqual([]);
    expect(output.match(/^error:/gm)?.length, output).toBeGreaterThanOrEqual(11);
  });
});

/** What is typed at the terminal, by what it is asked with. */
const questions: readonly (readonly [question: RegExp, answer: string])[] = [
  [/Password to log in with: /, canaryOf('loginpassword')],
  [/Password of sudo.*: /, canaryOf('sudopassword')],
  [/passphrase[^\n]*: /i, canaryOf('passphrase')],
  [/ansible-vault[^\n]*: /i, vaultPassword],
  [/the PIN[^\n]*: /, canaryOf('prompt')],
];

/** A run at a terminal, where each question is answered once. */
async function typedRun(...args: readonly string[]): Promise<{output: string; asked: number}> {
  const {VPROV_VAULT_PASSWORD: _, ...rest} = environment;
  const words = [process.execPath, 'vprov.mjs', 'run', 'typed.yml', '-i', 'keyed.yml', '-k', '-K', ...args];
  const program = spawn('script', ['-qefc', words.join(' '), '/dev/null'], {
    cwd: directory,
    env: {...rest, VPROV_IDENTITY: 'sealed-identity.txt', TERM: 'xterm'},
  });
  let output = '';
  const open = [...questions];
  program.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString('utf8');
    const at = open.findIndex(([question]) => question.test(output));
    const found = open[at];
    if (!found) return;
    open.splice(at, 1);
    program.stdin.write(`${found[1]}\r`);
  });
  await once(program, 'close');
  return {output, asked: questions.length - open.length};
}

describe('what is typed', () => {
  beforeAll(async () => {
    write(
      'sealed-identity.txt',
      await sealText(readFileSync(path.join(directory, 'identity.txt'), 'utf8'), {
        passphrase: canaryOf('passphrase'),
      }),
    );
    write(
      'keyed.yml',
      readFileSync(path.join(directory, 'hosts.yml'), 'utf8').replace(
        /^.*(?:become_password|ssh_pass).*\n/gm,
        '',
      ),
    );
    write(
      'typed.yml',
      `- hosts: all
  vars_prompt: [{name: pin, prompt: the PIN}]
  vars_files: [vars.yml, vault.yml]
  tasks:
    - debug: {msg: '{{ pin }} {{ upper pin }} {{ base64 pin }} {{ varsfile }} {{ token }} {{ hostinline }}'}
    - debug: {var: pin}
    - copy: {dest: '{{ home }}/typed', content: '{{ pin }} {{ token }}'}
    - command: {argv: [echo, '{{ pin }}', '{{ token }}']}
      register: echoed
    - debug: {var: echoed}
    - command: {argv: [sh, '-c', 'echo {{ pin }} >&2; exit 3']}
      ignore_errors: true
    - fail: {msg: 'because of {{ pin }}'}
`,
    );
  });

  it.each([
    ['--diff', '-vvv'],
    ['--check', '--diff', '-vvv'],
    ['--diff', '--output', 'json'],
  ])('is in no output, nor in a record: %s %s %s', async (...args) => {
    rmSync(path.join(directory, '.vprov'), {recursive: true, force: true});
    const {output, asked} = await typedRun(...args.filter((one) => one !== undefined));
    expect(asked, output).toBe(questions.length);
    expect(output).toContain('because of ‹pin›');
    expect(leaks(output)).toEqual([]);
    // A check leaves none.
    const folder = path.join(directory, '.vprov');
    mkdirSync(folder, {recursive: true});
    const records = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((one) => one.isFile());
    for (const {parentPath, name} of records)
      expect(leaks(readFileSync(path.join(parentPath, name), 'latin1')), name).toEqual([]);
    if (!args.includes('--check')) {
      const typed = readFileSync(path.join(ring.directory, 'home-pi', 'typed'), 'utf8');
      expect(typed).toBe(`${canaryOf('prompt')} ${fromVault}`);
    }
  });

  it.each([['pretty'], ['json'], ['github']])(
    'and what -e answers is none in annotations and mistakes: %s',
    (format) => {
      write(
        'asked.yml',
        `- hosts: all
  vars_prompt: [{name: pin, prompt: the PIN}]
  tasks:
    - wait_for: {port: '{{ pin }}'}
    - debug: {msg: '{{ pin.x }} {{ int pin }}'}
    - debug: {msg: a}
      when: pin > 5
    - file: {path: /x, state: '{{ pin }}'}
`,
      );
      const answer = ['-e', `pin=${canaryOf('prompt')}`];
      const {status, output} = vprov(
        'validate',
        'asked.yml',
        '-i',
        'hosts.yml',
        ...answer,
        '--output',
        format,
      );
      expect(status, output).toBe(1);
      expect(leaks(output)).toEqual([]);
    },
  );
});
