import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring}, {wallpi: {level: 'host'}});
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);
const say = (name: string, msg: string, more: Play = {}): Play => ({name, debug: {msg}, ...more});

describe('what a task gave', () => {
  it('is there for later tasks by register, with what every module has', async () => {
    const ran = await bench.run({
      tasks: [
        shell('ask', 'echo out; echo more; echo err >&2', {register: 'r', changed_when: false}),
        say('said', '{{ r.stdout }}/{{ r.stderr }}/{{ r.rc }}/{{ json r.stdout_lines }}/{{ r.changed }}'),
        say('skipped', 'never', {when: 'r.rc != 0', register: 's'}),
        say('of a skipped one', '{{ s.skipped }} {{ s.changed }} {{ s.failed }}'),
        {name: 'write', copy: {content: 'x\n', dest: at('x')}, register: 'w'},
        say('of a change', '{{ w.changed }} {{ json w.changes }}'),
      ],
    });
    expect(ran.message('said')).toBe('out\nmore/err/0/["out","more"]/false');
    expect(ran.message('of a skipped one')).toBe('true false false');
    expect(ran.message('of a change')).toContain(`true [{"ref":"path:${at('x')}","attributes":["type"`);
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {ok: 4, skipped: 1, changed: 1}}});
  });

  it('is unknown with all its fields in check mode, where its condition is unknown', async () => {
    const checked = await bench.check({
      tasks: [
        shell('ask', 'true', {register: 'r'}),
        say('one', 'said', {when: 'not r.failed', register: 's'}),
        say('two', 'said', {when: 'not s.failed', register: 't'}),
        say('three', 'said', {when: 't.changed'}),
      ],
    });
    expect(checked.statuses).toEqual(['ask: would-change', 'one: unknown', 'two: unknown', 'three: unknown']);
  });

  it('is shown by debug as an expression, a path below it too', async () => {
    const ran = await bench.run({
      tasks: [
        shell('ask', 'echo out', {register: 'r', reads_only: true}),
        {name: 'shown', debug: {var: 'r.stdout'}},
        {name: 'judged', debug: {var: 'r.rc + 1'}},
      ],
    });
    expect([ran.message('shown'), ran.message('judged')]).toEqual(['r.stdout = out', 'r.rc + 1 = 1']);
    // What only reads has changed nothing, though nobody said changed_when.
    expect(ran.statuses[0]).toBe('ask: ok');
  });

  it('is a list of results after a loop, and each item says its own message', async () => {
    const ran = await bench.run({
      tasks: [
        shell('each', 'echo {{ one.name }}', {
          loop: [{name: 'a'}, {name: 'b'}],
          loop_control: {loop_var: 'one'},
          register: 'r',
          changed_when: "one.name == 'b'",
          when: "one.name != 'c'",
        }),
        say('all of it', '{{ r.results.0.stdout }} {{ r.results.1.changed }} {{ r.changed }}'),
        say('words', 'hello {{ item }}', {loop: ['x', 'y']}),
        say('nothing to loop over', '{{ item }}', {loop: []}),
        say('over a variable', '{{ item }}', {vars: {names: [1, 2]}, loop: '{{ names }}'}),
        say('some', '{{ item }}', {loop: ['x', 'y'], when: "item == 'y'"}),
      ],
    });
    expect(ran.mistakes).toEqual([]);
    expect(ran.statuses.slice(0, 1)).toEqual(['each: changed']);
    expect(ran.message('all of it')).toBe('a true true');
    expect(ran.message('words')).toBe('x: hello x\ny: hello y');
    expect(ran.message('over a variable')).toBe('1: 1\n2: 2');
    expect(ran.statuses).toContain('nothing to loop over: skipped');
    expect(ran.message('some')).toBe('y: y');
  });

  it('of a loop that fails at an item names the item, and keeps what the items before changed', async () => {
    const play = {
      tasks: [
        {
          name: 'copies',
          copy: {content: '{{ item }}\n', dest: `${place}/{{ item }}/file`},
          loop: ['a', 'b', 'c'],
        },
      ],
    };
    mkdirSync(at('a'));
    const ran = await bench.run(play);
    expect(ran.statuses).toEqual(['copies: failed']);
    expect(ran.message('copies')).toMatch(/^b: /);
    expect(ran.attributes).toContain(`copies | path:${at('a', 'file')} | content`);
    expect(ran.summary.exitCode).toBe(2);
  });

  it('is unknown in check where a command would run, and so is what reads it', async () => {
    const ran = await bench.check({
      tasks: [
        shell('ask', 'echo 1', {register: 'r'}),
        {name: 'reads it', copy: {content: '{{ r.stdout }}', dest: at('x')}},
        say('when it', 'yes', {when: "r.stdout == '1'"}),
        say('does not need it', 'y', {when: "r.stdout == '1' || true"}),
        {name: 'after it', copy: {content: 'x', dest: at('y')}},
        {name: 'keeps it', set_fact: {kept: '{{ r.stdout }}'}},
        say('then', 'kept: {{ kept }}'),
        {name: 'asserts it', assert: {that: 'kept == "1"'}},
      ],
    });
    expect(ran.statuses).toEqual([
      'ask: would-change',
      'reads it: unknown',
      'when it: unknown',
      'does not need it: ok',
      'after it: unknown',
      'keeps it: ok',
      'then: unknown',
      'asserts it: unknown',
    ]);
    expect(ran.message('reads it')).toBe('known after the run: it is not run in check mode');
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {unknown: 5, changed: 1}}});
  });
});

