import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {formatDiagnostic, githubReporter, jsonReporter} from '../../../src/report/index.ts';
import {filesOf, type Mistake, playbook} from './mistake.ts';
import {validate} from './validate.ts';

type Case = Pick<Mistake, 'task' | 'files'> & {
  readonly extraVars?: readonly string[];
  readonly inventory?: readonly string[];
  /** What must still be told. */
  readonly says: RegExp;
};

/** What people, programs and a workflow are shown of the mistakes of a project. */
async function shownOf(mistake: Case): Promise<string> {
  const written: string[] = [];
  await validate(filesOf(mistake), {
    ...(mistake.inventory ? {inventory: mistake.inventory} : {}),
    ...(mistake.extraVars ? {extraVars: mistake.extraVars} : {}),
    look: (events, directory) => {
      const readLine = (file: string, line: number): string | undefined =>
        readFileSync(file, 'utf8').split('\n')[line - 1];
      const output = {write: (text: string) => written.push(text)};
      const reporters = [jsonReporter(output, readLine), githubReporter(output, directory, readLine)];
      for (const event of events) {
        for (const reporter of reporters) reporter.event(event);
        if (event.type === 'diagnostic')
          written.push(formatDiagnostic(event.diagnostic, readLine, {colour: false, cwd: directory}));
      }
    },
  });
  return written.join('\n');
}

function hides(table: Readonly<Record<string, Case>>): void {
  it.each(Object.entries(table))('%s', async (_name, mistake) => {
    const shown = await shownOf(mistake);
    expect(shown).toMatch(mistake.says);
    expect(shown).not.toContain('CANARY');
  });
}

const named = '  vars: {api_token: CANARYb, db: {password: CANARYd}, unseal_keys: [CANARYk]}\n';

function reading(task: string): Pick<Case, 'files'> {
  return {files: {'site.yml': playbook(task, named)}};
}

function variables(text: string): Pick<Case, 'files'> {
  return {files: {'v.yml': text, 'site.yml': playbook('- debug: {msg: a}', '  vars_files: [v.yml]\n')}};
}

describe('a mistake quotes no value of a variable that is named like a secret', () => {
  hides({
    'an argument of another type': {
      ...reading("- wait_for: {port: '{{ api_token }}'}"),
      says: /'port' must be a whole number/,
    },
    'an argument of a few words': {
      ...reading("- file: {path: /x, state: '{{ api_token }}'}"),
      says: /'state' must be one of file, directory/,
    },
    'a member': {
      ...reading("- file: {path: /x, state: '{{ db.password }}'}"),
      says: /'state' must be one of/,
    },
    'an item': {
      ...reading("- file: {path: /x, state: '{{ item }}'}\n  loop: '{{ unseal_keys }}'"),
      says: /'state' must be one of/,
    },
    'a function of a template': {
      ...reading("- debug: {msg: '{{ number api_token }}'}"),
      says: /is not a number/,
    },
    'a function of a condition': {
      ...reading("- debug: {msg: a}\n  when: version(api_token) > version('1')"),
      says: /is not a version/,
    },
    'the name of a file': {
      ...reading("- copy: {dest: /x, src: '{{ api_token }}'}"),
      says: /there is no file '‹api_token›'/,
    },
    'a text with a colon': {
      ...variables('db_password: CANARYz : x\n'),
      says: /quote the text: '‹not shown›'/,
    },
    'an alias': {...variables('db_password: *CANARYz\n'), says: /no anchor/},
    'a tag': {...variables('db_password: !CANARYz\n'), says: /unknown YAML tag/},
    'an INI file without =': {
      files: {'hosts.ini': '[pis]\nwallpi\n[pis:vars]\nansible_password CANARYa\n'},
      inventory: ['hosts.ini'],
      says: /'ansible_password ‹not shown›' is no variable/,
    },
    'what a role says is a secret, by a name that is none': {
      files: {
        'group_vars/pis.yml': 'foo: CANARYw\nbar: [CANARYx]\n',
        'roles/r/meta/arguments.yml':
          'properties:\n  foo: {type: integer, writeOnly: true}\n  bar: {type: array, writeOnly: true, items: {pattern: "^a"}}\n',
        'roles/r/tasks/main.yml': '- debug: {msg: a}\n',
        'site.yml': '- hosts: pis\n  roles: [r]\n',
      },
      says: /'foo' must be a whole number(.|\n)*'bar\[0\]' must match/,
    },
    'shares of a vault that are no list': {
      files: {
        'group_vars/pis.yml': 'vault_unseal_keys: CANARYu\n',
        'roles/r/meta/arguments.yml':
          "properties:\n  vault_unseal_keys: {type: array, writeOnly: true, description: 'Shares, where no file has them.'}\n",
        'roles/r/tasks/main.yml': '- debug: {msg: a}\n',
        'site.yml': '- hosts: pis\n  roles: [r]\n',
      },
      says: /'vault_unseal_keys' must be a list(.|\n)*hint: Shares, where no file has them/,
    },
    'a host of an INI file without =': {
      files: {'hosts.ini': '[pis]\nwallpi ansible_password CANARYa\n'},
      inventory: ['hosts.ini'],
      says: /is no variable/,
    },
  });
});

