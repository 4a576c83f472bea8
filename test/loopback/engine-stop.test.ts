import {once} from 'node:events';
import {chmodSync, existsSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {reveal} from '../../src/text/index.ts';
import {connect} from '../../src/transport/index.ts';
import {appears, Bench, type Play, shell, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';
import {killOwnSshd} from './ring.ts';

const host = oneHost({shell: 'dash'});
const {at} = host;

const touch = (name: string, more: Play = {}): Play => shell(name, `touch ${at(name)}`, more);
const copy = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: name, dest: at(name)},
  ...more,
});
/** Says that it has begun, and goes on until the test lets it. */
const slow = (more: Play = {}): Play =>
  shell(
    'slow',
    `touch ${at('began')}; while ! [ -e ${at('go')} ]; do sleep 0.02; done; touch ${at('finished')}`,
    more,
  );
const went = (name: string): boolean => existsSync(at(name));

/** As root on the host, beside the runs. */
async function onHost(script: string): Promise<string> {
  const connection = await connect(host.ring.options());
  const root = await connection.session('root');
  const {stdout} = await root.request(rawScript(script), {
    signal: new AbortController().signal,
    timeoutMs: 10_000,
  });
  await connection.close();
  return stdout.toString();
}

describe('Ctrl-C', () => {
  it('finishes the running change and tells it, begins nothing new, and tells what is owed', async () => {
    const running = host.bench.start({
      tasks: [
        copy('config', {notify: 'h'}),
        slow({notify: {handler: 'h2', when: 'result.rc == 0'}}),
        touch('next'),
      ],
      handlers: [touch('h'), touch('h2')],
    });
    await appears(at('began'), running);
    running.soft.abort();
    writeFileSync(at('go'), '');
    const ran = await running.ended;
    expect(ran.statuses).toEqual(['config: changed', 'slow: changed']);
    expect(ran.tasks[1]?.notified).toEqual(['h2']);
    expect([went('finished'), went('next'), went('h')]).toEqual([true, false, false]);
    expect(ran.summary).toMatchObject({exitCode: 130, hosts: {wallpi: {changed: 2, owed: 2}}});
    expect(ran.owed.map(({handler, reason}) => `${handler}: ${reason}`)).toEqual([
      'h: the run was interrupted',
      'h2: the run was interrupted',
    ]);
    expect(ran.notes).toEqual(["interrupted; left is 'next', and what follows it"]);
    expect(ran.events.at(-1)).toMatchObject({type: 'summary', exitCode: 130});
    const next = await host.bench.run({tasks: [], handlers: [touch('h'), touch('h2')]});
    expect(next.statuses).toEqual(['h: changed', 'h2: changed']);
  });

  it('in a loop tells the items that were done', async () => {
    const running = host.bench.start({
      tasks: [
        shell(
          'each',
          `touch ${at('began')}; while ! [ -e ${at('go')} ]; do sleep 0.02; done; touch ${host.place}/{{ item }}`,
          {
            loop: ['one', 'two'],
          },
        ),
        touch('next'),
      ],
    });
    await appears(at('began'), running);
    running.soft.abort();
    writeFileSync(at('go'), '');
    const ran = await running.ended;
    expect([ran.statuses, ran.message('each'), ran.summary.exitCode]).toEqual([
      ['each: changed'],
      'interrupted',
      130,
    ]);
    expect([went('one'), went('two'), went('next')]).toEqual([true, false, false]);
  });

  it('ends a wait at once', async () => {
    const running = host.bench.start({tasks: [{name: 'wait', wait_for: {path: '/nowhere', delay: 60}}]});
    const began = (): boolean => running.events.some((event) => event.type === 'task-start');
    await expect.poll(began, {interval: 5}).toBe(true);
    running.soft.abort();
    const ran = await running.ended;
    expect([ran.statuses, ran.summary.exitCode]).toEqual([[], 130]);
  });

  it('ends a question at once', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    const asked = once(server, 'connection');
    const running = host.bench.start({
      tasks: [{name: 'ask', uri: {url: `http://127.0.0.1:${port}/`, timeout: 60}}],
    });
    await Promise.race([asked, running.ended]);
    running.soft.abort();
    const ran = await running.ended;
    server.close();
    expect([ran.statuses, ran.summary.exitCode]).toEqual([[], 130]);
  });

  it('ends the pause between two tries at once, and tells what they were', async () => {
    const running = host.bench.start({
      tasks: [shell('try', `touch ${at('began')}; exit 1`, {until: 'result.rc == 0', delay: 60})],
    });
    await appears(at('began'), running);
    running.soft.abort();
    const ran = await running.ended;
    expect([ran.statuses, ran.message('try'), ran.summary.exitCode]).toEqual([
      ['try: failed'],
      'interrupted, not so after 1 try: result.rc == 0 (exit code 1)',
      130,
    ]);
  });

  it('twice ends the process group on the host, at once', async () => {
    const running = host.bench.start({
      tasks: [shell('endless', `touch ${at('began')}; sleep 98765`), touch('next')],
    });
    await appears(at('began'), running);
    running.soft.abort();
    running.hard.abort();
    const ran = await running.ended;
    expect([ran.statuses, ran.summary.exitCode, went('next')]).toEqual([[], 130, false]);
    const alive = await onHost(
      "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null | grep '^sleep 98765' || :",
    );
    expect(alive).toBe('');
  });

  it('while hosts are being connected ends before anything is done', async () => {
    const running = host.bench.start({tasks: [touch('any')]});
    running.soft.abort();
    const ran = await running.ended;
    expect([ran.statuses, ran.summary.exitCode, went('any')]).toEqual([[], 130, false]);
    expect(ran.events.at(-1)?.type).toBe('summary');
  });
});

