import type {Parameter} from './define.ts';

const value: Parameter = {name: 'value', type: 'any'};
const more: Parameter = {name: 'other', type: 'any', repeated: true};

/** What the two languages evaluate in ways of their own, for docs/functions.md. */
export const formGroup = {
  title: 'What may be missing',
  functions: [
    {
      name: 'default',
      summary: 'A value, or another where it is null or there is none: the path may lead nowhere',
      parameters: [value, {name: 'otherwise', type: 'any'}],
      template: 'default member.board "zero"',
      expression: 'default(member.board, "zero")',
      gives: 'zero',
    },
    {
      name: 'defined',
      summary: 'Whether a path leads to something; what it guards may be read beside it',
      parameters: [value],
      template: 'defined member.board',
      expression: 'member.board is defined',
      gives: false,
    },
    {
      name: 'lookup',
      summary: 'The member of a map or list whose name or index is in a variable',
      parameters: [
        {name: 'collection', type: 'collection'},
        {name: 'key', type: 'scalar'},
      ],
      template: 'lookup member "port"',
      expression: 'member["port"]',
      gives: 8200,
    },
    {
      name: 'and',
      summary: 'Whether all are neither false nor empty',
      parameters: [value, more],
      template: 'and true (eq port 8200)',
      expression: 'true and port == 8200',
      gives: true,
    },
    {
      name: 'or',
      summary: 'Whether one is neither false nor empty',
      parameters: [value, more],
      template: 'or false (eq port 8200)',
      expression: 'false or port == 8200',
      gives: true,
    },
  ],
} as const;
