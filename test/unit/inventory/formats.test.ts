import {execFileSync} from 'node:child_process';
import {chmodSync, symlinkSync} from 'node:fs';
import {join, relative} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Asking, askPrograms, loadInventory, type ProgramAnswers} from '../../../src/inventory/index.ts';
import {createLockbox, keySources, readSealed, sealText} from '../../../src/source/index.ts';
import {Secret} from '../../../src/text/index.ts';
import {plain} from '../source/plain.ts';
import {makeProject} from './project.ts';

function load(files: Readonly<Record<string, string>>, names: readonly string[]) {
  return loadFrom(makeProject(files), names);
}

/** The inventory of a program. */
async function ask(text: string, asking: Partial<Asking> = {}) {
  const directory = makeProject({cloud: text});
  const file = join(directory, 'cloud');
  chmodSync(file, 0o755);
  const answers = await askPrograms([file], {signal: new AbortController().signal, ...asking});
  return {directory, ...loadFrom(directory, ['cloud'], answers)};
}

function loadFrom(directory: string, names: readonly string[], answers?: ProgramAnswers) {
  const {inventory, diagnostics} = loadInventory(
    names.map((name) => join(directory, name)),
    {answers},
  );
  const seen = diagnostics.map(({code, message, source, hint}) => {
    const at = source
      ? `${relative(directory, source.file)}:${source.line}:${source.column}+${source.length}`
      : '-';
    return `${code} ${at} ${message.replaceAll(`${directory}/`, '')} [${hint}]`;
  });
  const variables = (host: string) =>
    Object.assign({}, ...(inventory.hosts.get(host)?.variables ?? []).map(({vars}) => plain(vars)));
  const groups = Object.fromEntries([...inventory.groups].map(([name, {hosts}]) => [name, hosts.join(' ')]));
  return {hosts: [...inventory.hosts.keys()], groups, variables, diagnostics: seen};
}

const ini = `# the homelab
lonely ansible_host=192.0.2.9

[vault_servers]
wallpi:2222 ansible_user=pi board=pi_zero   # in the attic
frontpi note="two words" path='C:\\x' greeting="say \\"hi\\""
deskpi ports=[8200,8201] empty= mode=0644 version=1.20
web[01:03] member=True label={{inventory_hostname}}

[vault_servers:vars]
vault_product = openbao
greeting = hello = world
tags = ['a', 'b']
quoted = "with spaces"
; a remark

[pis:children]
vault_servers
`;

