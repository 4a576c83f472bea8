import type {CodeTable} from '../errors/index.ts';

/** What can be wrong with playbooks and roles, before any value is looked at. */
export const playbookCodes = {
  PLY001: {
    title: 'wrong shape',
    explanation:
      'A playbook is a list of plays; `tasks` and `handlers` are lists of tasks; plays and tasks are maps; `vars` is a map.',
  },
  PLY002: {
    title: 'unknown keyword or module',
    explanation:
      'A key of a play, task, handler or role entry is neither a keyword nor, in a task, a module.',
  },
  PLY003: {
    title: 'not supported yet',
    explanation: 'Ansible knows this keyword. vprov will, but does not yet, and does not pretend to.',
  },
  PLY004: {
    title: 'wrong value',
    explanation: 'The keyword takes another kind of value: a boolean, a number, a text, a name, a list.',
  },
  PLY005: {
    title: 'empty condition',
    explanation:
      'A condition that is empty would be true or false by accident. `when: !flag` is empty too: the exclamation mark makes a YAML tag of it.',
  },
  PLY006: {
    title: 'no module, or several',
    explanation: 'A task is one module with its arguments.',
  },
  PLY007: {
    title: 'arguments in one line',
    explanation:
      'Only some modules take their one argument on the line of their name (`command: uptime`). The others take a map: one `name: value` a line. What stands in the text of a command is a word of it: `creates=/x` belongs below `args`.',
  },
  PLY008: {
    title: 'given twice',
    explanation:
      'The module and `args` both name the argument, or `vars_prompt` of one play asks twice for one variable.',
  },
  PLY009: {
    title: 'unknown handler',
    explanation: 'A task notifies a handler that neither the play nor any of its roles defines.',
  },
  PLY010: {
    title: 'handler defined twice',
    explanation:
      'Two handlers of one play, or of its roles, have one name: a notification could mean either.',
  },
  PLY011: {
    title: 'no such role',
    explanation: 'Roles are folders in `roles/` beside the playbook or in the folder above it.',
  },
  PLY012: {
    title: 'role used twice',
    explanation:
      'A play uses a role twice with the same parameters. Remove one, or give it other parameters.',
  },
  PLY013: {
    title: 'missing keyword',
    explanation: 'A play needs `hosts`, a handler needs `name`, a role entry needs `role`.',
  },
  PLY014: {
    title: 'keyword without its partner',
    explanation:
      '`retries` and `delay` do nothing without `until`, `loop_control` does nothing without `loop`.',
  },
  PLY015: {
    title: 'no such file of variables',
    explanation: 'A file in `vars_files` of a play is looked for beside the playbook.',
  },
  PLY016: {
    title: 'a tag that nothing has',
    explanation: '`--tags` or `--skip-tags` names a tag that no task of the playbook has.',
  },
  PLY017: {
    title: "a role's schema is none",
    explanation:
      'meta/arguments.yml of a role is a JSON Schema (draft 2020-12) of its variables, written in YAML, in one file: `$ref` points into the file itself. A keyword that does not exist would check nothing.',
  },
  PLY018: {
    title: 'a variable of a role has a wrong value',
    explanation:
      "The role's meta/arguments.yml says what its variables may be. The merged value of a host is checked before anything is connected.",
  },
  PLY019: {
    title: 'a role lacks a variable',
    explanation: "The role's meta/arguments.yml requires a variable that nothing defines for a host.",
  },
  PLY020: {
    title: 'a role does not know a parameter',
    explanation: "The play gives the role a parameter that the role's meta/arguments.yml does not list.",
  },
  PLY021: {
    title: 'a default that nothing reads',
    explanation:
      'A variable in the defaults of a role stands nowhere else in the role, nor in the playbook: setting it would change nothing.',
  },
  PLY022: {
    title: 'a keyword in the wrong place',
    explanation:
      'A keyword of tasks stands on something that hands it to no task, or that cannot have it: a loop on a block, a block as a handler.',
  },
  PLY023: {
    title: 'no such file of tasks',
    explanation:
      'A file that is imported or included is looked for beside the file that names it, in `tasks/` of the role, and beside the playbook.',
  },
  PLY024: {
    title: 'a file that imports itself',
    explanation:
      'Imports are read before the play begins, so that a file that imports itself has no end. An include with a condition may come back to its own file.',
  },
  PLY025: {
    title: 'no task to start at',
    explanation:
      '--start-at-task names a task by its name as written; `*` and `?` stand for anything. Tasks of files whose names are templates are not found.',
  },
  PLY026: {
    title: 'no such playbook to import',
    explanation: 'A playbook in `import_playbook` is looked for beside the playbook that names it.',
  },
} as const satisfies CodeTable;
