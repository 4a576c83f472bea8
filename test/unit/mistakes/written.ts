import {type Mistake, playbook, soundProject} from './mistake.ts';

const vault = (vars: string, settings: string): NonNullable<Mistake['files']> => ({
  'group_vars/pis.yml': `${soundProject['group_vars/pis.yml']}${vars}`,
  'site.yml': playbook(`- vault_config: {dest: /etc/vault.hcl, settings: '${settings}'}`),
});

/** A wrong value is told where somebody wrote it, not where a template passes it on. */
export const written: readonly Mistake[] = [
  {
    name: 'a wrong item of a loop',
    task: "- file: {path: '{{ item }}', state: directory}\n  loop: [/a, ⟦b⟧, /d]",
    code: 'MOD005',
    says: /'path' must be an absolute path.*'b'/,
    hint: /begins with \//,
  },
  {
    name: 'a wrong value in an item of a loop',
    task: "- file: {path: '{{ item.p }}', state: '{{ item.s }}'}\n  loop:\n    - {p: /a, s: directory}\n    - {p: /b, s: ⟦fil⟧}",
    code: 'MOD005',
    says: /'state' must be one of .*'fil'/,
    hint: /'file'/,
  },
  {
    name: 'a mode in an item of a loop, whose variable has another name',
    task: "- file: {path: /a, mode: '{{ it.mode }}'}\n  loop: [{mode: ⟦644⟧}]\n  loop_control: {loop_var: it}",
    code: 'MOD005',
    says: /'mode' must be octal/,
    hint: /quotes/,
  },
  {
    name: 'a mode in an item of a loop, which may be left out',
    task: "- file: {path: '{{ item.path }}', mode: '{{ default item.mode omit }}'}\n  loop: [{path: /a, mode: ⟦644⟧}, {path: /b}]",
    code: 'MOD005',
    says: /'mode' must be octal/,
    hint: /quotes/,
  },
  {
    name: 'a wrong value in a list that a loop takes from a variable, read by two tasks',
    files: {
      'site.yml': playbook(
        "- file: {path: '{{ item }}'}\n  loop: '{{ paths }}'\n- file: {path: '{{ item }}', mode: '0644'}\n  loop: '{{ paths }}'",
        '  vars:\n    paths: [/a, ⟦b⟧]\n',
      ),
    },
    code: 'MOD005',
    says: /'path' must be an absolute path/,
    hint: /begins with \//,
  },
  {
    name: 'a wrong value deep in an item of a loop',
    task: "- user: {name: '{{ item.who.name }}', uid: '{{ item.who.ids.uid }}'}\n  loop: [{who: {name: a, ids: {uid: ⟦many⟧}}}]",
    code: 'MOD004',
    says: /'uid' must be a whole number/,
    hint: /./,
  },
  {
    name: 'a misspelt setting in a variable',
    files: vault('own: {⟦log_levl⟧: debug}\n', '{{ own }}'),
    code: 'MOD005',
    says: /sets 'log_levl', which no server reads/,
    hint: /'log_level'/,
  },
  {
    name: 'a misspelt setting in a variable that goes over others',
    files: vault(
      'base: {profile: {settings: {log_level: info}}}\nown:\n  listener:\n    tcp: {⟦tls_disabel⟧: true}\n',
      '{{ combine_all (lookup (lookup base "profile") "settings") own }}',
    ),
    code: 'MOD005',
    says: /sets 'listener.tcp.tls_disabel', which no server reads/,
    hint: /'tls_disable'/,
  },
  {
    name: 'a misspelt setting in a variable of a variable',
    files: vault('inner: {storage: {raft: {⟦pathh⟧: /x}}}\nown: "{{ inner }}"\n', '{{ combine own own }}'),
    code: 'MOD005',
    says: /sets 'storage.raft.pathh', which no server reads/,
    hint: /'path'/,
  },
  {
    name: 'a misspelt setting where it is written',
    task: '- vault_config: {dest: /etc/vault.hcl, settings: {listener: {tcp: {⟦adress⟧: x}}}}',
    code: 'MOD005',
    says: /sets 'listener.tcp.adress', which no server reads/,
    hint: /'address'/,
  },
  {
    name: 'a name of vprov in a file of extra variables',
    files: {'more.yml': 'a: 1\n⟦groups⟧: 1\n'},
    extraVars: ['@more.yml'],
    code: 'VAL014',
    says: /'groups' cannot be a variable/,
    hint: /rename/,
  },
  {
    name: 'a list in a file of extra variables',
    files: {'more.yml': '⟦- a⟧\n'},
    extraVars: ['@more.yml'],
    code: 'ENG003',
    says: /expected a map of variables/,
    hint: /@vars.yml/,
  },
  {
    name: "a variable in a file of extra variables that is almost a role's",
    files: {
      'roles/web/defaults/main.yml': 'web_listen: 80\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_listen }}'}\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
      'more.yml': '⟦web_lsten⟧: 81\n',
    },
    extraVars: ['@more.yml'],
    code: 'VAL017',
    severity: 'warning',
    says: /nothing reads 'web_lsten'/,
    hint: /'web_listen'/,
  },
];