describe('a command that only reads', () => {
  it('runs in check while nothing is planned before it, and not after', async () => {
    const look = (name: string, more: Play = {}): Play =>
      shell(name, `echo ran >>${at(name)}`, {reads_only: true, register: name, ...more});
    const ran = await bench.check({
      tasks: [
        look('first'),
        say('told', '{{ first.rc }}'),
        {name: 'as it is', file: {path: place, state: 'directory'}},
        look('second'),
        {name: 'a change', copy: {content: 'x', dest: at('x')}},
        look('third'),
        {name: 'waits', wait_for: {path: at('x')}, register: 'waited'},
        {name: 'notices', assert: {that: 'third.rc == 0', attention: true}},
        look('judged', {changed_when: "judged.stdout == 'x'"}),
        {name: 'asserts', assert: {that: 'third.rc == 0'}},
        say('tells', '{{ waited.failed }}'),
      ],
    });
    expect([textOf(at('first')), textOf(at('second')), textOf(at('third'))]).toEqual(['ran\n', 'ran\n', '']);
    // What changes nothing is foretold to run, and what it will find is not.
    expect(ran.statuses.slice(5)).toEqual([
      'third: ok',
      'waits: ok',
      'notices: ok',
      'judged: unknown',
      'asserts: unknown',
      'tells: unknown',
    ]);
    expect(ran.tasks.slice(5).map(({wouldRun}) => wouldRun)).toEqual([
      true,
      true,
      true,
      undefined,
      undefined,
      undefined,
    ]);
    expect(ran.message('third')).toBe(
      'what it finds is known after the run: depends on changes not yet made',
    );
    expect(ran.message('judged')).toBe('known after the run: depends on changes not yet made');
    expect(ran.tasks.some(({attention}) => attention !== undefined)).toBe(false);
    expect(ran.message('told')).toBe('0');
  });
});

