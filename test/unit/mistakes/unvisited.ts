import {type Mistake, playbook} from './mistake.ts';

const template = {code: 'VAL004', says: /no such function: uper/, hint: /'upper'/};
const argument = {code: 'MOD002', says: /debug has no argument 'mgs'/, hint: /'msg'/};
const condition = {code: 'VAL008', says: /'=' compares nothing/, hint: /==/};

const bad = "debug: {msg: '{{ ⟦uper⟧ port }}'}";

/** Mistakes where no host comes. */
export const unvisited: readonly Mistake[] = [
  {name: 'a template in a task that is never run', task: `- ${bad}\n  when: false`, ...template},
  {name: 'an argument of a task that is never run', task: '- debug: {⟦mgs⟧: a}\n  when: false', ...argument},
  {name: 'a template in a task with the tag never', task: `- ${bad}\n  tags: never`, ...template},
  {
    name: 'a condition of a task with the tag never',
    task: '- debug: {msg: a}\n  tags: never\n  when: port ⟦=⟧ 1',
    ...condition,
  },
  {
    name: 'a condition behind one that is false',
    task: '- debug: {msg: a}\n  when: [false, port ⟦=⟧ 1]',
    ...condition,
  },
  {name: 'a template in an empty loop', task: `- ${bad}\n  loop: []`, ...template},
  {name: 'an argument in an empty loop', task: '- debug: {⟦mgs⟧: a}\n  loop: []', ...argument},
  {
    name: 'a template in a play without hosts',
    files: {
      'inventory/hosts.yml': 'all: {children: {pis: {hosts: {a: {host: 192.0.2.1}}}, none: {}}}\n',
      'site.yml': `- hosts: none\n  tasks:\n    - ${bad}\n- hosts: pis\n  tasks:\n    - debug: {msg: a}\n`,
    },
    ...template,
  },
  {
    name: 'a variable that nobody reads',
    files: {'site.yml': playbook('- debug: {msg: fine}', "  vars: {own: '{{ ⟦uper⟧ port }}'}\n")},
    ...template,
  },
  {
    name: 'a template in a rescue',
    task: `- block:\n    - debug: {msg: a}\n  rescue:\n    - ${bad}`,
    ...template,
  },
];
