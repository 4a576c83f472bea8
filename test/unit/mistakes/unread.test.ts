import {describe, expect, it} from 'vitest';
import {filesOf, playbook} from './mistake.ts';
import {validate} from './validate.ts';

const reading = {'group_vars/all.yml': "own: '{{ web_prot }}'\n", 'host_vars/wallpi.yml': 'web_port: 80\n'};

/** What is right, though it looks like a mistake from here. */
const sound: Readonly<Record<string, Record<string, string>>> = {
  'of the inventory, which another playbook defines': {
    ...reading,
    'other.yml': playbook('- debug: {msg: fine}', '  vars: {web_prot: 1}\n'),
  },
  'of the inventory, which a role of another playbook defines': {
    ...reading,
    'roles/other/defaults/main.yml': 'web_prot: 1\n',
  },
  'of the inventory, like nothing that is known here': {
    'group_vars/all.yml': "own: '{{ of_another_playbook }}'\n",
  },
  'with a default': {'group_vars/all.yml': "own: '{{ default prot 1 }}'\n"},
  'of a role, which a task of another play registers': {
    'roles/web/vars/main.yml': "own: '{{ started }}'\n",
    'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
    'site.yml': `${playbook('- debug: {msg: fine}', '  roles: [web]\n')}${playbook(
      '- command: uptime\n  register: started',
    )}`,
  },
  'of the inventory, near to another, which another role reads': {
    'group_vars/all.yml': 'web_prot: 1\n',
    'roles/web/defaults/main.yml': 'web_port: 80\n',
    'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }}'}\n",
    'roles/other/tasks/main.yml': "- debug: {msg: '{{ web_prot }}'}\n",
    'site.yml': playbook('- debug: {msg: fine}', '  roles: [web]\n'),
  },
  'that differ by a number': {
    'group_vars/all.yml': 'web_port2: 1\n',
    'roles/web/defaults/main.yml': 'web_port1: 80\n',
    'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port1 }}'}\n",
    'site.yml': playbook('- debug: {msg: fine}', '  roles: [web]\n'),
  },
};

const guarded = [
  '{{#if (defined settings.levels)}}{{ settings.levels }}{{else}}{{ settings.level }}{{/if}}',
  '{{ default settings.levels 1 }}',
];

describe('nothing is said of members that are asked for before', () => {
  it.each(guarded)('%s', async (text) => {
    const task = `- debug: {msg: '${text}'}`;
    expect((await validate(filesOf({task}))).diagnostics).toEqual([]);
  });

  it.each([
    'settings.levels is defined and settings.levels == 1',
    "'levels' in settings and settings.levels == 1",
    'has(settings.levels) and settings.levels == 1',
    'default(settings.levels, 1) == 1',
  ])('%s', async (condition) => {
    const task = `- debug: {msg: a}\n  when: ${JSON.stringify(condition)}`;
    expect((await validate(filesOf({task}))).diagnostics).toEqual([]);
  });
});

describe('nothing is said of names', () => {
  it.each(Object.entries(sound))('%s', async (_name, files) => {
    expect((await validate(filesOf({files}))).diagnostics).toEqual([]);
  });

  it.each(['release=1.21.0', 'of_nothing=1', 'ansible_python_interpreter=python3'])(
    'given by -e as %s',
    async (text) => {
      expect((await validate(filesOf({}), {extraVars: [text]})).diagnostics).toEqual([]);
    },
  );
});