/** A play with a role whose schema says what is secret, and these tasks. */
function described(tasks: string, more: Readonly<Record<string, string>> = {}): Pick<Case, 'files'> {
  return {
    files: {
      'group_vars/pis.yml':
        'word: CANARYw\nrow: {level: info, inner: CANARYi}\nrows: [{path: a, data: {who: CANARYo}}]\nlong: |\n  begin\n  CANARYl\n',
      'roles/r/meta/arguments.yml':
        'properties:\n  word: {type: string, writeOnly: true}\n  long: {type: string, writeOnly: true}\n  row: {type: object, properties: {inner: {$ref: "#/$defs/hidden"}}}\n  rows: {type: array, items: {type: object, properties: {data: {type: object, writeOnly: true}}}}\n$defs: {hidden: {type: string, writeOnly: true}}\n',
      'roles/r/tasks/main.yml': tasks,
      'site.yml': '- hosts: pis\n  roles: [r]\n',
      ...more,
    },
  };
}

describe('no mistake quotes what the schema of a role calls a secret', () => {
  hides({
    'a member of a text': {...described("- debug: {msg: '{{ word.foo }}'}\n"), says: /foo/},
    'an assertion that does not hold': {
      ...described("- assert: {that: word == 'z'}\n"),
      says: /not so: word == 'z'/,
    },
    'a function that takes a number': {
      ...described("- debug: {msg: '{{ number word }}'}\n"),
      says: /number cannot take the secret ‹word›/,
    },
    'a mode': {
      ...described("- copy: {content: a, dest: /x, mode: '{{ word }}'}\n"),
      says: /'mode' cannot hold a secret/,
    },
    'a role of that name': {...described("- include_role: {name: '{{ word }}'}\n"), says: /role/},
    'a member of a map': {
      ...described("- file: {path: /x, state: '{{ row.inner }}'}\n"),
      says: /'state' cannot hold a secret/,
    },
    'a reference beside it': {
      ...described("- file: {path: /x, state: '{{ row.level }}'}\n"),
      says: /'state' must be one of/,
    },
    'a member of an item': {
      ...described("- file: {path: /x, state: '{{ item.data.who }}'}\n  loop: '{{ rows }}'\n"),
      says: /'state' cannot hold a secret/,
    },
    'a member that it has not': {
      ...described("- debug: {msg: '{{ rows.0.data.whom }}'}\n"),
      says: /'whom'/,
    },
    'several lines': {
      ...described("- wait_for: {port: '{{ long }}'}\n"),
      says: /'port' cannot hold a secret/,
    },
    'a file of -e': {
      ...described("- file: {path: /x, state: '{{ word }}'}\n", {'more.yml': 'word: CANARYe\n'}),
      extraVars: ['@more.yml'],
      says: /'state' cannot hold a secret/,
    },
    'a role that a task includes': {
      ...described("- file: {path: /x, state: '{{ word }}'}\n", {
        'site.yml': '- hosts: pis\n  tasks:\n    - include_role: {name: r}\n',
      }),
      says: /'state' cannot hold a secret/,
    },
    'what another host is given': {
      ...described("- file: {path: /x, state: '{{ hostvars.frontpi.word }}'}\n"),
      says: /'state' cannot hold a secret/,
    },
    'what is made of it': {
      ...described("- file: {path: /x, state: '{{ made }}'}\n  vars: {made: 'a-{{ word }}'}\n"),
      says: /'state' cannot hold a secret/,
    },
    'a file that a task includes': {
      ...described('- include_vars: iv.yml\n- command: uptime\n  when: word\n', {
        'roles/r/vars/iv.yml': 'word: CANARYa\n',
      }),
      says: /'word' comes from include_vars/,
    },
    'a name that is there twice': {
      ...described('- debug: {msg: a}\n', {
        'group_vars/pis.yml': 'word: CANARYe\nword: CANARYf\nrow:\n  inner: CANARYg\n  inner: CANARYh\n',
      }),
      says: /twice|already|duplicate/i,
    },
    'a bracket that is not closed, behind a member': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'row: {inner: CANARYd, level: [}\n'}),
      says: /group_vars\/pis\.yml:1/,
    },
    'a quote that is not closed': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'word: "CANARYl\n'}),
      says: /group_vars\/pis\.yml/,
    },
    'a colon in a member': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'row: {inner: CANARYg: x}\n'}),
      says: /group_vars\/pis\.yml:1/,
    },
    'a tab': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'word:\tCANARYm\n\tx: CANARYn\n'}),
      says: /tab/,
    },
    'a template without quotes': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'word: {{ x }}CANARYo\n'}),
      says: /quote/,
    },
    'a text in the place of a map': {
      ...described('- debug: {msg: a}\n', {'group_vars/pis.yml': 'row: "inner: CANARYk"\n'}),
      says: /'row' must be a map/,
    },
    'a text of -e in the place of a map': {
      ...described('- debug: {msg: a}\n'),
      extraVars: ['row={"inner": "CANARYj"}'],
      says: /'row' must be a map/,
    },
    'a question whose answer is shown': {
      ...described('- debug: {msg: a}\n', {
        'site.yml':
          '- hosts: pis\n  roles: [r]\n  vars_prompt:\n    - {name: word, private: false, default: CANARYp, promt: W}\n    - name: long\n      private: false\n      default: [CANARYq]\n',
      }),
      says: /promt/,
    },
    'a schema that has a mistake itself': {
      ...described("- debug: {msg: '{{ word.foo }}'}\n", {
        'roles/r/meta/arguments.yml':
          'properties:\n  word: {type: string, writeOnly: true}\n  port: {typ: integer}\n',
      }),
      says: /'typ'(.|\n)*foo/,
    },
    'a role in a file that is named by a template': {
      files: {
        ...described("- debug: {msg: '{{ word.foo }}'}\n").files,
        'tasks.yml': '- import_role: {name: r}\n',
        'site.yml':
          "- hosts: pis\n  vars: {which: tasks}\n  tasks:\n    - include_tasks: '{{ which }}.yml'\n",
      },
      says: /foo/,
    },
    'a line that is wrong beside it': {
      files: {
        ...described('- debug: {msg: a}\n').files,
        'group_vars/pis.yml': 'row: {inner: CANARYi, level: "{{ nope }}"}\n',
        'site.yml': "- hosts: pis\n  roles: [r]\n  tasks:\n    - debug: {msg: '{{ row }}'}\n",
      },
      says: /'nope' is not defined/,
    },
  });
});

