import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Bench, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring});
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const imported = {import_playbook: 'sub/site.yml', vars: {port: 8200}, when: 'wanted', tags: ['site']};

describe('import_playbook', () => {
  beforeAll(() => {
    bench.write('sub/templates/t', 'of the imported playbook, {{ port }}\n');
    bench.write('sub/files/f', 'looked up');
    bench.write('sub/more.yml', "- {name: included, debug: '{{ inventory_hostname }}'}\n");
    bench.write(
      'sub/site.yml',
      JSON.stringify([
        {
          hosts: 'all',
          gather_facts: false,
          vars: {port: 1},
          tasks: [
            {name: 'template', template: {src: 't', dest: '{{ home }}/t'}, notify: 'told'},
            {name: 'lookup', debug: "{{ file 'f' '' }} in {{ playbook_dir }}"},
            {name: 'include', include_tasks: '{{ more }}.yml', vars: {more: 'more'}},
          ],
          handlers: [{name: 'told', debug: 'changed'}],
        },
      ]),
    );
  });

  it('runs its plays with the files of their own folder, and with what the import gives', async () => {
    const ran = await bench.run([{...imported, vars: {port: 8200, wanted: true}}]);
    expect(ran.statuses).toEqual([
      'template: changed',
      'lookup: ok',
      'include: ok',
      'included: ok',
      'told: ok',
    ]);
    expect(ran.message('lookup')).toBe(`looked up in ${path.join(bench.directory, 'sub')}`);
    expect(textOf(path.join(ring.directory, 'home-pi/t'))).toBe('of the imported playbook, 8200\n');
  });

  it('holds its condition against every task', async () => {
    const ran = await bench.run([{...imported, vars: {port: 8200, wanted: false}}]);
    expect(ran.statuses).toEqual(['template: skipped', 'lookup: skipped', 'include: skipped']);
  });

  it('finds its mistakes before anything is connected', async () => {
    const ran = await bench.run([{...imported, vars: {port: 8200}}]);
    expect(ran.mistakes).toEqual([expect.stringContaining("'wanted'")]);
    expect(ran.summary.exitCode).toBe(1);
  });
});
