import {execFileSync} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createInterruption} from '../../../src/cli/index.ts';
import {run} from '../../../src/engine/index.ts';
import {makeProject} from '../inventory/project.ts';
import {type} from './console.ts';

/** Of this process alone: the machine may run the same test elsewhere. */
const nap = `sleep 4715.${process.pid}`;
const slow = `#!/bin/sh
${nap}
`;

function sleepers(): number {
  return execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line === nap).length;
}

it.each(['exec all -- true', 'facts', 'net --to 22', 'trust', 'vault status --group all'])(
  'an inventory without hosts is a mistake where there is something to do on each: %s',
  async (line) => {
    const directory = makeProject({
      'i.yml': 'all: {children: {web: {}, db: {hosts: {wallpi: }}}}\n',
      'e.yml': 'all: {}\n',
    });
    const [command, ...rest] = line.split(' -- ');
    const typed = (more: string): ReturnType<typeof type> =>
      type([`${command} ${more}`, ...rest].join(' -- '), undefined, {cwd: directory});
    const empty = await typed('-i e.yml');
    expect([empty.exitCode, empty.stdout]).toEqual([1, '']);
    expect(empty.stderr).toContain(
      `error: the inventory names no host [INV018]\n  e.yml:1:1\n  hint: see ${directory}/e.yml\n`,
    );
    if (line.startsWith('vault')) return;
    const none = await typed('-i i.yml -l web');
    expect(none.stderr).toContain("error: no host of the inventory is in 'all' and 'web' [INV018]\n");
  },
);

it('a playbook for an inventory without hosts is told that nothing is done', async () => {
  const directory = makeProject({
    'e.yml': 'all: {}\n',
    'site.yml': '- hosts: all\n  tasks: [{debug: {msg: x}}]\n',
  });
  const told = await type('run site.yml -i e.yml', run, {cwd: directory});
  expect(told.stdout + told.stderr).toContain('the inventory names no host');
});

it.each([
  ['inventory --graph', 'SIGINT', 130],
  ['inventory --graph', 'SIGTERM', 143],
  ['facts', 'SIGINT', 130],
  ['exec all -- true', 'SIGINT', 130],
  ['trust', 'SIGINT', 130],
  ['ssh wallpi', 'SIGINT', 130],
  ['net --to 22', 'SIGINT', 130],
  ['vault status', 'SIGINT', 130],
  ['run site.yml', 'SIGINT', 130],
  ['validate site.yml', 'SIGINT', 130],
  ['drift site.yml', 'SIGINT', 130],
  ['plan site.yml --out plan.json', 'SIGINT', 130],
] as const)(
  'an inventory program that takes its time is told, and ends with vprov: %s, %s',
  async (line, name, exitCode) => {
    const directory = makeProject({cloud: slow, 'site.yml': '- hosts: all\n  tasks: [{debug: {msg: x}}]\n'});
    chmodSync(join(directory, 'cloud'), 0o755);
    const said: string[] = [];
    const interruption = createInterruption({say: () => undefined, giveUp: () => undefined});
    const write = (text: string): void => {
      said.push(text);
      if (interruption.signal.aborted || !said.join('').includes('waiting for ')) return;
      expect(sleepers()).toBe(1);
      interruption.raise(name);
    };
    const [command, ...rest] = line.split(' -- ');
    const typed = [`${command} -i cloud`, ...rest].join(' -- ');
    const told = await type(typed, run, {cwd: directory, interruption, stdout: {write}, stderr: {write}});
    expect(said.join('')).toContain(`waiting for ${directory}/cloud --list\n`);
    expect([told.exitCode, sleepers()]).toEqual([exitCode, 0]);
    expect(said.join('')).not.toContain('error');
  },
);
