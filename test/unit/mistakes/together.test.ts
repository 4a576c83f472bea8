import {describe, expect, it} from 'vitest';
import {filesOf, playbook} from './mistake.ts';
import {validate} from './validate.ts';

/** Mistakes that stand beside one another: none hides another. */
const together: Readonly<Record<string, {files: Record<string, string>; codes: readonly string[]}>> = {
  'a name like one that vprov defines, and mistakes that name that one': {
    files: {
      'site.yml': playbook(
        "- user: {name: a, ⟦append⟧: true}\n- debug: {msg: '{{ groups.⟦web⟧ }}'}\n- add_host: {name: desk, ⟦grups⟧: fresh}",
      ),
    },
    codes: ['MOD006', 'VAL002', 'VAL017'],
  },
  'all connection variables of a host': {
    files: {
      'inventory/hosts.yml':
        'pis: {hosts: {wallpi: {host: ⟦[]⟧, port: ⟦abc⟧, user: ⟦""⟧, become_method: ⟦x⟧, become_exe: ⟦[]⟧, become_flags: ⟦[]⟧, transport: ⟦y⟧, timeout: ⟦q⟧, become: ⟦yes⟧, become_user: ⟦a b⟧, proxy_jump: ⟦a b⟧, ssh_args: ⟦a⟧, ssh_extra_args: ⟦b⟧, ssh_config_file: ⟦[]⟧, private_key_file: ⟦{}⟧, arch: ⟦[]⟧, board: ⟦[]⟧}}}\n',
    },
    codes: Array.from({length: 17}, () => 'ENG005'),
  },
  'an argument of a command, and a member that its result never has': {
    files: {
      'site.yml': playbook(
        "- command: {cmd: x, ⟦chdr⟧: /a}\n  register: r\n- debug: {msg: '{{ r.⟦stdot⟧ }}'}",
      ),
    },
    codes: ['MOD002', 'VAL002'],
  },
  'a condition, and a name in the template of the task': {
    files: {
      'a.hbs': '{{ ⟦zork⟧ }}\n',
      'site.yml': playbook('- template: {src: a.hbs, dest: /x}\n  when: ⟦prt⟧ == 1'),
    },
    codes: ['VAL001', 'VAL001'],
  },
  'a condition, and a file that there is not': {
    files: {'site.yml': playbook('- copy: {src: ⟦gone⟧, dest: /x}\n  when: "⟦{{ port == 1 }}⟧"')},
    codes: ['ENG001', 'VAL013'],
  },
  'a condition of another type, and an argument': {
    files: {'site.yml': playbook("- debug: {msg: '{{ ⟦nope⟧ }}'}\n  when: ⟦port == 'a'⟧")},
    codes: ['VAL001', 'VAL005'],
  },
  'a condition, and what stands in the file that is included': {
    files: {
      't.yml': "- debug: {msg: '{{ ⟦nope⟧ }}'}\n",
      'site.yml': playbook('- include_tasks: t.yml\n  when: ⟦prt⟧ == 1'),
    },
    codes: ['VAL001', 'VAL001'],
  },
  'a condition of a block, and its tasks': {
    files: {
      'site.yml': playbook(
        "- block:\n    - debug: {msg: '{{ ⟦nope⟧ }}'}\n    - wait_for: {port: ⟦many⟧}\n  when: ⟦prt⟧ == 1",
      ),
    },
    codes: ['VAL001', 'MOD004', 'VAL001'],
  },
  'a condition, and an argument that it guards': {
    files: {
      'site.yml': playbook("- debug: {msg: 'a {{ empty }} {{ ⟦nope⟧ }}'}\n  when: empty ⟦is not none⟧"),
    },
    codes: ['VAL001', 'VAL013'],
  },
  'a condition, and an assert that would not hold': {
    files: {'site.yml': playbook('- assert: {that: [port == 1]}\n  when: ⟦prt⟧ == 1')},
    codes: ['VAL001'],
  },
  'a loop, and an argument': {
    files: {'site.yml': playbook("- debug: {msg: '{{ item.a }} {{ ⟦nope⟧ }}'}\n  loop: '{{ ⟦nmaes⟧ }}'")},
    codes: ['VAL001', 'VAL001'],
  },
  'two wrong items of a loop': {
    files: {
      'site.yml': playbook(
        "- file: {path: '{{ item.p }}', state: '{{ item.s }}'}\n  loop:\n    - {p: /a, s: ⟦dirctory⟧}\n    - {p: /b, s: ⟦fil⟧}",
      ),
    },
    codes: ['MOD005', 'MOD005'],
  },
  'two wrong modes in a loop, and one that is right': {
    files: {
      'site.yml': playbook(
        "- file: {path: '/x{{ item }}', mode: '{{ item }}'}\n  loop: [⟦644⟧, '0600', ⟦755⟧]",
      ),
    },
    codes: ['MOD005', 'MOD005'],
  },
  'two misspelt settings in one variable': {
    files: {
      'site.yml': playbook(
        "- vault_config: {dest: /etc/vault.hcl, settings: '{{ combine own own }}'}",
        '  vars:\n    own: {listener: {tcp: {⟦tls_disabel⟧: true}}, ⟦log_levl⟧: debug}\n',
      ),
    },
    codes: ['MOD005', 'MOD005'],
  },
  'an unknown keyword, and an argument of the same task': {
    files: {'site.yml': playbook('- copy: {dest: /a, content: b, ⟦mdoe⟧: "0644"}\n  ⟦wibble⟧: 2')},
    codes: ['MOD002', 'PLY002'],
  },
  'an unknown keyword, and a wrong type of an argument of the same task': {
    files: {'site.yml': playbook('- wait_for: {port: ⟦many⟧}\n  ⟦wibble⟧: 2')},
    codes: ['MOD004', 'PLY002'],
  },
  'a missing file of variables, and a name near to another': {
    files: {
      'site.yml': playbook(
        "- debug: {msg: '{{ ⟦prot⟧ }}'}\n- debug: {msg: '{{ of_the_file }}'}",
        '  vars_files: [⟦vars/gone.yml⟧]\n',
      ),
    },
    codes: ['PLY015', 'VAL001'],
  },
  'a misspelt file of variables, and a name that it does not define': {
    files: {
      'vars/more.yml': 'of_the_file: 1\n',
      'site.yml': playbook(
        "- debug: {msg: '{{ ⟦nope⟧ }}'}\n- debug: {msg: '{{ of_the_file }}'}",
        '  vars_files: [⟦vars/mroe.yml⟧]\n',
      ),
    },
    codes: ['PLY015', 'VAL001'],
  },
  'a missing file of variables, and a file of a near name that is none': {
    files: {
      'sitf.yml': playbook('- debug: {msg: a}'),
      'site.yml': playbook("- debug: {msg: '{{ of_the_file }}'}", '  vars_files: [⟦sitx.yml⟧]\n'),
    },
    codes: ['PLY015'],
  },
  'a missing file of tasks, and a playbook of a near name': {
    files: {
      'sitf.yml': playbook('- debug: {msg: a}'),
      'site.yml': playbook("- include_tasks: ⟦sitx.yml⟧\n- debug: {msg: '{{ of_the_file }}'}"),
    },
    codes: ['PLY023'],
  },
  'a misspelt role, and a name that it does not define': {
    files: {
      'roles/web/defaults/main.yml': 'of_the_role: 1\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ of_the_role }}'}\n",
      'site.yml': playbook(
        "- debug: {msg: '{{ ⟦nope⟧ }}'}\n- debug: {msg: '{{ of_the_role }}'}",
        '  roles: [⟦wbe⟧]\n',
      ),
    },
    codes: ['PLY011', 'VAL001'],
  },
  'a misspelt file of tasks, and a name that it does not set': {
    files: {
      'more.yml': '- set_fact: {of_the_file: 1}\n',
      'site.yml': playbook(
        "- import_tasks: ⟦mroe.yml⟧\n- debug: {msg: '{{ ⟦nope⟧ }}'}\n- debug: {msg: '{{ of_the_file }}'}",
      ),
    },
    codes: ['PLY023', 'VAL001'],
  },
  'a missing file of variables of a play, and a name of the play before it': {
    files: {
      'site.yml': `${playbook("- debug: {msg: '{{ ⟦nope⟧ }}'}")}${playbook(
        "- debug: {msg: '{{ of_the_file }}'}",
        '  vars_files: [⟦vars/gone.yml⟧]\n',
      )}`,
    },
    codes: ['VAL001', 'PLY015'],
  },
  'an argument of a template, and a name in the template': {
    files: {
      'a.hbs': '{{ ⟦w2⟧ }}\n',
      'site.yml': playbook("- template: {src: a.hbs, dest: '/{{ ⟦w1⟧ }}'}"),
    },
    codes: ['VAL001', 'VAL001'],
  },
  'a mode, and a template that is none': {
    files: {
      'a.hbs': '⟦{{#if⟧ a\n',
      'site.yml': playbook('- template: {src: a.hbs, dest: /x, mode: ⟦abc⟧}'),
    },
    codes: ['MOD005', 'VAL003'],
  },
  'a misspelt argument, and a template that there is not': {
    files: {'site.yml': playbook('- template: {src: ⟦gone.hbs⟧, ⟦dst⟧: /x}')},
    codes: ['ENG001', 'MOD002'],
  },
  'a local file that there is not, and a mode': {
    files: {'site.yml': playbook('- copy: {src: ⟦gone⟧, dest: /x, mode: ⟦rw⟧}')},
    codes: ['ENG001', 'MOD005'],
  },
  'a local file that there is not, and a name in another argument': {
    files: {'site.yml': playbook("- copy: {src: ⟦gone⟧, dest: /x, owner: '{{ ⟦w1⟧ }}'}")},
    codes: ['ENG001', 'VAL001'],
  },
  'a name in a command, and whom it is delegated to': {
    files: {'site.yml': playbook("- command: 'ls {{ ⟦w1⟧ }}'\n  delegate_to: ⟦wallpii⟧")},
    codes: ['VAL001', 'ENG014'],
  },
  'names in a command, in its environment, and in who runs it': {
    files: {
      'site.yml': playbook(
        "- command: 'ls {{ ⟦w1⟧ }}'\n  environment: {A: '{{ ⟦w2⟧ }}'}\n  become: true\n  become_user: '{{ ⟦w3⟧ }}'",
      ),
    },
    codes: ['VAL001', 'VAL001', 'VAL001'],
  },
  'a condition of an assert, and a misspelt argument': {
    files: {'site.yml': playbook('- assert: {that: [⟦w1⟧ == 1], ⟦fail_mgs⟧: a}')},
    codes: ['VAL001', 'MOD002'],
  },
  'a condition of an assert, and what it says': {
    files: {'site.yml': playbook("- assert: {that: [⟦w1⟧ == 1], fail_msg: '{{ ⟦w2⟧ }}'}")},
    codes: ['VAL001', 'VAL001'],
  },
  'a misspelt module, and whom it is delegated to': {
    files: {'site.yml': playbook('- ⟦cmmand⟧: ls\n  delegate_to: ⟦wallpii⟧')},
    codes: ['PLY002', 'ENG014'],
  },
  'a variable that nothing reads, and a name that is not defined': {
    files: {
      'group_vars/pis.yml': '⟦web_prot⟧: 1\n',
      'roles/web/defaults/main.yml': 'web_port: 80\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }}'}\n",
      'site.yml': playbook("- debug: {msg: '{{ ⟦w⟧ }}'}", '  roles: [web]\n'),
    },
    codes: ['VAL017', 'VAL001'],
  },
  'a variable that nothing reads, and the misspelt reading of the one that is meant': {
    files: {
      'group_vars/pis.yml': 'web_prot: 1\n',
      'roles/web/defaults/main.yml': 'web_port: 80\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ ⟦web_potr⟧ }}'}\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    codes: ['VAL001'],
  },
  'variables of a role that its schema alone names, or that are called like a module': {
    files: {
      'group_vars/pis.yml': '⟦web_certificat⟧: a\n⟦hostname⟧: b\n',
      'roles/web/meta/arguments.yml':
        'properties:\n  web_certificate: {type: string}\n  web_names: {description: What hostname takes.}\n',
      'roles/web/tasks/main.yml':
        '# hostname is a module\n- hostname: {name: \'{{ default web_names "a" }}\'}\n- debug: {msg: \'{{ default web_certificate "a" }}\'}\n',
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    codes: ['VAL017', 'VAL017'],
  },
  'a variable called like a module, which a template reads': {
    files: {
      'group_vars/pis.yml': 'hostname: b\n',
      'roles/web/meta/arguments.yml': 'properties:\n  web_names: {description: What hostname takes.}\n',
      'roles/web/templates/a.hbs': '{{ hostname }}\n',
      'roles/web/tasks/main.yml': '- template: {src: a.hbs, dest: /a}\n',
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    codes: [],
  },
  'what a role needs, given under a misspelt name': {
    files: {
      'group_vars/pis.yml': '⟦web_produkt⟧: a\n',
      'roles/web/meta/arguments.yml': 'required: [web_product]\nproperties: {web_product: {type: string}}\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_product }}'}\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    codes: ['PLY019'],
  },
  'two things that a role needs, and one misspelt parameter': {
    files: {
      'roles/web/meta/arguments.yml':
        'required: [web_port, web_part]\nproperties: {web_port: {type: integer}, web_part: {type: integer}}\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }} {{ web_part }}'}\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [{role: ⟦web⟧, ⟦web_prot⟧: 80}]\n'),
    },
    codes: ['PLY019', 'PLY020'],
  },
  'parameters that a schema takes by a pattern, by an alternative, or at all': {
    files: {
      'roles/web/meta/arguments.yml':
        'properties: {web_port: {type: integer}}\npatternProperties: {"^web_por": {}}\nanyOf: [{properties: {web_ports: {}}}, {}]\nadditionalProperties: false\n',
      'roles/api/meta/arguments.yml': 'properties: {web_port: {type: integer}}\nadditionalProperties: {}\n',
      'roles/cli/meta/arguments.yml': 'properties: {web_port: {type: integer}}\n',
      'roles/cli/defaults/main.yml': 'web_post: a\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_porx }} {{ web_prot }} {{ web_post }}'}\n",
      'roles/api/tasks/main.yml': '- import_tasks: ../../web/tasks/main.yml\n',
      'roles/cli/tasks/main.yml': '- import_tasks: ../../web/tasks/main.yml\n',
      'site.yml': playbook(
        '- debug: {msg: a}',
        '  vars: {web_porx: 1, web_prot: 1, web_post: 1}\n  roles: [{role: web, web_porx: 80}, {role: api, web_prot: 1}, {role: cli, web_post: 1}]\n',
      ),
    },
    codes: [],
  },
  'a role and a file of tasks, misspelt once and named rightly once, each with a mistake': {
    files: {
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ ⟦zork⟧ }}'}\n",
      'prepared.yml': "\n- debug: {msg: '{{ ⟦zork⟧ }}'}\n",
      'site.yml': playbook(
        '- import_tasks: ⟦prepare.yml⟧\n- import_tasks: prepared.yml',
        '  roles: [⟦weg⟧, web]\n',
      ),
    },
    codes: ['PLY011', 'PLY023', 'VAL001', 'VAL001'],
  },
  'curly quotes that are a part of a text': {
    files: {
      'a.hbs':
        '“{{ port }}” {{! “a” }} {{!-- {{ “b” }} --}} \\{{ “c” }} {{ default port "“d”" }} {{~! ‘e’ ~}}\n',
      'site.yml': playbook('- template: {src: a.hbs, dest: /a}\n- debug: {msg: "“{{ port }}”"}'),
    },
    codes: [],
  },
};

