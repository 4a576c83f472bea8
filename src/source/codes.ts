import type {CodeTable} from '../errors/index.ts';

/** What can be wrong with a YAML file before anyone asks what it means. */
export const sourceCodes = {
  SRC001: {
    title: 'file cannot be read',
    explanation:
      'The file is missing, is a directory, a pipe or a device, its permissions keep you from reading it, or the links that lead to it go in a circle.',
  },
  SRC002: {
    title: 'not UTF-8',
    explanation:
      'Files are read as UTF-8. The place is that of the first byte that is not. Save the file in that encoding.',
  },
  SRC003: {
    title: 'not YAML',
    explanation: 'The text breaks the syntax of YAML 1.2: indentation, quotes, brackets.',
  },
  SRC004: {
    title: 'several documents',
    explanation: 'A file holds one YAML document. Put what follows the second `---` into a file of its own.',
  },
  SRC005: {
    title: 'duplicate key',
    explanation: 'A map names a key twice. One of the two would be lost without a word, so it is an error.',
  },
  SRC006: {
    title: 'unknown tag',
    explanation:
      'An exclamation mark at the start of a value makes a YAML tag of it: `when: !flag` has an empty value. Write `not flag`, or quote the text. Tags of our own are `!raw`, a text that is never a template, and `!age` and `!vault`, texts that are encrypted.',
  },
  SRC007: {
    title: 'unquoted template',
    explanation:
      'A value that begins with `{{` is a map in YAML. Quote the whole value: `dest: "{{ path }}/file"`.',
  },
  SRC008: {
    title: 'unknown anchor',
    explanation: 'An alias (`*name`) needs an anchor (`&name`) before it, and not around it.',
  },
  SRC009: {
    title: 'too large',
    explanation:
      'Aliases may add at most 100,000 values to a document, and maps and lists may be nested 100 deep. More than that is an accident or an attack. No file that is read as a text has more than 64 MiB.',
  },
  SRC010: {
    title: 'key is not a text',
    explanation: 'Keys of maps are texts. Lists, maps, aliases and nothing at all cannot be keys.',
  },
  SRC012: {
    title: 'encrypted, and not opened',
    explanation:
      'A file of variables or a value after `!age` or `!vault` is encrypted, and the identity, passphrase or password that opens it is missing or is another one. See docs/secrets.md.',
  },
  SRC013: {
    title: 'not encrypted as it says',
    explanation:
      'After `!age` stands the text that `vprov secrets encrypt --value` prints, after `!vault` that of `ansible-vault encrypt_string`: both as a block, `!age |`.',
  },
  SRC014: {
    title: 'encrypted where it cannot be',
    explanation:
      'Files of variables may be encrypted as a whole: group_vars, host_vars, vars_files, defaults and vars of roles, `-e @FILE`, inventories. Playbooks, tasks and handlers are read by people; single values in them may be encrypted with `!age`.',
  },
  SRC015: {
    title: 'a secret that looks like a template',
    explanation:
      'What was encrypted is never rendered: braces in it are written as they stand. Compose the text outside: `url: "postgres://app:{{ db_password }}@db"`. `!raw` before the value says that the braces are meant.',
  },
  SRC016: {
    title: 'encrypted to nobody',
    explanation:
      'A file is encrypted to recipients, the public halves of identities: `age1…`. They are named with -r, or stand in a file `.age-recipients`, one a line, in the folder of the encrypted file or above it.',
  },
  SRC011: {
    title: 'bad merge',
    explanation: '`<<` merges a map, or each map of a list, into the map that it stands in.',
  },
} as const satisfies CodeTable;
