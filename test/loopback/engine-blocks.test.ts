import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {Bench} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let place = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring}, {wallpi: {}});
  place = path.join(ring.directory, 'home-pi', 'blocks');
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const said = (name: string, msg = name) => ({name, debug: {msg}});

it('a failure leads to rescue and always, and the host goes on', async () => {
  const ran = await bench.run({
    tasks: [
      {
        block: [{name: 'bad', command: 'false'}, said('not reached')],
        rescue: [said('rescue', '{{ vprov_failed_task.name }} {{ vprov_failed_result.rc }}')],
        always: [said('always')],
      },
      said('after'),
    ],
  });
  expect(ran.statuses).toEqual(['bad: failed', 'rescue: ok', 'always: ok', 'after: ok']);
  expect(ran.tasks[0]).toMatchObject({rescued: true});
  expect(ran.message('rescue')).toBe('bad 1');
  expect(ran.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {failed: 0, rescued: 1, ok: 3}}});
});

it('a failure without rescue, and one in rescue, end the host after always', async () => {
  const ran = await bench.run([
    {
      tasks: [
        {
          block: [{name: 'bad', command: 'false'}],
          rescue: [{name: 'worse', command: 'false'}],
          always: [said('always')],
        },
        said('after'),
      ],
    },
    {tasks: [said('next play')]},
  ]);
  expect(ran.statuses).toEqual(['bad: failed', 'worse: failed', 'always: ok']);
  expect(ran.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {failed: 1, rescued: 1}}});
});

it('an outer rescue hears of the failure that led to it, past an inner rescue and always', async () => {
  const told = said('told', '{{ vprov_failed_task.name }} {{ vprov_failed_result.rc }}');
  const fails = (name: string, code: number) => ({name, command: {argv: ['sh', '-c', `exit ${code}`]}});
  const inner = {block: [fails('first', 3)], rescue: [fails('second', 4)], always: [said('always')]};
  const rescued = await bench.run({tasks: [{block: [inner], rescue: [told]}]});
  expect(rescued.message('told')).toBe('second 4');
  const without = {block: [fails('only', 5)], always: [said('always')]};
  const passed = await bench.run({tasks: [{block: [without], rescue: [told]}]});
  expect(passed.message('told')).toBe('only 5');
});

it('a block hands its keywords down, and the nearest holds', async () => {
  const ran = await bench.run({
    become: false,
    vars: {a: 'play', b: 'play'},
    tasks: [
      {
        become: true,
        vars: {a: 'block', b: 'block'},
        ignore_errors: true,
        when: "a == 'block' or a == 'task'",
        block: [
          {name: 'who', command: 'id -un', register: 'who'},
          said('as', '{{ who.stdout }} {{ a }} {{ b }}'),
          {...said('own', '{{ a }}'), vars: {a: 'task'}},
          {...said('no', '{{ a }}'), vars: {a: 'no'}},
          {name: 'bad', command: 'false'},
        ],
      },
      said('after', '{{ a }}'),
    ],
  });
  expect(ran.message('as')).toBe('root block block');
  expect(ran.message('own')).toBe('task');
  expect(ran.message('after')).toBe('play');
  expect(ran.statuses).toEqual(['who: changed', 'as: ok', 'own: ok', 'no: skipped', 'bad: ok', 'after: ok']);
});

it('included tasks run with the parameters and the item of their include, in a loop, with what blocks hand down', async () => {
  bench.write(
    'tasks/one.yml',
    JSON.stringify([
      {name: 'one {{ item }}', debug: {msg: '{{ who }} {{ item }} {{ z }}'}, vars: {who: 'task', z: 'task'}},
    ]),
  );
  const ran = await bench.run({
    tasks: [
      {
        vars: {z: 'block'},
        block: [
          {
            name: 'include',
            include_tasks: {file: 'tasks/{{ name }}.yml'},
            vars: {name: 'one', who: 'include {{ item }}'},
            loop: ['a', 'b'],
            when: "item != 'c'",
          },
        ],
      },
      said('after'),
    ],
  });
  expect(ran.statuses).toEqual(['include: ok', 'one a: ok', 'one b: ok', 'after: ok']);
  expect(ran.message('one a')).toBe('include a a task');
});

it('an include that includes itself ends where its condition says so, or with an error', async () => {
  bench.write(
    'again.yml',
    JSON.stringify([
      {name: 'count', set_fact: {n: '{{ add n 1 }}'}},
      {name: 'again', include_tasks: 'again.yml', when: 'n < limit'},
    ]),
  );
  const counting = (limit: number) =>
    bench.run({
      vars: {limit},
      tasks: [{set_fact: {n: 0}}, {include_tasks: 'again.yml'}, {...said('n', '{{ n }}')}],
    });
  expect((await counting(5)).message('n')).toBe('5');
  const endless = await counting(5000);
  expect(endless.tasks.at(-1)).toMatchObject({status: 'failed', message: 'includes go 64 deep here'});
  expect(endless.summary.exitCode).toBe(2);
});