describe('how a result is judged', () => {
  it('by until, with retries and a delay, and tells how often', async () => {
    const counting = `echo x >>${at('n')}; wc -l <${at('n')}`;
    const ran = await bench.run({
      tasks: [
        shell('third time', counting, {register: 'r', until: "r.stdout == '3'", retries: 5, delay: 0.01}),
        say('tries', '{{ r.attempts }}'),
        shell('never', 'echo no; exit 1', {
          until: 'result.rc == 0',
          retries: 1,
          delay: 0,
          ignore_errors: true,
          register: 'n',
        }),
        say('gave up', '{{ n.failed }} {{ n.attempts }}'),
      ],
    });
    expect(ran.message('tries')).toBe('3');
    expect(ran.message('never')).toBe(
      'failed, ignored: not so after 2 tries: result.rc == 0 (exit code 1: no)',
    );
    expect(ran.message('gave up')).toBe('true 2');
    expect(ran.summary.exitCode).toBe(0);
  });

  it('by changed_when and failed_when over the result, by its name too', async () => {
    const ran = await bench.run({
      tasks: [
        shell('no change', 'echo same', {changed_when: "result.stdout != 'same'"}),
        shell('a change', 'echo new', {register: 'r', changed_when: "r.stdout == 'new'"}),
        shell('fine', 'exit 3', {failed_when: 'result.rc > 3'}),
        shell('bad', 'echo bad', {
          failed_when: ["result.stdout == 'bad'", 'result.rc == 0'],
          ignore_errors: true,
        }),
        shell('no program of this name', 'exit 0', {
          command: {argv: ['nosuchprogram']},
          register: 'missing',
          failed_when: 'result.rc != 127',
          changed_when: false,
        }),
        shell('ends it', 'echo wrong >&2; exit 9'),
        say('never', 'reached'),
      ],
    });
    expect(ran.statuses).toEqual([
      'no change: ok',
      'a change: changed',
      'fine: changed',
      'bad: ok',
      'no program of this name: ok',
      'ends it: failed',
    ]);
    expect(ran.message('bad')).toBe(
      "failed, ignored: failed_when holds: result.stdout == 'bad' and result.rc == 0",
    );
    expect(ran.message('ends it')).toBe('exit code 9: wrong');
    expect(ran.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {failed: 1, changed: 2, ok: 3}}});
  });

  it('is hidden by no_log wherever it could be told', async () => {
    const secret = 'open-sesame-1234';
    const ran = await bench.run(
      {
        vars: {password: secret},
        tasks: [
          {name: 'quiet', copy: {content: '{{ password }}\n', dest: at('x')}, no_log: true},
          shell('loud', 'echo {{ password }} >&2; exit 1', {no_log: true, ignore_errors: true}),
          {name: 'told', debug: {msg: '{{ password }}'}, no_log: true},
          {
            name: 'looped',
            copy: {content: 'x', dest: `${place}/{{ item }}/nowhere`},
            loop: ['{{ password }}'],
            no_log: true,
            ignore_errors: true,
          },
          shell('asked', 'echo {{ password }}', {no_log: true, register: 'r', changed_when: false}),
          shell('each', 'echo {{ item }}', {
            loop: [`${secret}-item`],
            no_log: true,
            register: 'all',
            changed_when: false,
          }),
          {name: 'set', set_fact: {fact: [{value: `${secret}-fact`, count: 2}]}, no_log: true},
          {
            name: 'shown',
            debug: {msg: '{{ r.stdout }} {{ all.results.0.item }} {{ fact.0.value }} {{ fact.0.count }}'},
          },
          {name: 'judged', assert: {that: "r.stdout == 'other'", fail_msg: '{{ r.stdout }}'}, no_log: true},
        ],
      },
      {diff: true},
    );
    expect(ran.statuses).toEqual([
      'quiet: changed',
      'loud: ok',
      'told: ok',
      'looped: ok',
      'asked: ok',
      'each: ok',
      'set: ok',
      'shown: ok',
      'judged: failed',
    ]);
    expect(ran.message('shown')).toMatch(/^‹.*› ‹.*› ‹.*› 2$/);
    expect(JSON.stringify(ran.events)).not.toContain(secret);
    expect(textOf(at('x'))).toBe(`${secret}\n`);
  });
});

describe('what one is reminded of', () => {
  it.each(['run', 'check'] as const)('is told of its own, and is no fault (%s)', async (mode) => {
    const debug = {name: 'known', debug: {msg: 'in clear', remind: true}, register: 'r'};
    const ran = await bench.run({tasks: [debug, say('after it', '{{ r.msg }}')]}, {mode});
    expect(ran.tasks[0]).toMatchObject({status: 'ok', reminder: 'in clear'});
    expect([ran.tasks[0]?.message, ran.message('after it')]).toEqual([undefined, 'in clear']);
    expect(ran.summary).toMatchObject({exitCode: 0});
  });
});