describe('an inventory in INI form', () => {
  it('has the hosts and groups that Ansible finds in it', () => {
    const read = load({hosts: ini}, ['hosts']);
    expect(read.diagnostics).toEqual([]);
    expect(read.hosts).toEqual(['lonely', 'wallpi', 'frontpi', 'deskpi', 'web01', 'web02', 'web03']);
    expect(read.groups).toEqual({
      all: 'lonely wallpi frontpi deskpi web01 web02 web03',
      ungrouped: 'lonely',
      vault_servers: 'wallpi frontpi deskpi web01 web02 web03',
      pis: 'wallpi frontpi deskpi web01 web02 web03',
    });
  });

  it('has their variables, literals typed and texts as they are', () => {
    const read = load({hosts: ini}, ['hosts']);
    const group = {
      vault_product: 'openbao',
      greeting: 'hello = world',
      tags: ['a', 'b'],
      quoted: 'with spaces',
    };
    expect(read.variables('wallpi')).toEqual({...group, port: 2222, ansible_user: 'pi', board: 'pi_zero'});
    expect(read.variables('frontpi')).toEqual({
      ...group,
      note: 'two words',
      path: 'C:\\x',
      greeting: 'say "hi"',
    });
    expect(read.variables('deskpi')).toEqual({
      ...group,
      ports: [8200, 8201],
      empty: '',
      mode: '0644',
      version: 1.2,
    });
    expect(read.variables('web02')).toEqual({...group, member: true, label: '{{inventory_hostname}}'});
  });

  it.each([
    ['[web', 'INV013 hosts:1:1+4', /no header/],
    ['[web:var]\na=1', 'INV013 hosts:1:1+9', /did you mean 'vars'/],
    ['[web]\nwallpi board', 'INV013 hosts:2:8+5', /'board' is no variable.*NAME=VALUE/],
    ['[web]\nwallpi note="two', 'INV013 hosts:2:13+4', /quote does not end/],
    ['[web]\nwallpi ssh_password=ab#cd', 'INV013 hosts:2:23+1', /'#' ends the line here.*quote the value/],
    ['[web]\nwallpi path=C:\\', 'INV013 hosts:2:1+15', /backslash ends the line/],
    ['[all:vars]\nboard', 'INV013 hosts:2:1+5', /NAME = VALUE/],
    ['[web:children]\na b', 'INV013 hosts:2:3+1', /one group a line/],
    ['[web]\npi\n[wbe:vars]\na=1', 'INV013 hosts:3:1+10', /no group 'wbe'.*did you mean 'web'/],
    ['[web]\npi\n[all:children]\nwbe', 'INV013 hosts:4:1+3', /no group 'wbe'.*did you mean 'web'/],
    ['[web]\na\nb\na user=pi', 'INV013 hosts:4:1+1', /duplicate host 'a'.*remove one of the two/],
    ['[web]\na v=1 w=2 v=3', 'INV013 hosts:2:11+1', /duplicate variable 'v'/],
    ['[web]\na\n[web:vars]\nv=1\nv = 2', 'INV013 hosts:5:1+1', /duplicate variable 'v'/],
    ['[web]\na\n[web:vars]\nv=1\n[web:vars]\nv=2', 'INV013 hosts:6:1+1', /duplicate variable 'v'/],
    ['[web]\na\n[all:children]\nweb\nweb', 'INV013 hosts:5:1+3', /duplicate group 'web'/],
    ['[web]\nn[3:1]', 'INV015 hosts:2:1+6', /end is before its beginning/],
    ['[web]\nn[a:9]', 'INV015 hosts:2:1+6', /neither from number/],
    ['[web]\nn[0:9999999]', 'INV015 hosts:2:1+12', /more than 10000 hosts/],
  ])('tells a mistake where it is: %j', (text, place, words) => {
    const {diagnostics} = load({hosts: `${text}\n`}, ['hosts']);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatch(words);
    expect(diagnostics[0]?.startsWith(place), diagnostics[0]).toBe(true);
  });

  it('is told once where it has the name of the other form, or that has its name', () => {
    const yaml = load({'hosts.ini': 'pis:\n  hosts:\n    wallpi: {host: 192.0.2.1}\n'}, ['hosts.ini']);
    expect(yaml.diagnostics).toEqual([
      'INV013 hosts.ini:1:1+4 this is an inventory in YAML, under a name that says INI [call it hosts.yml]',
    ]);
    const ini = load({'hosts.yaml': '; ours\n[pis]\nwallpi port=22\n'}, ['hosts.yaml']);
    expect(ini.diagnostics).toEqual([
      'INV013 hosts.yaml:2:1+5 this is an inventory in INI, under a name that says YAML [call it hosts.ini]',
    ]);
    expect([yaml.hosts, ini.hosts]).toEqual([['wallpi'], ['wallpi']]);
  });

  it.each([
    [`{'a':1, 'b': [True, None]}`, {a: 1, b: [true, null]}],
    [`{"a": {"b": "it's"}}`, {a: {b: "it's"}}],
    [`['x', "y", 'it\\'s', 'a\\nb']`, ['x', 'y', "it's", 'a\nb']],
    ['(1, 2.5,)', [1, 2.5]],
    ['[]', []],
    [`{1: 'one'}`, {1: 'one'}],
    // What is no literal of Python is a text, as it is for Ansible.
    ['{a: 1}', '{a: 1}'],
    ['[a, b]', '[a, b]'],
    ['[1, 2', '[1, 2'],
    ['[1] 2', '[1] 2'],
    ['[007]', '[007]'],
    ['{{ name }}', '{{ name }}'],
    ['80,443', [80, 443]],
    ['"a", "b"', ['a', 'b']],
    ['80,', [80]],
    ['a, b', 'a, b'],
    ['(1)', 1],
    ['()', []],
    ['{1, 2, 1}', [1, 2]],
    ["{'a': 1, 'a': 2}", {a: 2}],
    ['"one" "word"', 'oneword'],
    ['"x" + "y"', '"x" + "y"'],
    [String.raw`"\x41\u00e9\101\q"`, String.raw`AéA\q`],
    [String.raw`r'\n'`, String.raw`\n`],
    ["'''three'''", 'three'],
    ['8080 # a remark', 8080],
    ['"x" # a remark', 'x'],
    ['hello # no remark', 'hello # no remark'],
    ['"5"', '5'],
    ['-5', -5],
    ['0x1f', 31],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['0644', '0644'],
    ['10.0.0.1', '10.0.0.1'],
    ['12345678901234567890', '12345678901234567890'],
    ['None', null],
    ['TRUE', 'TRUE'],
    // In small letters they are no literals of Python: a difference that docs/language.md names.
    ['true', true],
    ['null', null],
  ])('takes %s below [NAME:vars] as Ansible does', (written, value) => {
    const read = load({hosts: `[web]\npi\n[web:vars]\nv = ${written}\n`}, ['hosts']);
    expect([read.diagnostics, read.variables('pi').v]).toEqual([[], value]);
  });

  // There quotes cut words, and what is left is the literal.
  it.each([
    [`"['a', 'b']"`, ['a', 'b']],
    [`"{'a': 'b c'}"`, {a: 'b c'}],
    [`'{"a": 1}'`, {a: 1}],
    ['"5"', 5],
    [`"'5'"`, '5'],
    [`"'03#pa33w0rd'"`, '03#pa33w0rd'],
    ['"True"', true],
    ['"true"', 'true'],
    ['80,443', [80, 443]],
    ['"two words"', 'two words'],
    ['""', ''],
  ])('takes %s in the line of a host as Ansible does', (written, value) => {
    const read = load({hosts: `[web]\npi v=${written}\n`}, ['hosts']);
    expect([read.diagnostics, read.variables('pi').v]).toEqual([[], value]);
  });

  it('may say more of groups that another file has', () => {
    const files = {'a.yml': 'web: {hosts: {pi: }}\n', 'b.ini': '[web:vars]\na=1\n[big:children]\nweb\n'};
    expect(load(files, ['a.yml', 'b.ini']).diagnostics).toEqual([]);
    expect(load(files, ['b.ini', 'a.yml']).diagnostics.join()).toMatch(/no group 'web'.*no group 'web'/);
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom('[', ']', 'a', ':', '=', '"', "'", ' ', '\n', '#', '\\', '{', '1', 'vars');
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 30}), (pieces) => {
        load({'x.ini': pieces.join('')}, ['x.ini']);
      }),
      {numRuns: 60},
    );
  });
});