it('check mode predicts what is in blocks and includes, and does not go into a rescue', async () => {
  const file = path.join(place, 'checked');
  bench.write('write.yml', JSON.stringify([{name: 'write', copy: {content: 'x', dest: file}}]));
  const tasks = [
    {
      block: [
        {name: 'first', include_tasks: 'write.yml'},
        {name: 'command', command: 'true'},
      ],
      rescue: [said('rescue')],
      always: [said('always')],
    },
  ];
  const checked = await bench.check({tasks});
  expect(checked.statuses).toEqual([
    'first: ok',
    'write: would-change',
    'command: would-change',
    'always: ok',
  ]);
  expect(existsSync(file)).toBe(false);
  const ran = await bench.run({tasks});
  expect(ran.attributes.join()).toBe(checked.attributes.join());
});

it('look-ahead sees through blocks and includes: one request for all', async () => {
  const files = Array.from({length: 6}, (_, n) => path.join(place, `ahead${n}`));
  bench.write(
    'ahead.yml',
    JSON.stringify([{name: 'in', copy: {content: 'x', dest: '{{ item }}'}, loop: files.slice(3)}]),
  );
  const tasks = [
    {name: 'out', copy: {content: 'x', dest: '{{ item }}'}, loop: files.slice(0, 2)},
    {block: [{name: 'block', copy: {content: 'x', dest: files[2]}}, {include_tasks: 'ahead.yml'}]},
  ];
  await bench.run({tasks});
  const again = await bench.run({tasks});
  expect(again.summary.hosts.wallpi).toMatchObject({changed: 0});
  expect(again.summary.hosts.wallpi?.roundTrips).toBeLessThanOrEqual(3);
});

it('a flush in a block: a failed handler is rescued, and not tried again in this play', async () => {
  const ran = await bench.run({
    handlers: [{name: 'h', command: 'false'}],
    tasks: [
      {
        block: [
          {name: 'notify', command: 'true', notify: 'h'},
          {name: 'flush', meta: 'flush_handlers'},
        ],
        rescue: [said('rescue', '{{ vprov_failed_task.name }}')],
      },
      said('after'),
    ],
  });
  expect(ran.statuses).toEqual(['notify: changed', 'h: failed', 'rescue: ok', 'after: ok']);
  expect(ran.message('rescue')).toBe('h');
  expect(ran.owed.map(({handler}) => handler)).toEqual(['h']);
  expect(ran.summary.exitCode).toBe(2);
  await bench.run({handlers: [{name: 'h', command: 'true'}], tasks: []});
});

it('an include as a handler runs what it includes, once', async () => {
  bench.write('handler.yml', JSON.stringify([said('inner one'), said('inner two')]));
  const ran = await bench.run({
    handlers: [{name: 'h', include_tasks: 'handler.yml'}],
    tasks: [{name: 'notify', command: 'true', notify: 'h'}],
  });
  expect(ran.statuses).toEqual(['notify: changed', 'h: ok', 'inner one: ok', 'inner two: ok']);
  expect(ran.summary.exitCode).toBe(0);
});

it('the first Ctrl-C does not enter a rescue', async () => {
  const running = bench.start({
    tasks: [
      {
        block: [
          {
            name: 'wait',
            command: 'false',
            register: 'r',
            until: 'r.rc == 0',
            retries: 50,
            delay: 0.2,
            reads_only: true,
          },
        ],
        rescue: [said('rescue')],
        always: [said('always')],
      },
    ],
  });
  const begun = setInterval(() => {
    if (running.events.some(({type}) => type === 'task-start')) running.soft.abort();
  }, 20);
  const ran = await running.ended;
  clearInterval(begun);
  expect(ran.summary.exitCode).toBe(130);
  expect(ran.statuses.join()).not.toMatch(/rescue|always/);
});

it('mistakes are found in includes, in every part of a block, with where they are included', async () => {
  bench.write('wrong.yml', JSON.stringify([{name: 'wrong', debug: {msg: '{{ nope }}'}}]));
  const ran = await bench.run({
    tasks: [
      {
        block: [said('fine')],
        rescue: [{include_tasks: 'wrong.yml'}],
        always: [{name: 'bad', debug: {msg: '{{ nothing }}'}}],
      },
    ],
  });
  expect(ran.mistakes.toSorted()).toEqual(["'nope' is not defined", "'nothing' is not defined"]);
  const related = ran.events.flatMap((event) =>
    event.type === 'diagnostic' ? (event.diagnostic.related ?? []) : [],
  );
  expect(related.map(({message}) => message)).toEqual(['included here']);
});
