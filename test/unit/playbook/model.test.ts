import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {loadPlaybook, type Task, tasksIn} from '../../../src/playbook/index.ts';
import type {Node} from '../../../src/source/index.ts';
import {plain} from '../source/plain.ts';
import {modules, read, readPlay} from './read.ts';

const texts = (expressions: readonly {text: string}[] | undefined) => expressions?.map(({text}) => text);

/** What of a task is not as it would be by default, without places. */
function summary(task: Task): Readonly<Record<string, unknown>> {
  const {module, args, when, notify, tags, loop, loopVariable} = task;
  const all = {
    name: task.name?.text,
    module,
    args: plain(args),
    when: texts(when),
    register: task.register,
    notify: notify.map((one) => [one.handler, ...one.when.map(({text}) => text)].join(' if ')),
    loop: plain(loop),
    loopVariable: loopVariable === 'item' ? undefined : loopVariable,
    tags,
    become: task.become.become,
    user: plain(task.become.user),
    vars: task.vars.map(plain),
    changedWhen: texts(task.changedWhen),
    failedWhen: texts(task.failedWhen),
    until: texts(task.until),
    retries: task.retries === 3 ? undefined : task.retries,
    delaySeconds: task.delaySeconds === 5 ? undefined : task.delaySeconds,
    flags: (['readsOnly', 'ignoreErrors', 'noLog'] as const).filter((flag) => task[flag]),
    role: task.role?.name,
  };
  const isSet = ([, value]: readonly [string, unknown]) =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(all).filter(isSet));
}

/** The only task of a play; `task` stands at line 3, column 5. */
function readTask(task: string): Task {
  const play = readPlay(
    `- hosts: all\n  tasks:\n  - ${task}\n  handlers: [{name: h, debug: }, {name: i, debug: }]\n`,
  );
  const [only] = tasksIn(play.tasks);
  if (only === undefined) throw new Error('no task');
  return only;
}

describe('a task', () => {
  it('has defaults for all that is not said', () => {
    const {args, source, moduleSource, keywordSources, ...rest} = readTask('debug:');
    expect(plain(args)).toEqual({});
    expect(source).toMatchObject({line: 3, column: 5});
    expect(moduleSource).toMatchObject({line: 3, column: 5, length: 5});
    expect([...(keywordSources?.keys() ?? [])]).toEqual(['debug']);
    expect(rest).toEqual({
      type: 'task',
      name: undefined,
      module: 'debug',
      when: [],
      register: undefined,
      notify: [],
      loop: undefined,
      loopVariable: 'item',
      label: undefined,
      pauseSeconds: 0,
      isExtended: false,
      breakWhen: [],
      tags: [],
      become: {become: undefined, user: undefined},
      vars: [],
      readsOnly: false,
      changedWhen: undefined,
      failedWhen: undefined,
      until: undefined,
      retries: 3,
      delaySeconds: 5,
      ignoreErrors: undefined,
      noLog: undefined,
      among: {
        runOnce: undefined,
        throttle: undefined,
        anyErrorsFatal: undefined,
        ignoreUnreachable: undefined,
        delegateTo: undefined,
        delegateFacts: undefined,
      },
      manner: {checkMode: undefined, diff: undefined, timeoutSeconds: undefined, environment: []},
      role: undefined,
    });
  });

  it.each<readonly [name: string, text: string, expected: Readonly<Record<string, unknown>>]>([
    ['arguments as a map', 'copy: {src: a, mode: 0644}', {module: 'copy', args: {src: 'a', mode: 644}}],
    ['arguments in one line', 'command: uptime -p', {module: 'command', args: {cmd: 'uptime -p'}}],
    ['a handler flush', 'meta: flush_handlers', {module: 'meta', args: {action: 'flush_handlers'}}],
    [
      'args beside the module',
      'command: x\n    args: {creates: /y}',
      {module: 'command', args: {cmd: 'x', creates: '/y'}},
    ],
    ['a long name', 'ansible.builtin.copy: {src: a}', {module: 'copy', args: {src: 'a'}}],
    ['one condition', 'debug:\n    when: a == 1', {module: 'debug', args: {}, when: ['a == 1']}],
    [
      'several conditions',
      'debug:\n    when: [a, not b, true]',
      {module: 'debug', args: {}, when: ['a', 'not b', 'true']},
    ],
    ['a boolean as a condition', 'debug:\n    when: False', {module: 'debug', args: {}, when: ['false']}],
    [
      'judgement',
      'debug:\n    changed_when: false\n    failed_when: [a, b]',
      {module: 'debug', args: {}, changedWhen: ['false'], failedWhen: ['a', 'b']},
    ],
    [
      'tries',
      'debug:\n    until: ok\n    retries: 0\n    delay: 0.5',
      {module: 'debug', args: {}, until: ['ok'], retries: 0, delaySeconds: 0.5},
    ],
    ['notify by name', 'debug:\n    notify: h', {module: 'debug', args: {}, notify: ['h']}],
    [
      'notify of several, with conditions',
      'debug:\n    notify: [h, {handler: i, when: [a, b]}]',
      {module: 'debug', args: {}, notify: ['h', 'i if a if b']},
    ],
    [
      'a loop',
      'debug:\n    loop: [1, {a: b}]\n    loop_control: {loop_var: x}',
      {module: 'debug', args: {}, loop: [1, {a: 'b'}], loopVariable: 'x'},
    ],
    ['a loop over a template', "debug:\n    loop: '{{ xs }}'", {module: 'debug', args: {}, loop: '{{ xs }}'}],
    ['tags', 'debug:\n    tags: a, b', {module: 'debug', args: {}, tags: ['a', 'b']}],
    [
      'become',
      'debug:\n    become: false\n    become_user: vault',
      {module: 'debug', args: {}, become: false, user: 'vault'},
    ],
    [
      'flags',
      'debug:\n    reads_only: true\n    ignore_errors: true\n    no_log: true',
      {module: 'debug', args: {}, flags: ['readsOnly', 'ignoreErrors', 'noLog']},
    ],
    [
      'the rest',
      'debug:\n    name: n\n    register: r\n    vars: {a: 1}',
      {module: 'debug', args: {}, name: 'n', register: 'r', vars: [{a: 1}]},
    ],
    ['nothing on the right side', 'debug:\n    tags:\n    vars:\n    notify:', {module: 'debug', args: {}}],
  ])('%s', (_name, text, expected) => {
    expect(summary(readTask(text))).toEqual(expected);
  });

  it('keeps a template in become', () => {
    const {become} = readTask("debug:\n    become: '{{ b }}'").become;
    expect(plain(become as Node)).toBe('{{ b }}');
  });

  it('knows the place of every condition', () => {
    const [first, second] = readTask("debug:\n    when:\n      - a\n      - 'b'").when;
    expect([first?.source, second?.source]).toMatchObject([
      {line: 5, column: 9, length: 1},
      {line: 6, column: 9, length: 3},
    ]);
  });
});

