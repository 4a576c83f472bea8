import {type Mistake, playbook} from './mistake.ts';

function asking(name: string, prompts: string, rest: Omit<Mistake, 'name' | 'files' | 'task'>): Mistake {
  return {
    name,
    files: {
      'site.yml': playbook("- debug: {msg: '{{ who }}'}", `  vars: {city: Bonn}\n  vars_prompt:\n${prompts}`),
    },
    ...rest,
  };
}

/** What somebody is asked with is read before anybody is asked. */
export const prompts: readonly Mistake[] = [
  asking('a prompt that reads what nothing defines', "    - {name: who, prompt: 'Who in {{ ⟦ctiy⟧ }}?'}\n", {
    code: 'VAL001',
    says: /'ctiy' is not defined/,
    hint: /'city'/,
  }),
  asking('a default that reads what nothing defines', "    - {name: who, default: '{{ ⟦ctiy⟧ }}'}\n", {
    code: 'VAL001',
    says: /'ctiy' is not defined/,
    hint: /'city'/,
  }),
  asking('a prompt that is no template', "    - {name: who, prompt: 'Who in ⟦{{⟧ city'}\n", {
    code: 'VAL003',
    says: /./,
    hint: /./,
  }),
  asking('a prompt that reads a fact', "    - {name: who, prompt: 'Who on {{ ⟦facts.hostname⟧ }}?'}\n", {
    code: 'VAL001',
    says: /'facts' is not defined/,
    hint: /before a play begins/,
  }),
  asking(
    'a prompt that reads the answer to a later one',
    "    - {name: who, prompt: 'Who in {{ ⟦where⟧ }}?'}\n    - {name: where}\n",
    {code: 'VAL001', says: /'where' is not defined/, hint: /before a play begins/},
  ),
  asking('a prompt that a filter of Jinja makes', "    - {name: who, default: '{{ city ⟦|⟧ upper }}'}\n", {
    code: 'VAL013',
    says: /Jinja filter/,
    hint: /upper city/,
  }),
];