function quiet(task: string, keyword = 'no_log: true'): Pick<Case, 'task'> {
  return {task: `${task}\n  ${keyword}`};
}

describe('a mistake under no_log quotes no value of the task', () => {
  hides({
    'set_fact that is read later': {
      task: "- set_fact: {sf: 'CANARYa'}\n  no_log: true\n- assert: {that: [\"sf == 'x'\"]}",
      says: /'sf' comes from set_fact/,
    },
    'an argument of another type': {
      ...quiet("- wait_for: {port: 'CANARYp'}"),
      says: /'port' must be a whole number, not '‹not shown›'/,
    },
    'an argument of a few words': {
      ...quiet("- file: {path: /x, state: 'CANARYq'}"),
      says: /'state' must be one of file, directory.*not '‹not shown›'/,
    },
    'a text of several lines': {
      ...quiet('- file:\n    path: /x\n    state: |-\n      CANARYq\n      CANARYr'),
      says: /'state' must be one of/,
    },
    'what an assertion says': {
      ...quiet("- assert: {that: [port == 1], fail_msg: 'CANARYfm'}"),
      says: /hidden by no_log/,
    },
    'a handler': {...quiet('- command: ls\n  notify: CANARYt'), says: /no handler '‹not shown›'/},
    'no_log before the rest': {
      task: "- no_log: true\n  file: {path: /x, state: 'CANARYq'}",
      says: /'state' must be one of/,
    },
    'what no_log itself is': {
      task: "- command: CANARYc\n  no_log: 'true'",
      says: /'no_log' must be true or false, not 'true'(.|\n)*write 'true', without quotes/,
    },
    'no_log in braces': {task: '- {wait_for: {port: CANARYp}, no_log: true}', says: /'port' must be/},
    'no_log in braces of several lines': {
      task: '- {wait_for: {port: CANARYp},\n   no_log: true}',
      says: /'port' must be/,
    },
    'a block': {task: '- no_log: true\n  block:\n    - wait_for: {port: CANARYp}', says: /'port' must be/},
    'a block that says it behind its tasks': {
      task: '- block:\n  - wait_for: {port: CANARYp}\n  no_log: true',
      says: /'port' must be/,
    },
    'a play': {
      files: {'site.yml': playbook('- wait_for: {port: CANARYp}', '  no_log: true\n')},
      says: /'port' must be/,
    },
    'a key': {
      ...quiet('- copy: {dst: /CANARY, content: CANARYc}'),
      says: /copy has no argument 'dst'(.|\n)*‹not shown› dst ‹not shown›/,
    },
    'a name in a template': {
      ...quiet("- command: 'echo CANARYx {{ greting }}'"),
      says: /‹not shown› greting ‹not shown›/,
    },
    'a literal of a filter': {
      ...quiet('- command: \'echo {{ x | default("CANARYtwo") }}\''),
      says: /is a Jinja filter/,
    },
    'a literal of a condition': {
      ...quiet('- command: ls\n  when: "\'CANARYthr\' | length > 1"'),
      says: /is a Jinja filter/,
    },
    'a condition': {...quiet('- assert: {that: ["greeting == \'CANARYx\'"]}'), says: /assert|not so|hidden/},
    'a mistake of YAML': {task: '- command: CANARYz : x\n  no_log: true', says: /': ' inside a text/},
    'a variable of an include': {
      task: "- include_tasks: t.yml\n  no_log: true\n  vars: {pw: 'CANARYm'}",
      files: {'t.yml': "- debug: {msg: '{{ pw.x }}'}\n"},
      says: /'pw' comes from include parameters/,
    },
    'a variable of an include, in the words': {
      task: "- include_tasks: t.yml\n  no_log: true\n  vars: {pw: 'CANARYm'}",
      files: {'t.yml': "- wait_for: {port: '{{ pw }}'}\n"},
      says: /'port' must be a whole number|hidden by no_log/,
    },
  });

  it.each([
    '- wait_for: {port: shown}\n  no_log: false',
    '- debug: {msg: a}\n  no_log: true\n- wait_for: {port: shown}',
    '- wait_for: {port: shown}\n- debug: {msg: a}\n  no_log: true',
    '- block:\n  - debug: {msg: a}\n    no_log: true\n  - wait_for: {port: shown}',
  ])('what is beside it is quoted: %j', async (task) => {
    expect(await shownOf({task, says: /./})).toMatch(/not 'shown'(.|\n)*│.*wait_for: \{port: shown\}/);
  });
});

