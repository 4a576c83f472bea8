import type {Mistake} from './mistake.ts';

/** Members of what only a run gives: their names are known. */
function member(name: string, task: string, code: string, says: RegExp, hint: RegExp): Mistake {
  return {name, task, code, says, hint};
}

const found = '- find: {paths: /tmp}\n  register: found\n';

/** Misspelt members of results, of their items, and of what a `rescue` knows. */
export const members: readonly Mistake[] = [
  member(
    'a member of the task that failed',
    "- block: [{command: ls}]\n  rescue:\n    - debug: {msg: '{{ vprov_failed_task.⟦nam⟧ }}'}",
    'VAL002',
    /'vprov_failed_task' has no 'nam'/,
    /'name'/,
  ),
  member(
    'a member of the task that failed, in a condition',
    '- block: [{command: ls}]\n  rescue:\n    - debug: {msg: a}\n      when: vprov_failed_task.⟦nmae⟧ == "x"',
    'VAL002',
    /'vprov_failed_task' has no 'nmae'/,
    /'name'/,
  ),
  member(
    'a member of a path that find gives, as an item',
    `${found}- debug: {msg: '{{ item.⟦pth⟧ }}'}\n  loop: '{{ found.files }}'`,
    'VAL002',
    /'item' has no 'pth'/,
    /'path'/,
  ),
  member(
    'the same under a name of its own',
    `${found}- debug: {msg: '{{ one.⟦pth⟧ }}'}\n  loop: '{{ found.files }}'\n  loop_control: {loop_var: one}`,
    'VAL002',
    /'one' has no 'pth'/,
    /'path'/,
  ),
  member(
    'the same in a condition',
    `${found}- debug: {msg: a}\n  loop: '{{ found.files }}'\n  when: item.⟦szie⟧ > 3`,
    'VAL002',
    /'item' has no 'szie'/,
    /'size'/,
  ),
  member(
    'the same in a label',
    `${found}- debug: {msg: a}\n  loop: '{{ found.files }}'\n  loop_control: {label: '{{ item.⟦pth⟧ }}'}`,
    'VAL002',
    /'item' has no 'pth'/,
    /'path'/,
  ),
  member(
    'the first of the paths that find gives',
    `${found}- debug: {msg: '{{ found.files.[0].⟦pth⟧ }}'}`,
    'VAL002',
    /has no 'pth'/,
    /'path'/,
  ),
  {
    ...member(
      'the item that includes hand on',
      `${found}- include_tasks: {file: t.yml}\n  loop: '{{ found.files }}'\n  when: item.⟦isdri⟧`,
      'VAL002',
      /'item' has no 'isdri'/,
      /'isdir'/,
    ),
    files: {'t.yml': '- debug: {msg: a}\n'},
  },
  member(
    'a result of a loop, as an item',
    "- stat: {path: '{{ item }}'}\n  loop: [/a, /b]\n  register: seen\n- debug: {msg: '{{ item.stat.⟦exsits⟧ }}'}\n  loop: '{{ seen.results }}'",
    'VAL002',
    /'exsits'/,
    /'exists'/,
  ),
];