describe('a name', () => {
  // They end in paths: of host_vars, of what is kept of a host.
  it.each(['../x', 'a/b', '..', '.', '/etc/passwd', 'a\\b'])('may be no path: %s', (name) => {
    const {hosts, diagnostics} = load({'i.yml': `{web: {hosts: {'${name}': }}, '${name}': {}}`}, ['i.yml']);
    expect([hosts, diagnostics.map((one) => one.split(' ')[0])]).toEqual([[], ['INV005', 'INV005']]);
  });
});

describe('the form of an inventory', () => {
  const yaml = 'web:\n  hosts:\n    wallpi:\n';

  it.each([
    ['YAML by its name', {'i.yml': yaml}, 'i.yml'],
    ['YAML by its looks', {hosts: `# remark\n${yaml}`}, 'hosts'],
    ['JSON', {'i.json': '{"web": {"hosts": {"wallpi": null}}}'}, 'i.json'],
    ['INI by its name', {'i.ini': '[web]\nwallpi\n'}, 'i.ini'],
    ['INI by its looks', {hosts: '[web]\nwallpi\n'}, 'hosts'],
    ['Windows line ends', {hosts: '[web]\r\nwallpi\r\n'}, 'hosts'],
  ] as const)('is told: %s', (_what, files, name) => {
    const {groups, diagnostics} = load(files, [name]);
    expect({diagnostics, web: groups.web}).toEqual({diagnostics: [], web: 'wallpi'});
  });

  it('may be another in each file of a folder, and what is no inventory is passed over', () => {
    const files = {
      'inv/a.yml': yaml,
      'inv/b': '[web]\nfrontpi\n',
      'inv/README.md': '# no',
      'inv/.hidden': 'x',
      // What ssh keeps, where `known_hosts_file` and `private_key_file` may lead into the folder.
      'inv/known_hosts': 'wallpi ssh-ed25519 AAAA\n',
      'inv/known_hosts.old': 'wallpi ssh-ed25519 AAAA\n',
      'inv/id_ed25519': 'a key\n',
      'inv/ssh_config': 'Host wallpi\n',
      'inv/vprov.lock': '{"v": 1}\n',
    };
    const {groups, diagnostics} = load(files, ['inv']);
    expect([groups.web, diagnostics]).toEqual(['wallpi frontpi', []]);
  });

  it.each([
    ['i.yml', 'web: {hosts: {"::1": {user: pi}, "[fe80::2]:2222": {}, "wallpi:22": {port: 23}}}'],
    ['i.ini', '[web]\n::1 user=pi\n[fe80::2]:2222 # by its address\nwallpi:22 port=23\n'],
  ])('has addresses of IPv6, and ports behind names, in each: %s', (name, text) => {
    const {hosts, variables, diagnostics} = load({[name]: text}, [name]);
    expect(diagnostics).toEqual([]);
    expect(hosts).toEqual(['::1', 'fe80::2', 'wallpi']);
    expect(['::1', 'fe80::2', 'wallpi'].map(variables)).toEqual([{user: 'pi'}, {port: 2222}, {port: 23}]);
  });

  it('expands ranges in YAML, too', () => {
    const {hosts} = load({'i.yml': 'web: {hosts: {"n[08:10]": {}, "db-[a:c]-[1:2]": {}, "s[0:6:3]": {}}}'}, [
      'i.yml',
    ]);
    expect(hosts.join(' ')).toBe('n08 n09 n10 db-a-1 db-a-2 db-b-1 db-b-2 db-c-1 db-c-2 s0 s3 s6');
  });
});

