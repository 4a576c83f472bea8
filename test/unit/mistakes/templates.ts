import {type Mistake, playbook} from './mistake.ts';

const template = '- template: {src: motd.hbs, dest: /etc/motd}';

function inTemplate(text: string): NonNullable<Mistake['files']> {
  return {'templates/motd.hbs': text, 'site.yml': playbook(template)};
}

/** Mistakes in templates: in files and in values. */
export const templates: readonly Mistake[] = [
  {
    name: 'an undefined variable in a template file',
    files: inTemplate('# made by vprov\nlisten {{ ⟦prot⟧ }}\n'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable in #each',
    files: inTemplate('{{#each ⟦nmaes⟧}}\n{{ this }}\n{{/each}}\n'),
    code: 'VAL001',
    says: /'nmaes' is not defined/,
    hint: /'names'/,
  },
  {
    name: 'an undefined variable in #if',
    files: inTemplate('{{#if ⟦prot⟧}}\nx\n{{/if}}\n'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable in #with',
    files: inTemplate('{{#with ⟦setings⟧}}{{ level }}{{/with}}\n'),
    code: 'VAL001',
    says: /'setings' is not defined/,
    hint: /'settings'/,
  },
  {
    name: 'an undefined variable in a branch that is not taken',
    files: inTemplate('{{#if (eq port 1)}}{{ ⟦prot⟧ }}{{/if}}\n'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable in a call inside a block',
    files: inTemplate('{{#if (eq ⟦prot⟧ 8200)}}x{{/if}}\n'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an unknown function',
    task: "- debug: {msg: '{{ ⟦uper⟧ greeting }}'}",
    code: 'VAL004',
    says: /no such function: uper/,
    hint: /'upper'/,
  },
  {
    name: 'an unknown block',
    files: inTemplate('{{#⟦ech⟧ names}}x{{/ech}}\n'),
    code: 'VAL004',
    says: /no such block: #ech/,
    hint: /'each'/,
  },
  {
    name: 'a block that is closed by another name',
    files: inTemplate('{{#if port}}x{{/⟦each⟧}}\n'),
    code: 'VAL003',
    says: /each.*if/,
    hint: /./,
  },
  {
    name: 'a block that is never closed',
    files: inTemplate('a\n⟦{{#if⟧ port}}x\nb\n'),
    code: 'VAL003',
    says: /\{\{#if\}\} is never closed/,
    hint: /\{\{\/if\}\}/,
  },
  {
    name: 'braces that are never closed',
    task: "- debug: {msg: 'at ⟦{{⟧ port'}",
    code: 'VAL003',
    says: /\{\{ without its \}\}/,
    hint: /!raw/,
  },
  {
    name: 'a Jinja filter in a text',
    task: "- debug: {msg: '{{ port ⟦|⟧ string }}'}",
    code: 'VAL013',
    says: /Jinja/,
    hint: /string port|text/,
  },
  {
    name: "Jinja's default",
    task: '- debug: {msg: "{{ prot ⟦|⟧ default(8200) }}"}',
    code: 'VAL013',
    says: /Jinja/,
    hint: /default prot 8200/,
  },
  {
    name: 'a Jinja statement in a template',
    files: inTemplate('⟦{% if port %}⟧\nx\n{% endif %}\n'),
    code: 'VAL013',
    says: /Jinja/,
    hint: /#if/,
  },
  {
    name: 'a Jinja loop in a template',
    files: inTemplate('a\n  ⟦{% for name in names %}⟧{{ name }}{% endfor %}\n'),
    code: 'VAL013',
    says: /Jinja/,
    hint: /#each/,
  },
  {
    name: 'a comparison in a template',
    files: inTemplate('{{#⟦if port == 8200⟧}}x{{/if}}\n'),
    code: 'VAL003',
    says: /./,
    hint: /./,
  },
  {
    name: 'an index in brackets',
    task: "- debug: {msg: '{{ ⟦names[0]⟧ }}'}",
    code: 'VAL003',
    says: /not a template expression/,
    hint: /names\.\[0\]$/,
  },
  {
    name: 'a call with parentheses',
    task: "- debug: {msg: '{{ ⟦upper(greeting)⟧ }}'}",
    code: 'VAL003',
    says: /not a template expression/,
    hint: /upper greeting/,
  },
  {
    name: 'too few arguments of a function',
    task: "- debug: {msg: '{{ ⟦split⟧ greeting }}'}",
    code: 'VAL005',
    says: /split/,
    hint: /./,
  },
  {
    name: 'a partial',
    files: inTemplate('⟦{{> header}}⟧\n'),
    code: 'VAL003',
    says: /partials/,
    hint: /./,
  },
];
