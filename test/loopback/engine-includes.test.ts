import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {Bench} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
});

beforeEach(() => {
  bench?.remove();
  bench = new Bench({wallpi: ring}, {wallpi: {}});
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const said = (name: string, msg = name) => ({name, debug: {msg}});

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files)) bench.write(name, JSON.stringify(content));
}

it('an imported role runs where it stands, with its parameters, and an included one with the item of its loop', async () => {
  write({
    'roles/web/defaults/main.yml': {www: 80, of: 'default'},
    'roles/web/vars/main.yml': {fixed: 'var'},
    'roles/web/tasks/main.yml': [said('web {{ www }}', '{{ fixed }} {{ of }} {{ role_name }}')],
    'roles/web/tasks/other.yml': [said('other {{ www }}')],
    'roles/hidden/defaults/main.yml': {secret_port: 1},
    'roles/hidden/tasks/main.yml': [said('hidden {{ secret_port }}')],
  });
  const ran = await bench.run({
    tasks: [
      said('before', '{{ www }}'),
      {import_role: {name: 'web'}, vars: {www: 81}},
      {
        include_role: {name: '{{ item.role }}', tasks_from: 'other'},
        loop: [{role: 'web', www: 82}],
        vars: {www: '{{ item.www }}'},
      },
      {include_role: {name: 'hidden'}},
      said('after'),
    ],
  });
  expect(ran.mistakes).toEqual([]);
  expect(ran.tasks.map(({task}) => task.name)).toEqual([
    'before',
    'web 81',
    'include_role',
    'other 82',
    'include_role',
    'hidden 1',
    'after',
  ]);
  expect(ran.message('before')).toBe('80');
  expect(ran.message('web 81')).toBe('var default web');
  const leaks = await bench.run({tasks: [{include_role: {name: 'hidden'}}, said('x', '{{ secret_port }}')]});
  expect(leaks.mistakes).toEqual(["'secret_port' is not defined"]);
});

it("roles that a role depends on run first, once each, and see one another's variables", async () => {
  write({
    'roles/base/defaults/main.yml': {base_port: 1},
    'roles/base/tasks/main.yml': [said('base', '{{ web_port }}')],
    'roles/web/defaults/main.yml': {web_port: 2},
    'roles/web/meta/main.yml': {dependencies: ['base', {role: 'twice', n: 1}, {role: 'twice', n: 2}]},
    'roles/web/tasks/main.yml': [said('web', '{{ base_port }}')],
    'roles/twice/tasks/main.yml': [said('twice {{ n }}')],
    'roles/db/meta/main.yml': {dependencies: [{role: 'base'}]},
    'roles/db/tasks/main.yml': [said('db')],
  });
  const ran = await bench.run({roles: ['web', 'db']});
  expect(ran.mistakes).toEqual([]);
  expect(ran.statuses).toEqual(['base: ok', 'twice 1: ok', 'twice 2: ok', 'web: ok', 'db: ok']);
  expect(ran.message('base')).toBe('2');
});

it('handlers of included roles are notified by name, by role and name, and by what they listen to', async () => {
  write({
    'roles/web/handlers/main.yml': [
      {...said('restart'), listen: ['web changed', 'all']},
      {...said('reload {{ what }}')},
    ],
    'roles/web/tasks/main.yml': [{name: 'in role', command: 'true', notify: 'web : restart'}],
  });
  const ran = await bench.run({
    vars: {what: 'site', role: 'web'},
    handlers: [{debug: {msg: 'nameless'}, listen: 'all'}],
    tasks: [
      {include_role: {name: '{{ role }}'}},
      {name: 'by topic', command: 'true', notify: ['all', 'reload site', '{{ "web changed" }}']},
    ],
  });
  expect(ran.mistakes).toEqual([]);
  expect(ran.statuses.slice(-3)).toEqual(['debug: ok', 'restart: ok', 'reload site: ok']);
  const wrong = await bench.run({
    vars: {what: 'x'},
    handlers: [said('h')],
    tasks: [{name: 'n', command: 'true', notify: '{{ what }}'}],
  });
  expect(wrong.mistakes).toEqual(["no handler 'x' in this play or its roles"]);
});

