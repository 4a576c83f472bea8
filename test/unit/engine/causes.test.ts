import {expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

test('a value that is wrong wherever it is read is told once, with the places', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  vars: {m: 0x}
  tasks:
    - {file: {path: /a, mode: "{{ m }}"}}
    - {file: {path: /b, mode: "{{ m }}"}}
    - {copy: {dest: /c, content: x, mode: "{{ m }}"}}
`,
  });
  expect(
    found.map(({code, source, related}) => [code, source?.line, related?.map((one) => one.source?.line)]),
  ).toEqual([['MOD005', 4, [2, 5, 6]]]);
});

test('two values that are wrong alike are two mistakes', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  vars: {m: 0x, n: 0x}
  tasks:
    - {file: {path: /a, mode: "{{ m }}"}}
    - {file: {path: /b, mode: "{{ n }}"}}
`,
  });
  expect(found.map(({code, source}) => [code, source?.line])).toEqual([
    ['MOD005', 4],
    ['MOD005', 5],
  ]);
});

test('a circle of variables is told once, whichever of them is read', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  vars: {p: "{{ q }}", q: "{{ p }}", s: "{{ t }}", t: "{{ s }}"}
  tasks:
    - debug: {msg: "{{ p }}"}
    - debug: {msg: "{{ q }}"}
    - debug: {msg: "{{ t }}"}
`,
  });
  expect(found.map(({message}) => message)).toEqual([
    "'p' is made of itself: p → q → p",
    "'t' is made of itself: t → s → t",
  ]);
});

test.each([
  [['a'], "'x' is not defined for a"],
  [['a', 'b', 'c', 'd'], "'x' is not defined for a, b, c and d"],
  [['a', 'b', 'c', 'd', 'e'], "'x' is not defined for a, b, c and 2 more hosts"],
])('a name that %j lack, and others have, is told with the hosts', async (lacking, message) => {
  const hosts = [...lacking.map((name) => `${name}: {}`), 'other: {x: 1}'].join(', ');
  const found = await validate({
    'site.yml': '- hosts: all\n  tasks: [{debug: {msg: "{{ x }}"}}]\n',
    'inventory.yml': `all: {hosts: {${hosts}}}\n`,
  });
  expect(found.map((one) => one.message)).toEqual([message]);
});

test('a name that every host lacks is told without them', async () => {
  const found = await validate({
    'site.yml': '- hosts: all\n  tasks: [{debug: {msg: "{{ x }}"}}]\n',
    'inventory.yml': 'all: {hosts: {a: {}, b: {}}}\n',
  });
  expect(found.map((one) => one.message)).toEqual(["'x' is not defined"]);
});

test.each([
  ['- {debug: {msg: a}, when: my-v == 1}', "VAL001 4:31 'my-v' is not defined [did you mean 'my_v'?]"],
  [
    '- {debug: {msg: a}, when: some-thing == 1}',
    "VAL001 4:31 'some-thing' is not defined [names have no dash, which is a minus here: 'some - thing' with spaces, if that is meant]",
  ],
  ['- {debug: {msg: a}, when: my_v-other == 1}', /^VAL001 4:31 'my_v-other' is not defined/],
  ['- {debug: {msg: a}, when: my_v - other == 1}', /^VAL001 4:38 'other' is not defined/],
])('a name with a dash is one name: %s', async (task, said) => {
  const found = await validate({
    'site.yml': `- hosts: all\n  vars: {my_v: 1}\n  tasks:\n    ${task}\n`,
  });
  expect(found.map((one) => line(one).replace('site.yml:', ''))).toEqual([
    typeof said === 'string' ? said : expect.stringMatching(said),
  ]);
});

test('variables of a play that nothing reads are told where they are near to what a role can be told', async () => {
  const found = await validate({
    'site.yml': '- hosts: all\n  vars: {web_adress: x}\n  roles: [r]\n',
    'roles/r/defaults/main.yml': 'web_address: y\n',
    'roles/r/tasks/main.yml': '- debug: {msg: "{{ web_address }}"}\n',
  });
  expect(found.map(line)).toEqual([
    "VAL017 site.yml:2:10 nothing reads 'web_adress' [did you mean 'web_address'?]",
  ]);
});

test.each([
  ['a comment', 'a {# comment #} b', ['VAL013']],
  ['a length as a shell has it', 'n={#list[@]}; #}', []],
])('%s of Jinja in a text', async (_, text, codes) => {
  const found = await validate({
    'site.yml': `- hosts: all\n  tasks: [{debug: {msg: '${text}'}}, {template: {src: t.hbs, dest: /t}}]\n`,
    'templates/t.hbs': `${text}\n`,
  });
  expect(found.map(({code}) => code)).toEqual([...codes, ...codes]);
});