describe('an executable inventory', () => {
  const program = (list: string, host = '{}') =>
    `#!/bin/sh\ncase $1 in --list) cat <<'X'\n${list}\nX\n;; --host) echo '${host}' ;; esac\n`;

  it('is asked with --list, and what it prints is data', async () => {
    const list =
      '{"web": {"hosts": ["wallpi"], "vars": {"a": 1}, "children": ["db"]}, "db": ["frontpi"], "_meta": {"hostvars": {"wallpi": {"t": "{{ x }}"}}}}';
    const {groups, variables, diagnostics} = await ask(program(list));
    expect(diagnostics).toEqual([]);
    expect(groups).toMatchObject({web: 'wallpi frontpi', db: 'frontpi'});
    expect(variables('wallpi')).toEqual({a: 1, t: '{{ x }}'});
  });

  it('is asked for each host where it has no _meta, for several at once', async () => {
    const names = Array.from({length: 40}, (_, index) => `pi${index}`);
    // The first of them go on when so many have been asked for.
    const text = `#!/bin/sh
mkdir -p "$0.runs"
case $1 in
--list) echo '{"web": ${JSON.stringify(names)}}' ;;
--host)
  : >"$0.runs/$2"
  while set -- "$0.runs"/* && [ $# -lt 16 ]; do sleep 0.01; done
  echo '{"port": 2222}' ;;
esac
`;
    const read = await ask(text);
    expect(read.diagnostics).toEqual([]);
    expect(read.hosts).toEqual(names);
    expect(names.map(read.variables)).toEqual(names.map(() => ({port: 2222})));
  });

  it('that takes its time is told, that takes too long is ended with all that it started, and asked no more', async () => {
    const told: string[] = [];
    const text = `#!/bin/sh
case $1 in
--list) echo '{"web": ["a", "b"]}' ;;
--host) echo "$2" >>"$0.asked"; echo 'asking the cloud' >&2; sleep 4713 ;;
esac
`;
    const read = await ask(text, {timeoutMs: 2_500, onWaiting: (message) => told.push(message)});
    expect(told).toEqual([
      `asked ${read.directory}/cloud --host for 0 of 2 hosts; with _meta in --list none is asked for`,
    ]);
    expect(read.diagnostics).toEqual(
      ['a', 'b'].map((host) =>
        expect.stringMatching(
          `^INV014 - cloud --host ${host} took more than 2.5 s, and was ended: asking the cloud \\[run it by itself`,
        ),
      ),
    );
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/^sleep 4713$/m);
  });

  it('is not waited for when it has ended, whoever still holds its output', async () => {
    const begin = performance.now();
    const read = await ask(`#!/bin/sh
case $1 in --list) sleep 4716 & echo '{"web": ["wallpi"], "_meta": {}}' ;; esac
`);
    const tookMs = performance.now() - begin;
    execFileSync('sh', ['-c', 'kill $(ps -eo pid,args | awk \'$2 == "sleep" && $3 == 4716 {print $1}\')']);
    expect([read.diagnostics, read.hosts]).toEqual([[], ['wallpi']]);
    expect(tookMs).toBeLessThan(5000);
  });

  it('is ended, with all that it started, when the signal aborts, even if it would rather not', async () => {
    const stop = new AbortController();
    const asked = ask('#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 4714; done\n', {
      signal: stop.signal,
      onWaiting: () => stop.abort(new Error('enough')),
    });
    await expect(asked).rejects.toThrow('enough');
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/^sleep 4714$/m);
  });

  it.each([
    ['#!/bin/sh\necho "no token" >&2\nexit 3\n', /INV014 - cloud --list ended with 3: no token/],
    [
      '#!/bin/sh\necho hello\n',
      /INV014 - cloud --list does not print a JSON object: .*; it begins with "hello\\n"/,
    ],
    [
      '#!/bin/sh\n',
      /INV014 - cloud --list prints nothing, and ends with 0 \[an executable inventory answers --list/,
    ],
    ['#!/bin/sh\necho " "\n', /INV014 - cloud --list prints nothing, and ends with 0/],
    [
      '',
      /INV014 - cloud is an empty file that may be executed: it prints no inventory \[.*take its x bit away/,
    ],
    [
      '#!/bin/sh\nprintf "\\033[31mno\\033[0m \\007token\\t%0600d\\n" 7 >&2\nexit 3\n',
      /INV014 - cloud --list ended with 3: no token 0{191}… \[/,
    ],
    [
      '#!/bin/sh\necho "{web: {hosts: [wallpi]}}"\n',
      /INV014 - cloud --list does not print a JSON object: .*; it begins with "\{"…/,
    ],
    [
      '#!/bin/sh\necho "WARNING: the token of this cloud ends in two days"; echo "{}"\n',
      /does not print a JSON object: .*it begins with "WARNING"…/,
    ],
    [
      '#!/bin/sh\nprintf \'{"web": {"hosts": ["wallpi", "fro\'\n',
      /INV014 - cloud --list prints JSON that ends in the middle, after 33 characters, behind the key 'hosts' \[see why/,
    ],
    [
      '#!/bin/sh\nprintf \'{"_meta": {"hostvars": {"a": {"ansible_password": "canary\'\n',
      /ends in the middle, after \d+ characters, behind the key 'ansible_password' \[(?!.*canary)/,
    ],
    [
      '#!/bin/sh\nprintf \'{"ansible_password": *canary}\'\n',
      /does not print a JSON object: (?!.*canary).*; it begins with "\{"…/,
    ],
    [
      '#!/bin/sh\nprintf "web ansible_password=canary\\n"\n',
      /does not print a JSON object: (?!.*canary).*; it begins with "web ansible_password"…/,
    ],
    [
      '#!/bin/sh\nprintf \'"canary" "x"\'\n',
      /does not print a JSON object: (?!.*canary).*; it begins with "\\""…/,
    ],
    [
      '#!/bin/sh\nprintf \'{"ansible_password": "canary" "x"}\'\n',
      /does not print a JSON object: (?!.*canary).*; it begins with "\{"…/,
    ],
    [
      '#!/no/such/interpreter -u\n',
      /INV014 - cloud --list cannot be run: its first line names \/no\/such\/interpreter, which is not there \[install it/,
    ],
    [
      '#!/bin/sh\r\necho {}\r\n',
      /cannot be run: its lines end as on Windows .*'\/bin\/sh\\r', which is not there/,
    ],
  ])('that fails is told with its own words: %j', async (text, words) => {
    const {diagnostics} = await ask(text);
    expect(diagnostics).toEqual([expect.stringMatching(words)]);
  });
});

describe('an encrypted inventory', () => {
  const password = new Secret('typed', 'correct horse');

  /** What is in it, values that are secrets revealed. */
  const open = async (name: string, text: string) => {
    const sealed = await sealText(text, {passphrase: password.reveal(), workFactor: 10});
    const file = join(makeProject({[name]: sealed}), name);
    const lockbox = createLockbox(keySources({environment: {}, cwd: '/', ask: async () => password}));
    const {inventory, diagnostics} = await readSealed(lockbox, (opener) => loadInventory([file], {opener}));
    const [wallpi] = [...inventory.hosts.values()];
    const values = (wallpi?.variables ?? []).flatMap(({vars}) =>
      vars.entries.map(({key, value}) =>
        value.type === 'scalar' && value.secret instanceof Secret ? `${key} ‹${value.secret.reveal()}›` : key,
      ),
    );
    return {hosts: [...inventory.hosts.keys()], values, diagnostics};
  };

  it.each([
    ['hosts', '# remark\n[web]\nwallpi user=pi\n[web:vars]\ntoken = s.abcdef\n'],
    ['hosts.ini', '[web]\nwallpi user=pi\n[web:vars]\ntoken = s.abcdef\n'],
    ['hosts.yml', 'web: {vars: {token: s.abcdef}, hosts: {wallpi: {user: pi}}}\n'],
    ['inventory', '---\nweb: {vars: {token: s.abcdef}, hosts: {wallpi: {user: pi}}}\n'],
  ])('has the form of its decrypted text, its values as secrets: %s', async (name, text) => {
    expect(await open(name, text)).toEqual({
      hosts: ['wallpi'],
      values: ['token ‹s.abcdef›', 'user ‹pi›'],
      diagnostics: [],
    });
  });

  it('tells where a mistake is, without a word of the text', async () => {
    const {diagnostics} = await open('hosts', '[web]\nwallpi s.abcdef\n');
    expect(diagnostics).toMatchObject([{code: 'INV013', source: {line: 2}}]);
    expect(JSON.stringify(diagnostics)).not.toContain('s.abcdef');
  });
});

describe("a variable of Ansible's that vprov does not read", () => {
  it.each([
    ['ansible_ssh_executable', 'PATH'],
    ['ansible_ssh_transfer_method', 'neither by scp nor by sftp'],
    ['ansible_sftp_extra_args', 'neither by scp nor by sftp'],
    ['ansible_scp_if_ssh', 'neither by scp nor by sftp'],
    ['ansible_host_key_checking', 'vprov trust'],
    ['ansible_ssh_retries', 'timeout'],
    ['ansible_private_key_passphrase', 'ssh-agent'],
  ])('is told once, where it stands, with what holds instead: %s', (name, words) => {
    const {diagnostics} = load({'i.yml': `web:\n  vars:\n    ${name}: x\n  hosts: {a: , b: }\n`}, ['i.yml']);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toContain(`INV016 i.yml:3:5+${name.length} vprov does not read '${name}' [`);
    expect(diagnostics[0]).toContain(words);
  });

  it('is found in group_vars, too', () => {
    const files = {
      'i.yml': 'web: {hosts: {a: }}\n',
      'group_vars/web.yml': 'ansible_ssh_executable: /bin/ssh\n',
    };
    expect(load(files, ['i.yml']).diagnostics.join()).toContain('INV016 group_vars/web.yml:1:1+22');
  });

  it('is not one that means nothing of a connection, nor one that is read', () => {
    const vars =
      '{ansible_python_interpreter: x, ansible_ssh_common_args: -4, ansible_host: y, sftp_port: 1}';
    expect(load({'i.yml': `web: {vars: ${vars}, hosts: {a: }}\n`}, ['i.yml']).diagnostics).toEqual([]);
  });
});

describe('a folder of variables', () => {
  it.each(['group_vars', 'host_vars'])('that cannot be read is a mistake: %s', (folder) => {
    const directory = makeProject({'i.yml': 'web: {hosts: {a: }}\n'});
    // Whoever runs the tests, root too, cannot list what is a link to itself.
    symlinkSync(folder, join(directory, folder));
    const {diagnostics} = loadInventory([join(directory, 'i.yml')]);
    expect(diagnostics.map(({code, message}) => `${code} ${message}`)).toEqual([
      expect.stringContaining(
        `INV017 the variables in ${join(directory, folder)} cannot be read: its links lead`,
      ),
    ]);
  });
});