const reader = playbook("- copy: {dest: /a, content: 'x {{ ⟦bbb⟧ }}'}");

/** What a play has for itself, and what is lost with it: the code of the mistake, and whether the next play may have it, too. */
const lostInOnePlay = [
  ['a prompt without a name', '  vars_prompt: [⟦{prompt: x}⟧]\n', 'PLY013'],
  ['a file of variables that there is not', '  vars_files: [⟦no.yml⟧]\n', 'PLY015'],
  ['variables that are no map', '  vars: ⟦[a]⟧\n', 'PLY001'],
  [
    'a role whose file of defaults there is not',
    '  pre_tasks: [{import_role: {name: web, defaults_from: ⟦odd⟧}}]\n',
    'PLY023',
  ],
  ['a rescue without a block', '  pre_tasks: [{⟦rescue⟧: [{debug: {msg: a}}]}]\n', 'PLY014'],
] as const;

describe('a name is missed in the next play, too, beside', () => {
  const web = {'roles/web/tasks/main.yml': '- debug: {msg: a}\n'};
  it.each(lostInOnePlay)('%s', async (_name, more, code) => {
    const site = playbook('- debug: {msg: a}', more);
    const {diagnostics} = await validate(filesOf({files: {...web, 'site.yml': site + reader}}));
    expect(diagnostics.map((one) => one.code)).toEqual([code, 'VAL001']);
  });

  it.each(lostInOnePlay.slice(0, 4))('%s, and not in the same play', async (_name, more, code) => {
    const site = playbook("- copy: {dest: /a, content: 'x {{ bbb }}'}", more);
    const {diagnostics} = await validate(filesOf({files: {...web, 'site.yml': site}}));
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  it.each([
    ['a role that there is not', '  roles: [nope]\n', 'PLY011'],
    ['a file of tasks that there is not', '  pre_tasks: [{import_tasks: nope.yml}]\n', 'PLY023'],
  ])('but not beside %s, whose tasks may have set it', async (_name, more, code) => {
    const site = playbook('- debug: {msg: a}', more);
    const {diagnostics} = await validate(filesOf({files: {...web, 'site.yml': site + reader}}));
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  it('what an import cannot give to its plays, and not within these', async () => {
    const site = `- import_playbook: other.yml\n  vars: [a]\n${reader}`;
    const {diagnostics} = await validate(filesOf({files: {'other.yml': reader, 'site.yml': site}}));
    expect(diagnostics.map(({code, source}) => [code, source?.file])).toEqual([
      ['PLY001', 'site.yml'],
      ['VAL001', 'site.yml'],
    ]);
  });

  it('a play without hosts, where none of its tasks sets it', async () => {
    const lost = '- tasks:\n    - set_fact: {ccc: 1}\n    - command: x\n      register: ddd\n';
    const site = lost + playbook("- copy: {dest: /a, content: 'x {{ ⟦bbb⟧ }} {{ ccc }} {{ ddd.rc }}'}");
    const {diagnostics} = await validate(filesOf({files: {'site.yml': site}}));
    expect(diagnostics.map((one) => one.code)).toEqual(['PLY013', 'VAL001']);
  });
});

describe('a hint with what stands there', () => {
  it.each([
    '- debug: {msg: "{{ default port “hunter2” }}"}',
    '- debug: {msg: \'{{ concat “a” "hunter2" }}\'}',
    '- debug: {msg: a}\n  when: greeting == “hunter2”',
    "- debug: {msg: a}\n  when: greeting > '1.9.7'\n  no_log: true",
    "- assert: {that: greeting > '1.9.7'}\n  no_log: true",
  ])('shows no long text: %s', async (task) => {
    const {diagnostics} = await validate(filesOf({task}));
    expect(diagnostics).toHaveLength(1);
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`).not.toMatch(/hunter2|1\.9\.7/);
  });
});

describe('mistakes beside one another are all told:', () => {
  it.each(Object.entries(together))('%s', async (_name, {files, codes}) => {
    const {diagnostics, marked} = await validate(filesOf({files}));
    const byPlace = (a: string, b: string) => a.localeCompare(b, 'en', {numeric: true});
    expect(
      diagnostics.map(({code, source}) => `${source?.line}:${source?.column} ${code}`).sort(byPlace),
    ).toEqual(marked.map(({line, column}, index) => `${line}:${column} ${codes[index]}`).sort(byPlace));
  });

  it('a failed assertion says where the values of its condition come from', async () => {
    const {diagnostics} = await validate(filesOf({task: '- assert: {that: port == 1}'}));
    expect(diagnostics.map(({code, related}) => [code, related?.[0]?.message])).toEqual([
      ['ENG004', "'port' is 8200, from playbook group_vars/pis"],
    ]);
  });

  it('two plays that use one broken role both go without what it may define', async () => {
    const play = "- hosts: pis\n  roles: [web]\n  tasks:\n    - debug: {msg: '{{ of_the_role }}'}\n";
    const {diagnostics} = await validate(
      filesOf({files: {'roles/web/vars/main.yml': '- a list\n', 'site.yml': play + play}}),
    );
    expect(diagnostics.map(({code}) => code)).toEqual(['PLY001']);
  });
});