describe('what wants attention', () => {
  const wanted = (more: Play = {}, {that = "r.stdout == 'open'", ...words}: Play = {}): Play => ({
    name: 'wanted',
    assert: {that, attention: true, ...words},
    ...more,
  });
  const ask = (state: string): Play => shell('ask', `echo ${state}`, {register: 'r', reads_only: true});

  it.each(['run', 'check'] as const)(
    'stops nothing, is told, and makes the exit code 3 (%s)',
    async (mode) => {
      const tasks = [
        ask('sealed'),
        wanted({register: 'a'}, {fail_msg: 'it is {{ r.stdout }}: open it\n'}),
        say('after it', '{{ a.failed }} {{ a.msg }}'),
      ];
      const ran = await bench.run({tasks}, {mode});
      expect(ran.statuses).toEqual(['ask: ok', 'wanted: ok', 'after it: ok']);
      expect(ran.tasks[1]).toMatchObject({attention: 'it is sealed: open it'});
      expect(ran.message('after it')).toBe('false it is sealed: open it');
      expect(ran.summary).toMatchObject({exitCode: 3, hosts: {wallpi: {ok: 3, failed: 0, attention: 1}}});
    },
  );

  it('says the condition where the play has no words, each item of a loop by its name, and nothing under no_log', async () => {
    const loop = {loop: ['sealed', 'open'], vars: {r: {stdout: '{{ item }}'}}};
    const ran = await bench.run({tasks: [wanted(loop), wanted({...loop, no_log: true})]});
    expect(ran.tasks.map(({attention}) => attention)).toEqual([
      "sealed: not so: r.stdout == 'open'",
      '(hidden by no_log)',
    ]);
    expect(ran.summary.exitCode).toBe(3);
  });

  it('hides no failure', async () => {
    const ran = await bench.run({tasks: [ask('sealed'), wanted(), shell('bad', 'exit 1')]});
    expect(ran.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {attention: 1, failed: 1}}});
  });

  it('is nothing where all is as it should be', async () => {
    const ran = await bench.run({tasks: [ask('open'), wanted()]});
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {attention: 0}}});
  });

  it('is told by drift, too', async () => {
    const ran = await bench.drift({tasks: [ask('sealed'), wanted()]});
    expect([ran.statuses, ran.summary.exitCode]).toEqual([['wanted: ok'], 3]);
  });
});

describe('a play that stops a host', () => {
  it('by assert names the condition that does not hold, and where it stands', async () => {
    const ran = await bench.run({
      tasks: [
        shell('ask', 'echo 1.2', {register: 'version', changed_when: false, reads_only: true}),
        {name: 'wanted', assert: {that: ["version.stdout == '1.2'", "version.stdout == '1.3'"]}},
        say('never', 'x'),
      ],
    });
    expect(ran.statuses).toEqual(['ask: ok', 'wanted: failed']);
    expect(ran.message('wanted')).toBe("not so: version.stdout == '1.3'");
    expect(ran.tasks[1]?.diagnostic).toMatchObject({code: 'ENG004', source: {line: 1}});
    expect(ran.summary.exitCode).toBe(1);
  });

  it('by an assert over what is known beforehand stops everything before anything is connected', async () => {
    const wrong = {name: 'wanted', assert: {that: "level == 'other'", fail_msg: 'no, {{ level }}'}};
    const ran = await bench.run({tasks: [wrong]});
    expect([ran.statuses, ran.summary.exitCode]).toEqual([['mistake: no, host'], 1]);
    expect(ran.events.filter((event) => event.type === 'host')).toEqual([]);
    const ignored = await bench.run({
      tasks: [
        {...wrong, ignore_errors: true},
        {...wrong, when: 'false'},
      ],
    });
    expect(ignored.statuses).toEqual(['wanted: ok', 'wanted: skipped']);
  });

  it('by fail, before anything was written, is a refusal; after a write it is a failure', async () => {
    const stop = {name: 'stop', fail: {msg: 'not on {{ inventory_hostname }}'}};
    const refused = await bench.run({tasks: [say('hello', 'x'), stop]});
    expect([refused.message('stop'), refused.summary.exitCode]).toEqual(['not on wallpi', 1]);
    const late = await bench.run({tasks: [{name: 'w', copy: {content: 'x', dest: at('x')}}, stop]});
    expect(late.summary.exitCode).toBe(2);
  });

  it('because something else stands where a file or a directory is wanted says what can be done, which then works', async () => {
    mkdirSync(at('d'));
    writeFileSync(at('d', 'f'), '');
    const file = {name: 'a file', copy: {content: 'x', dest: at('d')}, ignore_errors: true};
    const folder = {name: 'a folder', file: {path: at('d', 'f'), state: 'directory'}, ignore_errors: true};
    const below = {name: 'below', copy: {content: 'x', dest: at('new', 'x')}, ignore_errors: true};
    const maker = {name: 'its folder', file: {path: at('new'), state: 'directory'}};
    const ran = await bench.check({tasks: [file, folder, below, maker]});
    expect(ran.tasks.slice(0, 3).map(({message, hint}) => [message, hint])).toEqual([
      [
        expect.stringContaining(`${at('d')} is a directory, not a file`),
        `move it away, or remove it by a task before: 'file: {path: ${at('d')}, state: absent}'`,
      ],
      [
        expect.stringContaining(`${at('d', 'f')} is a file, not a directory`),
        `move it away, or remove it by a task before: 'file: {path: ${at('d', 'f')}, state: absent}'`,
      ],
      [
        expect.stringContaining(`parent directory ${at('new')} does not exist`),
        expect.stringMatching(/^'its folder' \(.*play\.yml:1\) makes it: put that before this task$/),
      ],
    ]);
    const removed = {name: 'gone', file: {path: at('d'), state: 'absent'}};
    const done = await bench.run({tasks: [removed, file, maker, below]});
    expect([done.summary.exitCode, textOf(at('d')), textOf(at('new', 'x'))]).toEqual([0, 'x', 'x']);
  });

  it('leaves out the plays that follow', async () => {
    const ran = await bench.run([{tasks: [shell('bad', 'exit 1')]}, {tasks: [say('second play', 'x')]}]);
    expect(ran.statuses).toEqual(['bad: failed']);
  });
});

