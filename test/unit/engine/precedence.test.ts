import {describe, expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

/** A source of variables: gives the variable `x` this value in a project. */
interface Origin {
  readonly name: string;
  readonly gives: (value: string) => Partial<Files>;
  /** What it gives is not known in validation, and what is said of that shows that it won. */
  readonly says?: string;
}

/** The files of a project by what stands in them. */
interface Files {
  /** Entries of the inventory: of `all`, of the groups and of the host. */
  readonly all: string;
  readonly parent: string;
  readonly child: string;
  readonly sibling: string;
  readonly host: string;
  readonly besideInventory: Readonly<Record<string, string>>;
  readonly besidePlaybook: Readonly<Record<string, string>>;
  readonly otherRoleDefaults: string;
  readonly roleDefaults: string;
  readonly roleVars: string;
  readonly roleParameters: string;
  readonly playVars: string;
  readonly varsFile: string;
  readonly prompt: string;
  readonly blockVars: string;
  readonly taskVars: string;
  readonly includeParameters: string;
  /** Tasks before the one that looks. */
  readonly registers: string;
  readonly before: string;
  /** A file that `include_vars` reads. */
  readonly included: string;
  readonly loop: string;
  readonly extraVars: readonly string[];
}

const beside = (place: 'besideInventory' | 'besidePlaybook', file: string) => (value: string) => ({
  [place]: {[file]: `x: ${value}\n`},
});
const written = (place: keyof Files) => (value: string) => ({[place]: `x: ${value}`});

/** From low to high, as docs/language.md has it. */
const origins: readonly Origin[] = [
  {name: 'defaults of another role', gives: written('otherRoleDefaults')},
  {name: 'role defaults', gives: written('roleDefaults')},
  {name: 'all in the inventory', gives: written('all')},
  {name: 'group_vars/all beside the inventory', gives: beside('besideInventory', 'group_vars/all.yml')},
  {name: 'group_vars/all beside the playbook', gives: beside('besidePlaybook', 'group_vars/all.yml')},
  {name: 'a parent group in the inventory', gives: written('parent')},
  {name: 'group_vars of a parent', gives: beside('besideInventory', 'group_vars/above.yml')},
  {
    name: 'group_vars of a parent beside the playbook',
    gives: beside('besidePlaybook', 'group_vars/above.yml'),
  },
  {name: 'a group in the inventory', gives: written('child')},
  {name: 'group_vars of a group', gives: beside('besideInventory', 'group_vars/group_a.yml')},
  {
    name: 'group_vars of a group beside the playbook',
    gives: beside('besidePlaybook', 'group_vars/group_a.yml'),
  },
  {name: 'its sibling, later by name', gives: written('sibling')},
  {name: 'group_vars of that sibling', gives: beside('besideInventory', 'group_vars/group_b.yml')},
  {name: 'the host in the inventory', gives: written('host')},
  {name: 'host_vars beside the inventory', gives: beside('besideInventory', 'host_vars/pi.yml')},
  {name: 'host_vars beside the playbook', gives: beside('besidePlaybook', 'host_vars/pi.yml')},
  {name: 'play vars', gives: written('playVars')},
  {
    name: 'vars_prompt',
    gives: () => ({prompt: '  vars_prompt: [{name: x, prompt: x, private: false}]\n'}),
    says: '(known after the run: somebody is asked for x before the play)',
  },
  {name: 'vars_files', gives: written('varsFile')},
  {name: 'role vars', gives: written('roleVars')},
  {name: 'vars of a block', gives: written('blockVars')},
  {name: 'task vars', gives: written('taskVars')},
  {name: 'include_vars', gives: (value) => ({included: `x: ${value}`})},
  {name: 'role parameters', gives: written('roleParameters')},
  {name: 'parameters of an include', gives: written('includeParameters')},
  {
    name: 'register',
    gives: () => ({registers: '- command: uptime\n  register: x\n'}),
    says: "'x' is a map, which cannot stand in a text",
  },
  {name: 'set_fact', gives: (value) => ({before: `- set_fact: {x: ${value}}\n`})},
  {
    name: 'the item of a loop',
    gives: (value) => ({loop: `      loop: [${value}]\n      loop_control: {loop_var: x}\n`}),
  },
  {name: '-e', gives: (value) => ({extraVars: [`x=${value}`]})},
];

async function winnerOf(given: readonly Partial<Files>[]): Promise<string> {
  const all: Partial<Files> = Object.assign({included: ''}, ...given);
  const folders = (place: 'besideInventory' | 'besidePlaybook') =>
    Object.assign({}, ...given.map((one) => one[place] ?? {})) as Record<string, string>;
  const files = {
    'inventory/hosts.yml': `all: {vars: {${all.all ?? ''}}}
above: {vars: {${all.parent ?? ''}}, children: {group_a: , group_b: }}
group_a: {vars: {${all.child ?? ''}}, hosts: {pi: {${all.host ?? ''}}}}
group_b: {vars: {${all.sibling ?? ''}}, hosts: {pi: }}
`,
    ...prefixed('inventory', folders('besideInventory')),
    ...folders('besidePlaybook'),
    'site.yml': `- hosts: all
  vars: {${all.playVars ?? ''}}
${all.prompt ?? ''}  vars_files: [more.yml]
  roles: [{role: other}, {role: looks, vars: {${all.roleParameters ?? ''}}}]
`,
    'more.yml': `{${all.varsFile ?? ''}}\n`,
    'roles/other/defaults/main.yml': `{${all.otherRoleDefaults ?? ''}}\n`,
    'roles/other/tasks/main.yml': '- meta: flush_handlers\n',
    'roles/looks/vars/included.yml': `{${all.included}}\n`,
    'roles/looks/defaults/main.yml': `{${all.roleDefaults ?? ''}}\n`,
    'roles/looks/vars/main.yml': `{${all.roleVars ?? ''}}\n`,
    'roles/looks/tasks/main.yml': `${all.registers ?? ''}${all.before ?? ''}- include_vars: included.yml
- include_tasks: look.yml
  vars: {${all.includeParameters ?? ''}}
`,
    'roles/looks/tasks/look.yml': `- vars: {${all.blockVars ?? ''}}
  block:
    - assert: {that: 'false', fail_msg: 'x is {{ x }}'}
      vars: {${all.taskVars ?? ''}}
${all.loop ?? ''}`,
  };
  const extraVars = (all.extraVars ?? []).map((text) => ({text}));
  const [found, ...others] = await validate(files, {inventory: ['inventory/hosts.yml'], extraVars});
  expect(others.map(line)).toEqual([]);
  return found?.message ?? 'nothing';
}

function prefixed(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** What the task that looks says of `x` when this source has won. */
function seen({says}: Origin, value: string): string {
  return says ?? `x is ${value}`;
}

const pairs = origins.flatMap((low, index) => origins.slice(index + 1).map((high) => [low, high] as const));

describe('of two sources of a variable, the higher one wins', () => {
  test.each(pairs.map(([low, high]) => [low.name, high.name, low, high] as const))(
    '%s < %s',
    async (_low, _high, low, high) => {
      expect(await winnerOf([low.gives('low'), high.gives('high')])).toBe(seen(high, 'high'));
    },
  );
});

test.each(origins.map((origin) => [origin.name, origin] as const))(
  '%s alone is seen',
  async (_name, origin) => {
    expect(await winnerOf([origin.gives('alone')])).toBe(seen(origin, 'alone'));
  },
);

describe('of several -e', () => {
  const forms: readonly (readonly [string, (value: string) => string])[] = [
    ['NAME=VALUE', (value) => `x=${value}`],
    ['JSON', (value) => `{"x": "${value}"}`],
    ['@FILE', (value) => `@${value}.yml`],
  ];
  const both = forms.flatMap(([first, low]) =>
    forms.map(([second, high]) => [first, second, [low('low'), high('high')]] as const),
  );

  test.each(both)('the last wins: %s, then %s', async (_first, _second, given) => {
    const files = {
      'low.yml': 'x: low\n',
      'high.yml': 'x: high\n',
      'site.yml': "- hosts: all\n  tasks:\n    - assert: {that: 'false', fail_msg: 'x is {{ x }}'}\n",
    };
    const [found] = await validate(files, {extraVars: given.map((text) => ({text}))});
    expect(found?.message).toBe('x is high');
  });
});
