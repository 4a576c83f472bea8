import {chmodSync, existsSync, lstatSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {type Bench, type Play, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';
import {shells} from './ring.ts';

// Edits of texts as a playbook makes them: what check says is what a run writes, and a second run has nothing to do.

describe.each(shells)('a text edited under %s', (shell) => {
  const host = oneHost({shell}, {}, 'test ');
  const {at} = host;

  const diffsOf = (ran: Awaited<ReturnType<Bench['run']>>): readonly (string | undefined)[] =>
    ran.tasks.flatMap((task) => task.changes.map(({diff}) => diff));

  it('by several tasks comes out as check foretold, with the same diffs, and stays so', async () => {
    writeFileSync(at('app.conf'), "head\nport=1\nit's $HOME `x`\n[web]\na = b");
    const file = at('app.conf');
    const play: Play = {
      tasks: [
        {lineinfile: {path: file, regexp: '^port=', line: 'port=2'}},
        {blockinfile: {path: file, block: "x 'y' $z\\n", insertafter: 'port=2', marker: '# {mark}'}},
        {replace: {path: file, regexp: '^h(e)ad$', replace: 'H\\1ad\\1r'}},
        {ini_file: {path: file, section: 'web', option: 'a', value: 'c'}},
        {lineinfile: {path: file, line: 'last', mode: '0600'}},
        {lineinfile: {path: file, line: 'Header', state: 'absent'}},
      ],
    };
    const foretold = await host.bench.check(play, {diff: true});
    const ran = await host.bench.run(play, {diff: true});
    expect(ran.attributes).toEqual(foretold.attributes);
    expect(diffsOf(ran)).toEqual(diffsOf(foretold));
    expect(textOf(file)).toBe(
      "Header\nport=2\n# BEGIN\nx 'y' $z\\n\n# END\nit's $HOME `x`\n[web]\na = c\nlast\n".replace(
        'Header\n',
        '',
      ),
    );
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    const again = await host.bench.run(play);
    expect(again.summary.hosts.wallpi).toMatchObject({changed: 0, failed: 0});
  });

  it('takes its place only if the program approves of it', async () => {
    writeFileSync(at('f'), 'good\n');
    chmodSync(at('f'), 0o640);
    const validate = "grep -q '^good' %s";
    const ran = await host.bench.run({
      tasks: [
        {name: 'bad', lineinfile: {path: at('f'), regexp: '^', line: 'bad', validate}, ignore_errors: true},
        {name: 'said', copy: {dest: at('f'), content: 'bad\n', validate: 'ls %s/nope'}, ignore_errors: true},
        {name: 'good', lineinfile: {path: at('f'), regexp: '^good', line: 'good better', validate}},
      ],
    });
    expect(ran.message('bad')).toContain('the new contents were not approved of: exit code 1');
    expect(ran.message('said')).toMatch(/the new contents were not approved of: ls: .*nope/);
    expect(textOf(at('f'))).toBe('good better\n');
    expect(readdirSync(host.place)).toEqual(['f']);
    expect(ran.statuses).toContain('good: changed');
  });

  it('shows no secret that a task before has put into it, in check mode neither', async () => {
    const password = "s3cret 'x' $y";
    host.bench.write('password', password);
    const play: Play = {
      vars: {password: "{{ secret 'file://password' }}"},
      tasks: [
        {name: 'first', lineinfile: {path: at('env'), line: 'PASSWORD={{ password }}', create: true}},
        {name: 'second', lineinfile: {path: at('env'), line: 'USER=pi', insertbefore: 'BOF'}},
        {name: 'third', ini_file: {path: at('env'), section: 'db', option: 'pw', value: '{{ password }}'}},
      ],
    };
    const foretold = await host.bench.check(play, {diff: true});
    expect(foretold.statuses).toEqual(['first: would-change', 'second: would-change', 'third: would-change']);
    expect(existsSync(at('env'))).toBe(false);
    const ran = await host.bench.run(play, {diff: true});
    expect(ran.attributes).toEqual(foretold.attributes);
    expect(textOf(at('env'))).toBe(`USER=pi\nPASSWORD=${password}\n[db]\npw = ${password}\n`);
    expect(JSON.stringify([foretold.events, ran.events])).not.toContain('s3cret');
    expect(JSON.stringify(diffsOf(foretold))).toContain('+PASSWORD=‹');
    expect((await host.bench.run(play)).summary.hosts.wallpi).toMatchObject({changed: 0});
  });

  it('behind a link is edited where it is, when asked to', async () => {
    writeFileSync(at('real'), 'a\n');
    symlinkSync('real', at('link'));
    const ran = await host.bench.run({
      tasks: [
        {name: 'not', lineinfile: {path: at('link'), line: 'b'}, ignore_errors: true},
        {name: 'yes', lineinfile: {path: at('link'), line: 'c', follow: true}},
        {name: 'large', copy: {content: 'x'.repeat(300_000), dest: at('large')}},
        {name: 'too large', lineinfile: {path: at('large'), line: 'c'}, ignore_errors: true},
      ],
    });
    expect(ran.message('not')).toContain('is a link, not a file');
    expect(ran.message('too large')).toContain('has more than 256 KiB');
    expect([textOf(at('real')), lstatSync(at('link')).isSymbolicLink()]).toEqual(['a\nc\n', true]);
  });

  it('costs no round trip more than a copy', async () => {
    writeFileSync(at('f'), 'a\nb\n');
    const tasks = Array.from({length: 12}, () => ({lineinfile: {path: at('f'), line: 'a'}}));
    const ran = await host.bench.run({tasks});
    expect(ran.summary.hosts.wallpi).toMatchObject({changed: 0, failed: 0, roundTrips: 1});
  });
});