describe('the value of a variable', () => {
  it('comes from the highest that sets it', async () => {
    const all = {
      defaults: 'a: rd\nb: rd\nc: rd\nd: rd\ne: rd\nf: rd\ng: rd\nh: rd\ni: rd\n',
      inventory: {b: 'inv', c: 'inv', d: 'inv', e: 'inv', f: 'inv', g: 'inv', h: 'inv', i: 'inv'},
      vars: 'd: rv\ne: rv\nf: rv\ng: rv\nh: rv\ni: rv\n',
    };
    bench.write('roles/r/defaults/main.yml', all.defaults);
    bench.write('roles/r/vars/main.yml', all.vars);
    bench.write(
      'roles/r/tasks/main.yml',
      JSON.stringify([
        {set_fact: {h: 'fact'}},
        say('all', '{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }} {{ g }} {{ h }} {{ i }}', {
          vars: {f: 'task', g: 'task', h: 'task', i: 'task'},
          loop: ['loop'],
          loop_control: {loop_var: 'g'},
        }),
      ]),
    );
    bench.write('group_vars/all.yml', JSON.stringify(all.inventory));
    const play = {
      vars: {c: 'play', d: 'play', e: 'play', f: 'play', g: 'play', h: 'play', i: 'play'},
      roles: [{role: 'r', vars: {e: 'param', f: 'param', g: 'param', h: 'param', i: 'param'}}],
    };
    const ran = await bench.run(play, {extraVars: [{text: 'i=extra'}]});
    expect(ran.mistakes).toEqual([]);
    expect(ran.message('all')).toBe('loop: rd inv play rv param param loop fact extra');
  });

  it('given with -e is of the type that the role says, and never a template', async () => {
    bench.write(
      'roles/typed/meta/arguments.yml',
      'type: object\nproperties:\n  tries: {type: integer}\n  on: {type: boolean}\n  label: {type: string}\n',
    );
    bench.write(
      'roles/typed/tasks/main.yml',
      JSON.stringify([
        say('types', '{{ tries }}', {when: ['tries + 1 == 8201', 'on', "label == '8200'"]}),
        say('raw', '{{ other }}'),
        say('json', '{{ both.a }} {{ json both.b }}'),
      ]),
    );
    const extraVars = [
      'tries=8200',
      'on=true',
      'label=8200',
      'other={{ tries }}',
      '{"both": {"a": 1, "b": [true]}}',
    ];
    const ran = await bench.run({roles: ['typed']}, {extraVars: extraVars.map((text) => ({text}))});
    expect(ran.mistakes).toEqual([]);
    expect(ran.statuses).toEqual(['types: ok', 'raw: ok', 'json: ok']);
    expect([ran.message('raw'), ran.message('json')]).toEqual(['{{ tries }}', '1 [true]']);
  });

  it('by set_fact stays for the plays that follow on the host', async () => {
    const ran = await bench.run([
      {tasks: [{name: 'keep', set_fact: {kept: [1, 2], twice: '{{ level }}'}}]},
      {vars: {kept: 'other'}, tasks: [say('kept', '{{ json kept }} {{ twice }}')]},
    ]);
    expect(ran.statuses).toEqual(['keep: ok', 'kept: ok']);
    expect(ran.message('kept')).toBe('[1,2] host');
  });
});

