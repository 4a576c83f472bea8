import {type Mistake, playbook} from './mistake.ts';

const needsPort = 'required: [web_port]\nproperties: {web_port: {type: integer}}\n';

const web = {
  'roles/web/meta/arguments.yml': needsPort,
  'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }}'}\n",
};

const play = (roles: string) => playbook('- debug: {msg: a}', `  roles: ${roles}\n`);

const misspelt = {
  code: 'PLY020',
  says: /^role 'web' has no parameter 'web_prot'$/,
  hint: /^did you mean 'web_port'\?$/,
} as const;

/** Mistakes of what a role is given where it is used. */
export const parameters: readonly Mistake[] = [
  {
    name: 'what a role needs, given to it under a misspelt name',
    files: {...web, 'site.yml': play('[{role: web, ⟦web_prot⟧: 80}]')},
    ...misspelt,
  },
  {
    name: 'what a role needs, misspelt below its vars',
    files: {...web, 'site.yml': play('[{role: web, vars: {⟦web_prot⟧: 80}}]')},
    ...misspelt,
  },
  {
    name: 'what an included role needs, misspelt',
    files: {...web, 'site.yml': playbook('- include_role: {name: web}\n  vars: {⟦web_prot⟧: 80}')},
    ...misspelt,
  },
  {
    name: 'what an imported role needs, misspelt',
    files: {...web, 'site.yml': playbook('- import_role: {name: web}\n  vars: {⟦web_prot⟧: 80}')},
    ...misspelt,
  },
  {
    name: 'what a role needs that another depends on, misspelt',
    files: {
      ...web,
      'roles/site/meta/main.yml': 'dependencies: [{role: web, ⟦web_prot⟧: 80}]\n',
      'roles/site/tasks/main.yml': '- debug: {msg: a}\n',
      'site.yml': play('[site]'),
    },
    ...misspelt,
  },
  {
    name: 'a misspelt parameter of a role that takes any other name',
    files: {
      ...web,
      'roles/web/meta/arguments.yml': `${needsPort}additionalProperties: true\n`,
      'site.yml': play('[{role: web, ⟦web_prot⟧: 80}]'),
    },
    code: 'PLY019',
    says: /^role 'web' needs 'web_port', and 'web_prot' is none of its variables$/,
    hint: /^did you mean 'web_port'\?$/,
  },
  {
    name: 'what a role needs, which one host of two lacks',
    files: {...web, 'host_vars/frontpi.yml': 'web_port: 80\n', 'site.yml': play('[⟦web⟧]')},
    code: 'PLY019',
    says: /^role 'web' needs 'web_port' for wallpi$/,
    hint: /set it in/,
  },
  {
    name: 'what a role needs, which no host has',
    files: {...web, 'site.yml': play('[⟦web⟧]')},
    code: 'PLY019',
    says: /^role 'web' needs 'web_port'$/,
    hint: /set it in/,
  },
  {
    name: 'what a role needs, misspelt for one host of two',
    files: {
      ...web,
      'host_vars/frontpi.yml': 'web_port: 80\n',
      'host_vars/wallpi.yml': '⟦web_prot⟧: 80\n',
      'site.yml': play('[web]'),
    },
    code: 'PLY019',
    says: /^role 'web' needs 'web_port' for wallpi, and 'web_prot' is none of its variables$/,
    hint: /^did you mean 'web_port'\?$/,
  },
  {
    name: 'what a role needs, which a file of variables may give that there is not',
    files: {...web, 'site.yml': playbook('- debug: {msg: a}', '  vars_files: [⟦no.yml⟧]\n  roles: [web]\n')},
    code: 'PLY015',
    says: /no file of variables 'no.yml'/,
    hint: /looked for/,
  },
];