describe('a connection that is lost in the middle', () => {
  it('is told by its task with what was done so far, and the host is left alone', async () => {
    const cut = reveal(killOwnSshd.text).replace(/\nsleep 5$/, '');
    const ran = await host.bench.run([
      {
        tasks: [
          touch('first'),
          shell('each', `touch ${host.place}/{{ item }}; [ {{ item }} = one ] || { ${cut}\n}`, {
            loop: ['one', 'two'],
          }),
          touch('next'),
        ],
      },
      {tasks: [touch('second play')]},
    ]);
    expect(ran.statuses).toEqual(['first: changed', 'each: unreachable']);
    expect(ran.message('each')).toMatch(/lost/);
    expect(ran.events.filter((event) => event.type === 'host' && event.status === 'unreachable')).toEqual([]);
    expect(ran.summary).toMatchObject({exitCode: 4, hosts: {wallpi: {unreachable: 1, changed: 1}}});
    expect([went('one'), went('two'), went('next')]).toEqual([true, true, false]);
  });

  it('is not what a request that took too long is, nor a user that cannot be become', async () => {
    const ran = await host.bench.run({
      tasks: [
        {name: 'long', command: {argv: ['sleep', '60'], timeout: 1}, ignore_errors: true},
        {
          name: 'nobody of this name',
          command: {argv: ['true']},
          become_user: 'nosuchuser',
          ignore_errors: true,
        },
        touch('goes on'),
      ],
    });
    expect(ran.statuses).toEqual(['long: ok', 'nobody of this name: ok', 'goes on: changed']);
    expect(ran.message('nobody of this name')).toMatch(/nosuchuser/);
    expect(ran.summary.exitCode).toBe(0);
  });
});

describe('one machine under two names', () => {
  it('is told as such, with both, where both are to be changed in one run', async () => {
    const twice = new Bench({wallpi: host.ring, attic: host.ring});
    const ran = await twice.run({
      tasks: [copy('own', {copy: {content: 'x', dest: at('{{ inventory_hostname }}')}})],
    });
    twice.remove();
    const [held] = ran.tasks.filter(({status}) => status === 'failed');
    const other = held?.host === 'wallpi' ? 'attic' : 'wallpi';
    expect(held?.message).toBe(
      `${held?.host} is the same machine as ${other}, which this run is changing: it has two names in the inventory`,
    );
    expect(held?.hint).toBe(
      `leave one of them out: take it out of the inventory, or --limit 'all:!${held?.host}'`,
    );
    expect(ran.statuses).toContain(`${other} own: changed`);
    expect([went(other), went(held?.host ?? ''), ran.summary.exitCode]).toEqual([true, false, 5]);
  });
});