it('pre_tasks, roles and tasks, post_tasks: handlers run after each', async () => {
  write({'roles/r/tasks/main.yml': [{name: 'role', command: 'true', notify: 'h'}]});
  const task = (name: string) => ({name, command: 'true', notify: 'h'});
  const ran = await bench.run({
    pre_tasks: [task('pre')],
    roles: ['r'],
    tasks: [task('task')],
    post_tasks: [task('post')],
    handlers: [said('h')],
  });
  expect(ran.statuses.map((one) => one.split(':')[0])).toEqual([
    'pre',
    'h',
    'role',
    'task',
    'h',
    'post',
    'h',
  ]);
});

it('meta: end_role, end_host and end_play end what they name, where their condition holds', async () => {
  write({'roles/r/tasks/main.yml': [said('one'), {meta: 'end_role', when: 'ends'}, said('two')]});
  const ran = await bench.run([
    {
      tasks: [
        {include_role: {name: 'r'}, vars: {ends: true}},
        {include_role: {name: 'r'}, vars: {ends: false}},
        {meta: 'end_host', when: 'false'},
        {meta: 'noop'},
        said('reached'),
        {block: [{meta: 'end_play'}], always: [said('not reached')]},
      ],
    },
    {tasks: [said('next play')]},
  ]);
  const names = ran.tasks.filter(({task}) => task.module === 'debug').map(({task}) => task.name);
  expect(names).toEqual(['one', 'one', 'two', 'reached', 'next play']);
  expect(ran.summary.exitCode).toBe(0);
});

it('include_vars: weaker than set_fact, stronger than task vars, its templates are rendered when read', async () => {
  write({
    'vars/a.yml': {x: 'file {{ y }}', z: 'file'},
    'vars/b.yml': {deep: {value: '{{ y }}'}},
  });
  const ran = await bench.run({
    vars: {y: 'play', x: 'play'},
    tasks: [
      {include_vars: '{{ item }}.yml', loop: ['a']},
      {include_vars: {file: 'b.yml', name: 'b'}},
      {...said('said', '{{ x }} {{ z }} {{ b.deep.value }}'), vars: {x: 'task', y: 'task'}},
      {set_fact: {z: 'fact'}},
      said('fact', '{{ z }}'),
    ],
  });
  expect(ran.mistakes).toEqual([]);
  expect(ran.message('said')).toBe('file task file task');
  expect(ran.message('fact')).toBe('fact');
  const missing = await bench.run({tasks: [{include_vars: 'aa.yml'}]});
  expect(missing.mistakes).toEqual(["no file of variables 'aa.yml'"]);
});

it('a loop goes on after an item that failed, and its results say which item they are of', async () => {
  const ran = await bench.run({
    tasks: [
      {
        name: 'each',
        command: '{{ it.run }}',
        loop: [{run: 'true'}, {run: 'false'}, {run: 'true'}],
        loop_control: {loop_var: 'it', index_var: 'n', label: 'number {{ n }}', extended: true},
        register: 'r',
        ignore_errors: true,
      },
      said('said', '{{ r.results.[1].it.run }} {{ length r.results }}'),
      {
        name: 'extended',
        debug: {msg: '{{ vprov_loop.index }}/{{ vprov_loop.length }} {{ vprov_loop.last }}'},
        loop: ['a', 'b', 'c'],
        loop_control: {extended: true, break_when: "item == 'b'"},
      },
    ],
  });
  expect(ran.mistakes).toEqual([]);
  expect(ran.message('each')).toContain('number 1:');
  expect(ran.message('said')).toBe('false 3');
  expect(ran.message('extended')).toBe('a: 1/3 false\nb: 2/3 false');
});