describe('a play', () => {
  it('has defaults for all that is not said', () => {
    const {hosts, source, file, ...rest} = readPlay('- hosts: all:!wallpi\n');
    expect(file).toMatch(/p\.yml$/);
    expect(hosts).toMatchObject({text: 'all:!wallpi', source: {line: 1, column: 10, length: 11}});
    expect(source).toMatchObject({line: 1, column: 3});
    expect(rest).toEqual({
      name: 'all:!wallpi',
      importedBy: [],
      become: {become: undefined, user: undefined},
      gatherFacts: true,
      quorum: false,
      pace: {
        serial: [],
        order: undefined,
        maxFailPercentage: undefined,
        anyErrorsFatal: false,
        inStep: false,
        ignoreUnreachable: false,
        forceHandlers: false,
      },
      hostPatterns: [expect.objectContaining({text: 'all:!wallpi'})],
      vars: undefined,
      prompts: [],
      varsFiles: [],
      tags: [],
      roles: [],
      tasks: [
        {type: 'flush', isLast: false},
        {type: 'flush', isLast: true},
      ],
      handlers: [],
    });
  });

  it('takes a list of patterns for their union', () => {
    expect(readPlay('- hosts: [a, "b:c"]\n').hosts.text).toBe('a,b:c');
  });

  it('runs roles, then tasks; handlers of roles come first; tags are inherited', () => {
    const play = readPlay(
      `- name: P
  hosts: all
  quorum: true
  gather_facts: false
  tags: p
  roles:
    - vault
    - {role: base, tags: [r], when: r, become: true, size: 1, vars: {size: 2, x: 3}}
  tasks:
    - {debug: , tags: [t, p], notify: [own, restart]}
  handlers:
    - {name: own, debug: , when: h}
`,
      {
        'roles/vault/tasks/main.yml': '- {copy: {src: a}, tags: v}\n',
        'roles/vault/handlers/main.yaml': '- {name: restart, debug: }\n',
        'roles/vault/defaults/main.yml': 'a: 1\n',
        'roles/vault/vars/main.yml': 'b: 2\n',
        'roles/vault/meta/arguments.yml': 'type: object\n',
        'playbooks/roles/base/tasks/main.yml': '- {debug: , when: t}\n- {debug: , become: false}\n',
        'roles/base/tasks/main.yml': '- {debug: hidden by the one beside the playbook}\n',
      },
    );
    expect([...tasksIn(play.tasks)].map(summary)).toEqual([
      {module: 'copy', args: {src: 'a'}, tags: ['p', 'v'], role: 'vault'},
      {module: 'debug', args: {}, tags: ['p', 'r'], when: ['r', 't'], become: true, role: 'base'},
      {module: 'debug', args: {}, tags: ['p', 'r'], when: ['r'], become: false, role: 'base'},
      {module: 'debug', args: {}, tags: ['p', 't'], notify: ['own', 'restart']},
    ]);
    expect(play.handlers.map(({handlerName, tags, role}) => [handlerName, tags, role?.name])).toEqual([
      ['restart', ['p'], 'vault'],
      ['own', ['p'], undefined],
    ]);
    const [vault, base] = play.roles;
    expect(
      [vault?.defaults, vault?.vars, vault?.argumentSpec, base?.parameters].map((map) => plain(map)),
    ).toEqual([{a: 1}, {b: 2}, {type: 'object'}, {x: 3, size: 1}]);
    expect(play).toMatchObject({name: 'P', quorum: true, gatherFacts: false});
  });

  it("has the handlers of roles that tasks use after the play's own, as in Ansible", () => {
    const play = readPlay(
      `- hosts: all
  roles: [first]
  tasks:
    - import_role: {name: third}
    - include_role: {name: fourth}
  handlers:
    - {name: second, debug: }
`,
      Object.fromEntries(
        ['first', 'third', 'fourth'].flatMap((name) => [
          [`roles/${name}/tasks/main.yml`, '- {debug: }\n'],
          [`roles/${name}/handlers/main.yml`, `- {name: ${name}, debug: }\n`],
        ]),
      ),
    );
    expect(play.handlers.map(({handlerName}) => handlerName)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('shares one role object between the play, its tasks and its handlers', () => {
    const play = readPlay('- hosts: all\n  roles: [vault]\n', {
      'roles/vault/tasks/main.yml': '- debug:\n',
      'roles/vault/handlers/main.yml': '- {name: h, debug: }\n',
    });
    expect([...tasksIn(play.tasks)][0]?.role).toBe(play.roles[0]);
    expect(play.handlers[0]?.role).toBe(play.roles[0]);
  });

  it('may use a role twice with different parameters; its handlers are there once', () => {
    const play = readPlay('- hosts: all\n  roles: [{role: r, x: 1}, {role: r, x: 2}]\n', {
      'roles/r/tasks/main.yml': '- {debug: , notify: h}\n',
      'roles/r/handlers/main.yml': '- {name: h, debug: }\n',
    });
    expect([...tasksIn(play.tasks)].map(({role}) => plain(role?.parameters))).toEqual([{x: 1}, {x: 2}]);
    expect(play.handlers).toHaveLength(1);
  });

  it('knows absolute places of the playbook and of roles', () => {
    const {directory, playbook} = read({
      'playbooks/p.yml': '- hosts: all\n  roles: [r]\n',
      'roles/r/tasks/main.yml': '- debug:\n',
    });
    expect(playbook?.file).toBe(join(directory, 'playbooks/p.yml'));
    expect(playbook?.plays[0]?.roles[0]?.directory).toBe(join(directory, 'roles/r'));
    const [task] = tasksIn(playbook?.plays[0]?.tasks ?? []);
    expect(task?.source.file).toBe(join(directory, 'roles/r/tasks/main.yml'));
  });
});

describe('loading', () => {
  it('reads a file of a role once, however many plays use it', () => {
    const roles = '- hosts: all\n  roles: [r]\n'.repeat(3);
    const {playbook} = read({'playbooks/p.yml': roles, 'roles/r/defaults/main.yml': 'a: 1\n'});
    const defaults = playbook?.plays.map((play) => play.roles[0]?.defaults);
    expect(defaults).toHaveLength(3);
    expect(new Set(defaults).size).toBe(1);
  });

  it('takes 500 tasks in no time', () => {
    const tasks = Array.from(
      {length: 500},
      (_, n) =>
        `    - name: task ${n}\n      copy: {src: a, dest: /b/${n}, mode: '0644'}\n      when: x == ${n}\n`,
    );
    const {directory} = read({'playbooks/p.yml': `- hosts: all\n  tasks:\n${tasks.join('')}`});
    const started = process.cpuUsage();
    const {playbook} = loadPlaybook(join(directory, 'playbooks/p.yml'), modules);
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
    expect([...tasksIn(playbook?.plays[0]?.tasks ?? [])]).toHaveLength(500);
  });
});
