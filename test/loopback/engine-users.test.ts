import {chownSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';
import {askerPassword} from './ring.ts';

const uids = {pi: 20_001, asker: 20_002, service: 20_004} as const;
const host = oneHost({shell: 'dash'});
const {at} = host;

beforeEach(() => {
  chownSync(host.place, uids.pi, 0);
});

const copy = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: name, dest: at(name)},
  ...more,
});
const ownerOf = (name: string): number => statSync(at(name)).uid;

describe('the user of a task', () => {
  it('is who logged in, root, or another, for the play or the task, also by a template', async () => {
    const ran = await host.bench.run({
      become: false,
      vars: {who: 'root', yes: true},
      tasks: [
        copy('login'),
        copy('root', {become: true}),
        copy('template', {become: '{{ yes }}', become_user: '{{ who }}'}),
      ],
    });
    expect(ran.statuses).toEqual(['login: changed', 'root: changed', 'template: changed']);
    expect(['login', 'root', 'template'].map(ownerOf)).toEqual([uids.pi, 0, 0]);
    const play = await host.bench.run({
      become_user: 'service',
      tasks: [shell('who', 'id -un', {register: 'r'}), {name: 'said', debug: {msg: '{{ r.stdout }}'}}],
    });
    expect(play.message('said')).toBe('service');
  });

  it('is who the host says in its variables, whatever the playbook says', async () => {
    const other = new Bench({wallpi: host.ring}, {wallpi: {ansible_become: true, become_user: 'service'}});
    const who = shell('who', 'id -un', {register: 'r', become: false});
    const ran = await other.run({
      become: false,
      tasks: [who, {name: 'said', debug: {msg: '{{ r.stdout }}'}}],
    });
    const given = await other.run(
      {tasks: [who, {name: 'said', debug: {msg: '{{ r.stdout }}'}}]},
      {extraVars: [{text: 'become=false'}]},
    );
    other.remove();
    expect([ran.message('said'), given.message('said')]).toEqual(['service', 'pi']);
  });

  it('that cannot be become fails the task, in check and run alike, also where it is a command', async () => {
    const asked = new Bench({wallpi: host.ring}, {wallpi: {user: 'asker'}});
    const tasks = [
      shell('own', 'true', {become: false}),
      {name: 'wait', pause: {seconds: 0.01}, become: true},
      shell('root', 'true', {become: true}),
    ];
    const checked = await asked.check({become: false, tasks});
    const ran = await asked.run({become: false, tasks});
    expect([checked.statuses, ran.statuses]).toEqual([
      ['own: would-change', 'wait: ok', 'root: failed'],
      ['own: changed', 'wait: ok', 'root: failed'],
    ]);
    expect(checked.message('root')).toBe('sudo on wallpi asks asker for a password to become root');
    expect(ran.message('root')).toBe(checked.message('root'));
    // Of whom a command before may make, it is known when they are there.
    const made = [
      shell('make', 'true', {become: false}),
      shell('as', 'true', {become_user: 'newcomer', become: true}),
    ];
    expect((await host.bench.check({become: false, tasks: made})).statuses).toEqual([
      'make: would-change',
      'as: would-change',
    ]);
    asked.remove();
  });

  it('that may not do something is told who may', async () => {
    const task = {name: 'give', copy: {content: 'x', dest: at('given'), owner: 'root'}};
    const ran = await host.bench.run({become: false, tasks: [task]});
    expect(ran.tasks[0]).toMatchObject({
      status: 'failed',
      message: `${at('given')} cannot belong to 'root': only root may give a file to another`,
      hint: 'become: true does it as root',
    });
  });

  it('that cannot be told is a mistake, never somebody else', async () => {
    const ran = await host.bench.run([
      {become: '{{ maybe }}', vars: {maybe: 'yes'}, tasks: [copy('a')]},
      {become_user: '{{ who }}', vars: {who: ''}, tasks: [copy('b')]},
      {become_user: '{{ facts.hostname }}', gather_facts: true, tasks: [copy('c')]},
      {tasks: [copy('d', {become_user: '{{ number }}', vars: {number: ['x']}})]},
    ]);
    expect(ran.summary.exitCode).toBe(1);
    expect(ran.mistakes).toEqual([
      'become is neither true nor false, but a string',
      'become_user is not the name of a user',
      expect.stringContaining('as which user this play runs is not known'),
      'become_user is not the name of a user',
    ]);
  });

  it('has knowledge of their own: what root sees does not answer for another', async () => {
    mkdirSync(at('closed'), {mode: 0o700});
    writeFileSync(at('closed', 'file'), 'x');
    const file = {path: at('closed', 'file'), state: 'file'};
    const ran = await host.bench.run({
      tasks: [
        {name: 'root', file},
        {name: 'pi', file, become: false, ignore_errors: true},
        {name: 'root again', file: {...file, mode: '0600'}},
        {name: 'root sees it', file: {...file, mode: '0600'}},
      ],
    });
    expect(ran.statuses).toEqual(['root: ok', 'pi: ok', 'root again: changed', 'root sees it: ok']);
    expect(ran.message('pi')).toMatch(/failed, ignored/);
  });
});

describe('the password of become', () => {
  it('is in no event, whatever a command prints', async () => {
    const asked = new Bench({wallpi: host.ring}, {wallpi: {user: 'asker', become_password: askerPassword}});
    asked.write('files/password', `${askerPassword}\n`);
    const base64 = Buffer.from(askerPassword).toString('base64');
    const ran = await asked.run(
      {
        tasks: [
          {name: 'file', copy: {src: 'password', dest: at('password')}},
          shell('print', `cat ${at('password')}; echo ${base64} >&2; exit 1`, {
            ignore_errors: true,
            register: 'r',
          }),
          {name: 'show', debug: {var: 'r'}},
          {name: 'stop', fail: {msg: '{{ become_password }}'}},
        ],
      },
      {diff: true},
    );
    asked.remove();
    expect(textOf(at('password'))).toBe(`${askerPassword}\n`);
    expect(ran.statuses).toEqual(['file: changed', 'print: ok', 'show: ok', 'stop: failed']);
    const all = JSON.stringify(ran.events);
    expect(all).not.toContain(JSON.stringify(askerPassword).slice(1, -1));
    expect(all).not.toContain(base64.replace(/=+$/, ''));
    expect(ran.message('stop')).toBe('‹become_password›');
  });

  it('that is wrong fails the host, which was reached, and says so', async () => {
    const wrong = new Bench(
      {wallpi: host.ring},
      {wallpi: {user: 'asker', become_password: 'not-the-password'}},
    );
    const ran = await wrong.run({tasks: [copy('a')]});
    wrong.remove();
    expect(ran.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {failed: 1, unreachable: 0}}});
    expect(ran.notes).toEqual([
      'sudo on wallpi refused the password of asker; correct become_password, or what was typed for -K: for sudo it is the password of asker, not of root, unless sudoers says rootpw or targetpw',
    ]);
    expect(JSON.stringify(ran.events)).not.toContain('not-the-password');
  });
});
