import {mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {reveal} from '../../src/text/index.ts';
import {type Play, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';
import {ownSshd} from './ring.ts';

// What actions do on a host, as a playbook asks them: with coreutils, and with busybox's tools alone.

describe.each(['dash', 'busybox'] as const)('actions under %s', (shell) => {
  const host = oneHost(
    {
      shell,
      // A boot id of its own, which a test may change.
      setUp: [
        'cat /proc/sys/kernel/random/boot_id >$directory/boot_id',
        'chmod 666 $directory/boot_id',
        'mount --bind $directory/boot_id /proc/sys/kernel/random/boot_id',
      ],
    },
    {},
    'test ',
  );
  const {at} = host;

  const say = (name: string, msg: string): Play => ({name, debug: {msg}});

  it('look at paths: stat', async () => {
    writeFileSync(at("it's"), 'abc', {mode: 0o640});
    symlinkSync("it's", at('link'));
    const ran = await host.bench.run({
      tasks: [
        {stat: {path: at("it's")}, register: 'file'},
        {stat: {path: at('link')}, register: 'link'},
        {stat: {path: at('link'), follow: true}, register: 'end'},
        {stat: at('none'), register: 'none'},
        say(
          'file',
          '{{ file.stat.mode }} {{ file.stat.size }} {{ file.stat.isreg }} {{ file.stat.checksum }}',
        ),
        say(
          'link',
          '{{ link.stat.islnk }} {{ link.stat.lnk_target }} {{ end.stat.isreg }} {{ none.stat.exists }}',
        ),
        {name: 'when', debug: {msg: 'x'}, when: 'not none.stat.exists'},
      ],
    });
    expect(ran.mistakes).toEqual([]);
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(ran.message('file')).toBe(`0640 3 true ${digest}`);
    expect(ran.message('link')).toBe("true it's true false");
    expect(ran.summary.hosts.wallpi).toMatchObject({changed: 0, failed: 0});
  });

  it('find what is meant, whatever it is called', async () => {
    const names = ['new\nline', "it's $(x)", '-rf', 'old.log', '.hidden', 'ümlaut'];
    for (const name of names) writeFileSync(at(name), 'x'.repeat(10));
    mkdirSync(at('sub/deep'), {recursive: true});
    writeFileSync(at('sub/deep/large.log'), 'x'.repeat(5000));
    utimesSync(at('old.log'), 1e9, 1e9);
    const found = async (args: Play): Promise<readonly string[]> => {
      const ran = await host.bench.run({
        tasks: [
          {find: {paths: host.place, ...args}, register: 'r'},
          say('found', '{{ json r.files }} {{ r.examined }}'),
        ],
      });
      const files = JSON.parse((ran.message('found') ?? '').replace(/ \d+$/, '')) as {path: string}[];
      return files.map((file) => path.relative(host.place, file.path));
    };
    expect(await found({})).toEqual(['-rf', "it's $(x)", 'new\nline', 'old.log', 'ümlaut'].sort());
    expect(await found({patterns: '*.log', recurse: true})).toEqual(['old.log', 'sub/deep/large.log']);
    expect(await found({patterns: '*.log', recurse: true, size: '1k'})).toEqual(['sub/deep/large.log']);
    expect(await found({age: '1w'})).toEqual(['old.log']);
    expect(await found({age: '-1w', hidden: true, patterns: '.*'})).toEqual(['.hidden']);
    expect(await found({file_type: 'directory', recurse: true, depth: 1})).toEqual(['sub']);
    expect(await found({patterns: 'n.w\\sl(i|x)ne', use_regex: true})).toEqual(['new\nline']);
    const none = await host.bench.run({tasks: [{name: 'none', find: {paths: at('none')}}]});
    expect(none.message('none')).toContain('none is no directory');
  });

  it('read a file, bring it here, and only once', async () => {
    writeFileSync(at('data'), Buffer.from([0, 255, 10, 10]));
    const play = {
      tasks: [
        {slurp: {src: at('data')}, register: 'r'},
        say('read', '{{ r.content }}'),
        {name: 'fetch', fetch: {src: at('data'), dest: 'fetched'}, register: 'f'},
        {name: 'flat', fetch: {src: at('data'), dest: 'flat/', flat: true}},
        {name: 'none', fetch: {src: at('none'), dest: 'x', fail_on_missing: false}},
        {name: 'no', fetch: {src: at('none'), dest: 'x'}, ignore_errors: true},
        {
          name: 'inside',
          fetch: {src: at('data'), dest: path.join('fetched/wallpi', at('data'), 'x'), flat: true},
          ignore_errors: true,
        },
      ],
    };
    const foretold = await host.bench.check(play);
    expect(foretold.statuses).toContain('fetch: would-change');
    expect(readdirSync(host.bench.directory)).not.toContain('fetched');
    const ran = await host.bench.run(play);
    expect(ran.message('read')).toBe('AP8KCg==');
    expect(ran.statuses).toEqual(expect.arrayContaining(['fetch: changed', 'flat: changed', 'none: ok']));
    expect(ran.message('no')).toContain('there is no');
    expect(ran.message('inside')).toContain(
      'cannot be written on this machine: a part of its path is a file',
    );
    expect(textOf(path.join(host.bench.directory, 'fetched/wallpi', at('data')))).toBe('\0\ufffd\n\n');
    const again = await host.bench.run(play);
    expect(again.statuses).toEqual(expect.arrayContaining(['fetch: ok', 'flat: ok']));
  });

  it('run shells and scripts, and leave nothing behind', async () => {
    host.bench.write('files/do it.sh', '#!/bin/sh\ncat; printf "%s|" "$0" "$@"; exit 3\n');
    const ran = await host.bench.run({
      tasks: [
        {name: 'shell', shell: 'echo a b | tr a-z A-Z; exit 0', register: 's'},
        {
          name: 'quoted',
          shell: {cmd: 'echo {{ quote x }}'},
          vars: {x: "it's $HOME"},
          register: 'q',
        },
        {name: 'raw', raw: 'exit 4', register: 'w', failed_when: 'w.rc != 4'},
        {
          name: 'script',
          script: {cmd: "'do it.sh' 'a b' '$x'", chdir: host.place, stdin: 'in:'},
          register: 'r',
          failed_when: false,
        },
        {name: 'temporary', tempfile: {state: 'directory', path: host.place, suffix: '.d'}, register: 't'},
        {name: 'guarded', shell: {cmd: 'echo x >y', chdir: host.place, creates: 'y'}},
        {name: 'again', shell: {cmd: 'echo x >y', chdir: host.place, creates: 'y'}},
        say('said', '{{ s.stdout }}/{{ q.stdout }}/{{ w.rc }}/{{ r.rc }}/{{ r.stdout }}/{{ t.path }}'),
        {pause: {seconds: 0.01}},
        {wait_for_connection: {timeout: 5}},
      ],
    });
    expect(ran.mistakes).toEqual([]);
    const said = ran.message('said') ?? '';
    expect(said).toMatch(/^A B\/it's \$HOME\/4\/3\/in:\n\/.*\/do it\.sh\|a b\|\$x\|\/.*\/vprov\.\w+\.d$/);
    expect(ran.statuses).toEqual(expect.arrayContaining(['guarded: changed', 'again: ok']));
    const [script = ''] = /\/\S*\/tmp\.\w+|\/tmp\/tmp\.\w+/.exec(said) ?? [];
    expect(script).not.toBe('');
    expect(readdirSync('/tmp')).not.toContain(path.basename(script));
  });

  it('restart the host, and go on when it is back with another boot id', async () => {
    const id = path.join(host.ring.directory, 'boot_id');
    const before = textOf(id).trim();
    const command = `echo 11111111-2222-3333-4444-555555555555 >${id}; ${reveal(ownSshd.text).replace('echo $p', 'kill -KILL $p')}`;
    const ran = await host.bench.run({
      tasks: [
        {name: 'restart', reboot: {reboot_command: command, reboot_timeout: 60}, register: 'r'},
        {name: 'after', copy: {content: 'x', dest: at('x')}},
        say('said', '{{ r.rebooted }}'),
        {name: 'never', reboot: {reboot_command: 'true', reboot_timeout: 1}, ignore_errors: true},
      ],
    });
    expect(before).not.toBe('');
    expect(ran.statuses.slice(0, 3)).toEqual(['restart: changed', 'after: changed', 'said: ok']);
    expect(ran.message('said')).toBe('true');
    expect(ran.message('never')).toContain('the host is not back after 1 s: it still runs as before');
  });
});
