import type {CodeTable} from '../errors/index.ts';

/** What can be wrong with the arguments of a task. */
export const codes = {
  MOD001: {
    title: 'Unknown module',
    explanation:
      'No module has this name. docs/modules.md lists them; most have the name that Ansible gives them.',
  },
  MOD002: {
    title: 'Unknown argument',
    explanation:
      'The module does not take this argument. Nothing is ignored in silence: a misspelt argument would leave a host other than you meant.',
  },
  MOD003: {
    title: 'Missing argument',
    explanation: 'The module cannot do its work without this argument.',
  },
  MOD004: {
    title: 'Argument of the wrong type',
    explanation:
      'YAML 1.2 knows true and false only: yes, no, on and off are strings. Numbers in quotes are strings. A value that comes from a variable keeps the type it was given there.',
  },
  MOD005: {
    title: 'Argument with a value that is not allowed',
    explanation:
      'The value has the right type but is none of those that the module knows, or not of the right form.',
  },
  MOD006: {
    title: 'Arguments that do not go together',
    explanation: 'Some arguments exclude each other, some need another one beside them.',
  },
  MOD007: {
    title: 'Secret in an argument that is shown',
    explanation:
      'Paths, names and modes identify what is changed and stand in every report. Secrets may stand only in arguments whose contents are hidden, such as content, body, headers, stdin and argv.',
  },
} as const satisfies CodeTable;
