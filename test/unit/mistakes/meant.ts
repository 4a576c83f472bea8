import {type Mistake, playbook} from './mistake.ts';

const web = (schema: string) => ({
  'roles/web/meta/arguments.yml': schema,
  'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
  'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
});

const whenVersions = (condition: string) => ({
  'site.yml': playbook(
    `- debug: {msg: a}\n  when: ⟦${condition}⟧`,
    "  vars: {v: '1.10', w: '9', names_of: {v: '1.10'}}\n",
  ),
});

const letters = {code: 'VAL012', says: /compares these texts letter by letter/} as const;
const failed = /it is there in a 'rescue' only/;

/** Mistakes of which the hint says what was meant, in the words that stand there. */
export const meant: readonly Mistake[] = [
  {
    name: 'item in a loop that calls its item something else',
    task: "- debug: {msg: '{{ ⟦item⟧ }}'}\n  loop: [1]\n  loop_control: {loop_var: n}",
    code: 'VAL001',
    says: /'item' is not defined/,
    hint: /^did you mean 'n'\?/,
  },
  {
    name: 'item in a condition of such a loop',
    task: '- debug: {msg: a}\n  loop: [1]\n  loop_control: {loop_var: n}\n  when: ⟦item⟧ == 1',
    code: 'VAL001',
    says: /'item' is not defined/,
    hint: /^did you mean 'n'\?/,
  },
  {
    name: 'item without a loop',
    task: "- debug: {msg: '{{ ⟦item⟧ }}'}",
    code: 'VAL001',
    says: /'item' is not defined/,
    hint: /^only a task with 'loop'/,
  },
  {
    name: 'a list in a template',
    task: `- debug: {msg: '{{ union ⟦["vim", "htop"]⟧ names }}'}`,
    code: 'VAL003',
    says: /^a list cannot be written in a template$/,
    hint: /below 'vars:'/,
  },
  {
    name: 'a list in a block of a template',
    task: '- debug: {msg: "{{#each names}}{{ contains ⟦[1, 2]⟧ this }}{{/each}}"}',
    code: 'VAL003',
    says: /^a list cannot be written in a template$/,
    hint: /below 'vars:'/,
  },
  {
    name: 'a list in a template, as in Jinja',
    task: `- debug: {msg: '{{ port ⟦in⟧ ["a", "b"] }}'}`,
    code: 'VAL013',
    says: /Jinja/,
    hint: /contains/,
  },
  {
    name: 'curly quotes in a template',
    task: '- debug: {msg: "{{ default port ⟦“⟧b” }}"}',
    code: 'VAL003',
    says: /^“ is no quote here$/,
    hint: /^texts stand in straight quotes: \{\{ default port 'b' }}$/,
  },
  {
    name: 'curly quotes in an expression',
    task: '- debug: {msg: a}\n  when: greeting == ⟦“⟧b”',
    code: 'VAL008',
    says: /unexpected “/,
    hint: /^texts stand in straight quotes: greeting == 'b'$/,
  },
  {
    name: 'versions compared as texts',
    files: whenVersions("v > '1.9'"),
    ...letters,
    hint: /^version\(v\) > version\('1.9'\) for versions, double\(v\) > 1.9 for numbers$/,
  },
  {
    name: 'versions of three parts compared as texts',
    files: whenVersions('names_of.v <= "1.9.3"'),
    ...letters,
    hint: /^version\(names_of.v\) <= version\("1.9.3"\)$/,
  },
  {
    name: 'numbers compared as texts',
    files: whenVersions("w >= '10'"),
    ...letters,
    hint: /^version\(w\) >= version\('10'\) for versions, int\(w\) >= 10 for numbers$/,
  },
  {
    name: 'the task that failed, outside of a rescue',
    task: "- debug: {msg: '{{ ⟦vprov_failed_task.name⟧ }}'}",
    code: 'VAL001',
    says: /'vprov_failed_task' is not defined/,
    hint: failed,
  },
  {
    name: "the task that failed, outside of a rescue, by Ansible's name",
    task: '- debug: {msg: a}\n  when: ⟦ansible_failed_result⟧ == 1',
    code: 'VAL001',
    says: /'ansible_failed_result' is not defined/,
    hint: /^did you mean 'vprov_failed_result'\? \(it is there in a 'rescue' only/,
  },
  {
    name: 'a reference within a schema that is misspelt',
    files: web("properties: {a: {$ref: ⟦'#/$defs/txt'⟧}}\n$defs: {text: {}, port: {}}\n"),
    code: 'PLY017',
    says: /points to nothing/,
    hint: /^did you mean '#\/\$defs\/text'\?$/,
  },
  {
    name: 'a reference within a schema to where nothing stands',
    files: web("properties: {a: {$ref: ⟦'#/definitions/text'⟧}}\n$defs: {text: {}}\n"),
    code: 'PLY017',
    says: /points to nothing/,
    hint: /^did you mean '#\/\$defs\/text'\?$/,
  },
  {
    name: 'a reference within a schema to nothing near',
    files: web("properties: {a: {$ref: ⟦'#/$defs/zzzz'⟧}}\n$defs: {text: {}}\n"),
    code: 'PLY017',
    says: /points to nothing/,
    hint: /^there is #\/\$defs\/text$/,
  },
  ...(['unevaluatedProperties', 'unevaluatedItems', 'format', '$dynamicRef'] as const).map(
    (keyword): Mistake => ({
      name: `${keyword} in a schema`,
      files: web(`properties: {a: {⟦${keyword}⟧: false}}\n`),
      code: 'PLY017',
      says: /of JSON Schema is not supported$/,
      hint: /Properties'|'items'|'pattern'|'\$ref'/,
    }),
  ),
  {
    name: 'what a role needs, misspelt in -e',
    files: {
      ...web('required: [web_port]\nproperties: {web_port: {type: integer}}\n'),
      'site.yml': playbook('- debug: {msg: a}', '  roles: [⟦web⟧]\n'),
    },
    extraVars: ['web_prot=1'],
    code: 'PLY019',
    says: /^role 'web' needs 'web_port', and 'web_prot', which -e gives, is none of its variables$/,
    hint: /^did you mean 'web_port'\?$/,
  },
  {
    name: 'a name that no variable has, in -e',
    extraVars: ['list=3'],
    code: 'VAL014',
    says: /^'list', which -e gives, cannot be a variable: it is a type/,
    hint: /rename/,
  },
];