/** A project whose play says this before its tasks, and has these other files. */
function reached(play: string, files: Readonly<Record<string, string>>): Pick<Case, 'files'> {
  return {files: {...files, 'site.yml': `- hosts: pis\n${play}`}};
}

describe('a mistake quotes no value of a file that is reached under no_log', () => {
  const wrong = '- wait_for: {port: CANARYp}\n';
  hides({
    'a role of a play': {
      ...reached('  no_log: true\n  roles: [r]\n', {'roles/r/tasks/main.yml': wrong}),
      says: /'port' must be a whole number, not '‹not shown›'/,
    },
    'a role that is named with no_log': {
      ...reached('  roles: [{role: r, no_log: true}]\n', {'roles/r/tasks/main.yml': wrong}),
      says: /'port' must be/,
    },
    'a role that another role needs': {
      ...reached('  no_log: true\n  roles: [r]\n', {
        'roles/r/meta/main.yml': 'dependencies: [s]\n',
        'roles/s/tasks/main.yml': wrong,
      }),
      says: /'port' must be/,
    },
    'a handler of a role': {
      ...reached('  no_log: true\n  roles: [r]\n', {
        'roles/r/tasks/main.yml': '- command: ls\n  notify: h\n',
        'roles/r/handlers/main.yml': '- name: h\n  wait_for: {port: CANARYp}\n',
      }),
      says: /'port' must be/,
    },
    'an imported file': {
      ...reached('  tasks: [{import_tasks: t.yml, no_log: true}]\n', {'t.yml': wrong}),
      says: /'port' must be/,
    },
    'an included file': {
      ...reached('  tasks: [{include_tasks: {file: t.yml, apply: {no_log: true}}}]\n', {'t.yml': wrong}),
      says: /'port' must be/,
    },
    'a file whose name is a template': {
      ...reached("  no_log: true\n  tasks: [{include_tasks: '{{ file }}', vars: {file: t.yml}}]\n", {
        't.yml': wrong,
      }),
      says: /'port' must be/,
    },
    'a file that a block includes': {
      ...reached('  tasks: [{no_log: true, block: [{include_role: {name: r}}]}]\n', {
        'roles/r/tasks/main.yml': wrong,
      }),
      says: /'port' must be/,
    },
    'a file that an included file imports': {
      ...reached('  no_log: true\n  tasks: [{include_tasks: t.yml}]\n', {
        't.yml': '- import_tasks: u.yml\n',
        'u.yml': wrong,
      }),
      says: /'port' must be/,
    },
    'a mistake of YAML': {
      ...reached('  no_log: true\n  roles: [r]\n', {'roles/r/tasks/main.yml': '- command: CANARYz : x\n'}),
      says: /': ' inside a text/,
    },
    'a keyword': {
      ...reached('  no_log: true\n  roles: [r]\n', {
        'roles/r/tasks/main.yml': '- {command: CANARYz, wehn: x}\n',
      }),
      says: /'wehn'/,
    },
    'a template file': {
      ...reached('  tasks: [{template: {src: t.hbs, dest: /x}, no_log: true}]\n', {
        'templates/t.hbs': 'CANARYt {{ nope }}\n',
      }),
      says: /'nope' is not defined/,
    },
    'a template file of a role': {
      ...reached('  no_log: true\n  roles: [r]\n', {
        'roles/r/tasks/main.yml': '- template: {src: t.hbs, dest: /x}\n',
        'roles/r/templates/t.hbs': 'CANARYt {{#if}}\n',
      }),
      says: /./,
    },
    'variables of a role': {
      ...reached('  no_log: true\n  roles: [r]\n', {
        'roles/r/tasks/main.yml': "- debug: {msg: '{{ x }}'}\n",
        'roles/r/vars/main.yml': "x: 'CANARYt {{ nope }}'\n",
      }),
      says: /'nope' is not defined/,
    },
  });

  it('once, where another play reaches it without', async () => {
    const files = {
      'site.yml': '- hosts: pis\n  no_log: true\n  roles: [r]\n- hosts: pis\n  roles: [r]\n',
      'roles/r/tasks/main.yml': '- wait_for: {port: CANARYp}\n',
    };
    const {diagnostics} = await validate(filesOf({files}));
    expect(diagnostics).toHaveLength(1);
  });

  it('what another play of the playbook reaches is quoted', async () => {
    const quiet = '- hosts: pis\n  no_log: true\n  tasks: [{debug: {msg: a}}]\n';
    const files = {
      'site.yml': `${quiet}- hosts: pis\n  roles: [r]\n`,
      'roles/r/tasks/main.yml': '- wait_for: {port: shown}\n',
    };
    expect(await shownOf({files, says: /./})).toMatch(/not 'shown'(.|\n)*│.*wait_for: \{port: shown\}/);
  });
});

