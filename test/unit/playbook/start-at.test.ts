import {describe, expect, it} from 'vitest';
import {tasksBefore} from '../../../src/playbook/index.ts';
import {read} from './read.ts';

const text = `- hosts: all
  tasks:
    - {name: one, command: 'true'}
    - block:
        - {name: two, command: 'true'}
      rescue:
        - {name: rescue, command: 'true'}
        - block:
            - {name: deep, command: 'true'}
      always:
        - {name: always, command: 'true'}
    - {name: three, command: 'true'}
`;

function startingAt(name: string) {
  const {playbook} = read({'playbooks/p.yml': text});
  if (!playbook) throw new Error('the playbook has mistakes');
  const {skipped, diagnostics} = tasksBefore(playbook, name);
  return {
    skipped: [...skipped].map((task) => task.name?.text),
    mistakes: diagnostics.map(({message, hint, source}) => `${source?.line}: ${message} (${hint})`),
  };
}

describe('--start-at-task', () => {
  it.each([
    ['one', []],
    ['two', ['one']],
    ['always', ['one', 'two', 'rescue', 'deep']],
    ['t*e', ['one', 'two', 'rescue', 'deep', 'always']],
  ])('%s passes over what stands before it', (name, skipped) => {
    expect(startingAt(name)).toEqual({skipped, mistakes: []});
  });

  it.each([
    ['rescue', 7],
    ['deep', 9],
  ])('%s is refused: only a failure leads to a rescue', (name, line) => {
    expect(startingAt(name).mistakes).toEqual([
      `${line}: --start-at-task: '${name}' stands in a rescue, which only a failure leads to (start at a task of its block)`,
    ]);
  });

  it('refuses a name that no task has, and names no task of a rescue', () => {
    expect(startingAt('fore').mistakes).toEqual([
      "undefined: --start-at-task: no task 'fore' (tasks are: one, two, always, three)",
    ]);
  });
});