describe('the lock of a host', () => {
  afterEach(() => writeFileSync(at('go'), ''));

  it('keeps a second run from changing anything, and says who holds it and since when', async () => {
    const first = host.bench.start({tasks: [slow()]});
    await appears(at('began'), first);
    const big = host.bench.write('files/big', 'x'.repeat(100_000));
    for (const task of [
      copy('second', {notify: 'h'}),
      touch('second'),
      {name: 'second', copy: {src: big, dest: at('second')}},
    ]) {
      const ran = await host.bench.run(
        {tasks: [task, touch('never')], handlers: [touch('h')]},
        {playbook: 'second.yml'},
      );
      expect(ran.statuses).toEqual(['second: failed']);
      expect(ran.message('second')).toMatch(
        /^another run is changing wallpi: run [0-9]{8}-[0-9]{6}-[0-9a-f]{4} of play\.yml by [^ @]+@\S+, pid [0-9]+, on wallpi, as root, since .*20[0-9]{2}/,
      );
      expect(ran.summary).toMatchObject({exitCode: 5, hosts: {wallpi: {owed: 0, changed: 0}}});
    }
    expect([went('second'), went('never')]).toEqual([false, false]);
    expect(await onHost(`ls -A ${host.place}`)).toBe('began\n');
    expect(await onHost('ls -A /var/lib/vprov/owed 2>/dev/null || :')).toBe('');

    const reading = await host.bench.run(
      {
        tasks: [
          {name: 'as it is', file: {path: host.place, state: 'directory'}},
          shell('look', 'true', {reads_only: true, changed_when: false}),
        ],
      },
      {playbook: 'second.yml'},
    );
    expect([reading.statuses, reading.summary.exitCode]).toEqual([['as it is: ok', 'look: ok'], 0]);

    writeFileSync(at('go'), '');
    expect((await first.ended).summary.exitCode).toBe(0);
    expect(
      (await host.bench.run({tasks: [touch('second')]}, {playbook: 'second.yml'})).summary.exitCode,
    ).toBe(0);
  });

  it('that was taken this moment is told with the name that is being written to it', async () => {
    const lock = '/run/lock/vprov.lock';
    // Has the lock before its name is there, as whoever takes it has for an instant.
    const holder = `touch ${at('held')}; sleep 0.5; echo 'run of somebody' >${lock}; while ! [ -e ${at('go')} ]; do sleep 0.1; done`;
    await onHost(
      `: >${lock}; chmod 666 ${lock}; setsid flock ${lock} sh -c ${`'${holder.replaceAll("'", `'\\''`)}'`} >/dev/null 2>&1 &`,
    );
    await expect.poll(() => went('held')).toBe(true);
    const ran = await host.bench.run({tasks: [touch('second')]});
    expect([ran.statuses, ran.summary.exitCode]).toEqual([['second: failed'], 5]);
    expect(ran.message('second')).toMatch(/^another run is changing wallpi: run of somebody/);
  });

  it('names who holds it, also where it is a user who may not write to it, after a run of root', async () => {
    chmodSync(host.place, 0o777);
    // As Debian has it: everybody's.
    await onHost('rm -f /run/lock/vprov.lock*; chmod 1777 /run/lock');
    await host.bench.run({become: true, tasks: [touch('of-root')]}, {playbook: 'first.yml'});
    const second = host.bench.start({become: false, tasks: [slow()]}, {playbook: 'second.yml'});
    await appears(at('began'), second);
    for (const become of [true, false]) {
      const third = await host.bench.run({become, tasks: [touch('third')]}, {playbook: 'third.yml'});
      expect(third.message('third')).toMatch(
        /^another run is changing wallpi: run \S+ of second\.yml by \S+, pid \d+, on wallpi, as pi, since [^(]*$/,
      );
    }
    writeFileSync(at('go'), '');
    expect((await second.ended).summary.exitCode).toBe(0);
    expect((await host.bench.run({become: false, tasks: [touch('third')]})).summary.exitCode).toBe(0);
  });

  it('is free at once when the session that held it was killed, and must be taken again', async () => {
    const first = host.bench.start({
      tasks: [
        // The shell of the session is the parent of the command's subshell.
        shell('change', `read -r line </proc/$PPID/stat; set -- \${line##*) }; echo $2 >${at('pid')}`),
        {name: 'wait', wait_for: {path: at('on'), sleep: 1}},
        touch('late'),
      ],
    });
    await appears(at('pid'), first);
    await expect.poll(() => textOf(at('pid'))).not.toBe('');
    await onHost(`kill -KILL $(cat ${at('pid')})`);
    const second = host.bench.start({tasks: [slow()]}, {playbook: 'second.yml'});
    await appears(at('began'), second);
    writeFileSync(at('on'), '');
    const ran = await first.ended;
    expect([ran.statuses, ran.summary.exitCode]).toEqual([
      ['change: changed', 'wait: ok', 'late: failed'],
      5,
    ]);
    writeFileSync(at('go'), '');
    expect((await second.ended).summary.exitCode).toBe(0);
  });

  it('is not kept by what a command left running', async () => {
    const first = await host.bench.run({
      tasks: [shell('daemon', `(while ! [ -e ${at('go')} ]; do sleep 0.1; done) >/dev/null 2>&1 &`)],
    });
    expect(first.summary.exitCode).toBe(0);
    const second = await host.bench.run({tasks: [touch('second')]});
    expect([second.statuses, second.summary.exitCode]).toEqual([['second: changed'], 0]);
  });

  it('is not taken for a link or a pipe that somebody put in its place, and what the link leads to stays as it is', async () => {
    const lock = '/run/lock/vprov.lock';
    await onHost(`echo precious >${at('victim')}`);
    for (const planted of [`ln -s ${at('victim')} ${lock}`, `mkfifo ${lock}`, `ln -s ${at('new')} ${lock}`]) {
      // What is there is made anew by each session.
      await onHost(`rm -f ${lock} && ${planted}`);
      const ran = await host.bench.run({tasks: [touch('second')]});
      expect([ran.statuses, ran.summary.exitCode], planted).toEqual([['second: failed'], 5]);
      expect(ran.message('second')).toContain('is no lock of vprov');
      await onHost(`rm -f ${lock}`);
    }
    expect([textOf(at('victim')), went('new'), went('second')]).toEqual(['precious\n', false, false]);
    expect((await host.bench.run({tasks: [touch('second')]})).summary.exitCode).toBe(0);
  });

  it('is one for all users and plays of a run', async () => {
    const ran = await host.bench.run([
      {become: true, tasks: [touch('one')]},
      {become: false, tasks: [shell('two', 'touch ~/two'), shell('three', 'true', {become: true})]},
      {become_user: 'service', tasks: [shell('four', 'true')]},
    ]);
    expect(ran.statuses).toEqual(['one: changed', 'two: changed', 'three: changed', 'four: changed']);
  });
});

describe('a run', () => {
  const ofOurs =
    "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null | grep -c '^sshd: pi'";
  const sessions = (): Promise<string> => onHost(ofOurs);

  it('leaves no connection and no session open, however it ends', async () => {
    const before = await sessions();
    await host.bench.run({tasks: [touch('a')]});
    await host.bench.run({tasks: [shell('b', 'exit 1')]});
    await host.bench.run({tasks: [{name: 'c', assert: {that: "inventory_hostname == 'x'"}}]});
    await expect.poll(sessions).toBe(before);
  });

  it('that meets a defect of ours rejects with it, and closes its connections all the same', async () => {
    const before = await sessions();
    const broken = new Error('our clock is broken');
    const running = host.bench.start(
      {tasks: [touch('a'), touch('b')]},
      {
        now: () => {
          if (went('a')) throw broken;
          return Date.now();
        },
      },
    );
    await expect(running.ended).rejects.toBe(broken);
    expect([went('a'), went('b')]).toEqual([true, false]);
    await expect.poll(sessions).toBe(before);
  });
});
