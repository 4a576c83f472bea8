import {Type} from 'typebox';
import {
  argumentsOf,
  editedPath,
  ownership,
  pattern,
  placement,
  retiredOfEdits,
  type Static,
  secretString,
} from '../argument-types.ts';

const oneLine = {pattern: '^[^\\n]+$', mustBe: 'one line'};

export const schema = argumentsOf(
  {
    path: editedPath,
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description: 'Whether the block is there. `absent` takes the lines of its markers away too.',
        default: 'present',
      }),
    ),
    block: Type.Optional(
      secretString({
        description: 'The lines between the markers. Without it, or with an empty text, as `state: absent`.',
      }),
    ),
    marker: Type.Optional(
      Type.String({
        description:
          'The lines before and after the block, by which it is found again. `{mark}` stands for `marker_begin` and `marker_end`.',
        default: '# {mark} ANSIBLE MANAGED BLOCK',
        ...oneLine,
      }),
    ),
    marker_begin: Type.Optional(
      Type.String({description: 'The mark of the first line.', default: 'BEGIN', ...oneLine}),
    ),
    marker_end: Type.Optional(
      Type.String({description: 'The mark of the last line.', default: 'END', ...oneLine}),
    ),
    insertafter: Type.Optional(
      pattern({
        description:
          'A new block comes after the last line that fits this pattern, or to the end (`EOF`, also where none fits).',
      }),
    ),
    insertbefore: Type.Optional(
      pattern({
        description:
          'A new block comes before the last line that fits this pattern (to the end where none fits), or to the beginning (`BOF`).',
      }),
    ),
    create: Type.Optional(
      Type.Boolean({
        description: 'Make the file where there is none. Its directory must be there.',
        default: false,
      }),
    ),
    prepend_newline: Type.Optional(
      Type.Boolean({
        description: 'An empty line stands before the block, unless it begins the file.',
        default: false,
      }),
    ),
    append_newline: Type.Optional(
      Type.Boolean({
        description: 'An empty line stands after the block, unless it ends the file.',
        default: false,
      }),
    ),
    ...ownership,
    ...placement,
  },
  {
    rules: [
      {rule: 'not-both', arguments: ['insertafter', 'insertbefore']},
      {
        rule: 'only-with',
        arguments: ['block', 'insertafter', 'insertbefore', 'create', 'prepend_newline', 'append_newline'],
        argument: 'state',
        values: ['present'],
      },
    ],
    retired: {...retiredOfEdits, content: "its name is 'block'"},
  },
);

export type BlockinfileArguments = Static<typeof schema>;