describe('a mistake shows no default of a private prompt', () => {
  const prompts = (text: string): Case => ({
    files: {'site.yml': playbook('- debug: {msg: a}', text)},
    says: /did you mean 'prompt'/,
  });
  hides({
    'in braces': prompts('  vars_prompt: [{name: pw, default: CANARYc, promtp: x}]\n'),
    'in braces, before': prompts('  vars_prompt: [{promtp: x, name: pw, default: CANARYc}]\n'),
    'of a list': prompts('  vars_prompt:\n  - {name: pw, default: CANARYc, promtp: x}\n'),
    'of a deeper list': prompts(
      '  vars_prompt:\n    - {name: a}\n    - {name: pw, default: CANARYc, promtp: x}\n',
    ),
    'beside one that is shown': prompts(
      '  vars_prompt: [{name: a, private: false, default: b}, {name: pw, default: CANARYc, promtp: x}]\n',
    ),
  });

  it('but that of one that is none', async () => {
    expect(
      await shownOf(prompts('  vars_prompt: [{name: pw, default: shown, private: false, promtp: x}]\n')),
    ).toContain('default: shown, private');
  });
});

describe('a mistake quotes no secret, however short it is', () => {
  const typed = {extraVars: ['x_token=Zq7J']};
  it.each<readonly [string, Case]>([
    [
      'delegate_to',
      {
        ...typed,
        task: '- command: ls\n  delegate_to: "{{ x_token }}"',
        says: /delegate_to names '‹x_token›'/,
      },
    ],
    [
      'hosts',
      {
        ...typed,
        files: {'site.yml': '- hosts: "{{ x_token }}"\n  tasks: [{debug: {msg: x}}]\n'},
        says: /no host or group matches '‹x_token›'/,
      },
    ],
    [
      'file',
      {...typed, task: '- debug: {msg: "{{ file x_token }}"}', says: /file cannot take the secret ‹x_token›/},
    ],
    [
      'env',
      {...typed, task: '- debug: {msg: "{{ env x_token }}"}', says: /env cannot take the secret ‹x_token›/},
    ],
    [
      'a list and a map of that name',
      {
        extraVars: ['{"x_tokens": ["Zq7J"], "y": {"password": {"a": "Zq7J"}}}'],
        task: '- wait_for: {port: "{{ lookup x_tokens 0 }}"}\n- wait_for: {port: "{{ y.password.a }}"}',
        says: /./,
      },
    ],
  ])('%s', async (_name, mistake) => {
    const shown = await shownOf(mistake);
    expect(shown).toMatch(mistake.says);
    expect(shown).not.toContain('Zq7J');
  });
});
