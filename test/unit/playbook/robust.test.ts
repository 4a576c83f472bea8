import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {stringify} from 'yaml';
import {loadInventory, selectHosts} from '../../../src/inventory/index.ts';
import {loadPlaybook} from '../../../src/playbook/index.ts';
import {makeProject} from '../inventory/project.ts';
import {modules} from './read.ts';

/** Trees whose keys mean something, with anything on their right side. */
function trees(keys: readonly string[]): fc.Arbitrary<unknown> {
  const scalars = fc.constantFrom(
    null,
    true,
    0,
    -1,
    1.5,
    '',
    'yes',
    'x',
    '{{ x }}',
    'a b',
    '../r',
    'r',
    'restart',
  );
  return fc.letrec<{tree: unknown}>((tie) => ({
    tree: fc.oneof(
      {maxDepth: 5, withCrossShrink: true},
      scalars,
      fc.array(tie('tree'), {maxLength: 3}),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), {maxKeys: 4}),
    ),
  })).tree;
}

describe('whatever the shape, mistakes are diagnostics with a place, never exceptions', () => {
  it('of a playbook and a role', () => {
    const keys = [
      'hosts',
      'tasks',
      'handlers',
      'roles',
      'role',
      'vars',
      'name',
      'when',
      'notify',
      'handler',
      'tags',
      'loop',
      'loop_control',
      'become',
      'retries',
      'args',
      'copy',
      'command',
      'block',
      'register',
    ];
    const directory = makeProject({'roles/r/tasks/main.yml': '', 'p.yml': ''});
    const file = join(directory, 'p.yml');
    fc.assert(
      fc.property(fc.array(trees(keys), {maxLength: 3}), trees(keys), (plays, tasks) => {
        writeFileSync(file, stringify(plays));
        writeFileSync(join(directory, 'roles/r/tasks/main.yml'), stringify(tasks));
        const {playbook, diagnostics} = loadPlaybook(file, modules);
        for (const {source} of diagnostics) expect(source?.line).toBeGreaterThanOrEqual(1);
        for (const play of playbook?.plays ?? []) expect(play.hosts.text).not.toBe('');
      }),
      {numRuns: 80},
    );
  });

  it('of an inventory', () => {
    const directory = makeProject({'i.yml': ''});
    const file = join(directory, 'i.yml');
    const keys = ['all', 'hosts', 'children', 'vars', 'g', 'h', 'ungrouped', 'i', '-x', 'a b'];
    fc.assert(
      fc.property(trees(keys), (tree) => {
        writeFileSync(file, stringify(tree));
        const {inventory, diagnostics} = loadInventory([file]);
        for (const {source} of diagnostics) expect(source?.line).toBeGreaterThanOrEqual(1);
        expect(selectHosts(inventory, 'all').hosts).toEqual([...inventory.hosts.keys()]);
        for (const host of inventory.hosts.values()) {
          expect(host.groups[0]).toBe('all');
          for (const group of host.groups) expect(inventory.groups.get(group)?.hosts).toContain(host.name);
        }
      }),
      {numRuns: 80},
    );
  });
});
