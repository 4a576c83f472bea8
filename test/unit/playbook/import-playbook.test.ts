import {describe, expect, it} from 'vitest';
import {selectedByTags, tasksIn} from '../../../src/playbook/index.ts';
import {plain} from '../source/plain.ts';
import {read} from './read.ts';

const site = (text: string, more: Readonly<Record<string, string>> = {}) =>
  read({'playbooks/p.yml': text, ...more});

describe('import_playbook', () => {
  it('puts the plays of other playbooks in its place', () => {
    const {playbook, diagnostics} = site(
      '- {name: first, hosts: a}\n- import_playbook: sub/x.yml\n- {name: last, hosts: a}\n',
      {
        'playbooks/sub/x.yml': '- {name: x1, hosts: a}\n- ansible.builtin.import_playbook: y.yml\n',
        'playbooks/sub/y.yml': '- {name: y1, hosts: a}\n',
      },
    );
    expect(diagnostics).toEqual([]);
    expect(playbook?.plays.map(({name}) => name)).toEqual(['first', 'x1', 'y1', 'last']);
    expect(playbook?.plays.map(({importedBy}) => importedBy.map(({line}) => line))).toEqual([
      [],
      [2],
      [2, 2],
      [],
    ]);
  });

  it('looks for the roles and files of a play beside the playbook in which it is written', () => {
    const {diagnostics, playbook} = site('- import_playbook: ../other/x.yml\n', {
      'other/x.yml': '- hosts: a\n  roles: [web]\n  vars_files: [v.yml]\n  tasks:\n  - import_tasks: t.yml\n',
      'other/roles/web/tasks/main.yml': '- debug: of the role\n',
      'other/v.yml': 'port: 80\n',
      'other/t.yml': '- debug: of the file\n',
    });
    expect(diagnostics).toEqual([]);
    expect([...tasksIn(playbook?.plays[0]?.tasks ?? [])]).toHaveLength(2);
  });

  it('gives its condition, tags and variables to the plays', () => {
    const {playbook} = site(
      '- import_playbook: x.yml\n  when: wanted\n  tags: site\n  vars: {port: 1, outer: true}\n',
      {
        'playbooks/x.yml':
          '- hosts: a\n  tags: x\n  vars: {port: 2, inner: true}\n  tasks:\n  - debug: m\n    when: own\n    notify: h\n  handlers: [{name: h, debug: m}]\n',
      },
    );
    const [play] = playbook?.plays ?? [];
    const [task] = tasksIn(play?.tasks ?? []);
    expect(task?.when.map(({text}) => text)).toEqual(['wanted', 'own']);
    expect(play?.handlers[0]?.when).toEqual([]);
    expect(plain(play?.vars)).toEqual({port: 1, inner: true, outer: true});
    expect(task?.tags).toEqual(['site', 'x']);
    expect(selectedByTags(task?.tags ?? [], {tags: ['site'], skipTags: []})).toBe(true);
  });

  it('gives the variables of the outermost import the last word', () => {
    const {playbook} = site('- import_playbook: x.yml\n  vars: {port: 1}\n', {
      'playbooks/x.yml': '- import_playbook: y.yml\n  vars: {port: 2, other: 2}\n',
      'playbooks/y.yml': '- hosts: a\n  vars: {port: 3, other: 3}\n',
    });
    expect(plain(playbook?.plays[0]?.vars)).toEqual({port: 1, other: 2});
  });

  it.each([
    [
      'a missing file',
      '- import_playbook: network.yml\n',
      '1:20',
      "there is no playbook 'network.yml'",
      /^looked for/,
    ],
    ['a misspelt one', '- import_playbook: yy.yml\n', '1:20', /'yy.yml'/, /'y.yml'/],
    ['itself', '- hosts: a\n- import_playbook: p.yml\n', '2:20', 'p.yml imports itself', /no end/],
    ['a template', '- import_playbook: "{{ x }}"\n', '1:20', /a template/, /before anything/],
    ['a list', '- import_playbook: [y.yml]\n', '1:20', /not a list/, /FILE/],
    [
      "a play's keyword",
      '- import_playbook: y.yml\n  hosts: a\n',
      '2:3',
      /'hosts' has no place/,
      /imported playbook/,
    ],
    ['a misspelt keyword', '- import_playbook: y.yml\n  tag: a\n', '2:3', /'tag' has no place/, /'tags'/],
  ] as const)('tells of %s with its place', (_, text, place, message, hint) => {
    const {diagnostics} = site(text, {'playbooks/y.yml': '- hosts: a\n'});
    expect(diagnostics).toEqual([
      expect.objectContaining({at: `p.yml:${place}`, message: expect.stringMatching(message)}),
    ]);
    expect(diagnostics[0]?.hint).toMatch(hint);
  });

  it('tells of a circle where it closes', () => {
    const {diagnostics} = site('- import_playbook: x.yml\n', {
      'playbooks/x.yml': '- import_playbook: p.yml\n',
    });
    expect(diagnostics).toEqual([
      expect.objectContaining({at: 'x.yml:1:20', message: 'p.yml imports itself'}),
    ]);
  });

  it('tells the mistakes of the imported playbook in its file', () => {
    const {diagnostics} = site('- import_playbook: x.yml\n', {'playbooks/x.yml': '- hosts: a\n  task: []\n'});
    expect(diagnostics.map(({at}) => at)).toEqual(['x.yml:2:3']);
  });
});