describe('tags', () => {
  it('of plays and roles hold for their tasks; some are run, some skipped', async () => {
    bench.write('roles/tagged/tasks/main.yml', JSON.stringify([say('of the role', 'x', {tags: ['deep']})]));
    const plays = [
      {tags: ['one'], tasks: [say('first', 'x'), say('always here', 'x', {tags: ['always']})]},
      {
        tags: 'two',
        roles: [{role: 'tagged', tags: ['three']}],
        tasks: [say('never by itself', 'x', {tags: ['never']})],
      },
    ];
    const names = async (
      tags: readonly string[],
      skipTags: readonly string[] = [],
    ): Promise<readonly string[]> =>
      (await bench.run(plays, {tags, skipTags})).tasks.map((event) => event.task.name);
    expect(await names([])).toEqual(['first', 'always here', 'of the role']);
    expect(await names(['one'])).toEqual(['first', 'always here']);
    expect(await names(['three'])).toEqual(['always here', 'of the role']);
    expect(await names(['deep'], ['always'])).toEqual(['of the role']);
    expect(await names(['never'])).toEqual(['always here', 'never by itself']);
    expect(await names([], ['two'])).toEqual(['first', 'always here']);
  });
});

describe('facts', () => {
  it('that nobody gathers cannot be read, which is found before anything is connected', async () => {
    const play = {tasks: [{name: 'reads', copy: {content: '{{ facts.hostname }}', dest: at('x')}}]};
    const ran = await bench.run(play);
    expect([ran.mistakes, ran.summary.exitCode]).toEqual([[expect.stringContaining("'facts'")], 1]);
    const gathered = await bench.run({...play, gather_facts: true});
    expect([gathered.statuses, textOf(at('x')).length > 0]).toEqual([['reads: changed'], true]);
  });
});

describe('a mistake', () => {
  it('is a keyword that has nothing to say of its module', async () => {
    const ran = await bench.run({
      tasks: [
        {name: 'a', copy: {content: 'x', dest: at('x')}, changed_when: false},
        {name: 'b', file: {path: at('x'), state: 'absent'}, reads_only: true},
        say('c', 'x', {until: 'true'}),
      ],
    });
    expect(ran.mistakes).toEqual([
      'changed_when has no place on copy: it judges what command, uri and wait_for give',
      'reads_only has no place on file: it judges what command, uri and wait_for give',
      'until has no place on debug: it judges what command, uri and wait_for give',
    ]);
  });

  it('is found before anything is connected, all of them at once', async () => {
    writeFileSync(at('there'), '');
    const ran = await bench.run({
      tasks: [
        {name: 'a', copy: {content: '{{ nope }}', dest: at('a')}},
        {name: 'b', template: {src: 'missing.hbs', dest: at('b')}},
        say('c', 'x', {when: 'nada == 1'}),
        {name: 'd', file: {path: at('d'), state: 'fifo'}},
      ],
    });
    expect(ran.summary).toMatchObject({exitCode: 1, hosts: {}});
    expect(ran.mistakes).toEqual([
      expect.stringContaining('nope'),
      expect.stringContaining('missing.hbs'),
      expect.stringContaining('nada'),
      expect.stringContaining('fifo'),
    ]);
    expect(ran.events.filter((event) => event.type === 'host')).toEqual([]);
    expect(ran.events.at(-1)).toMatchObject({type: 'summary', exitCode: 1});
  });
});
