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

export const schema = argumentsOf(
  {
    path: editedPath,
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description:
          '`present`: one line is as `line` says. `absent`: no line fits `regexp`, `search_string` or, without these, is `line`.',
        default: 'present',
      }),
    ),
    line: Type.Optional(secretString({description: 'The line, without a newline.'})),
    regexp: Type.Optional(
      pattern({
        description: 'Of the lines that fit this pattern, the last is replaced; with `absent`, all go.',
      }),
    ),
    search_string: Type.Optional(
      pattern({
        description: 'The same for lines that have this text in them.',
        mustBe: 'a text that is not empty',
      }),
    ),
    backrefs: Type.Optional(
      Type.Boolean({
        description:
          'Put the groups of `regexp` into `line` for `\\1` or `\\g<name>`. Where no line fits, nothing is added.',
        default: false,
      }),
    ),
    insertafter: Type.Optional(
      pattern({
        description:
          'A new line comes after the last line that fits this pattern, or to the end (`EOF`, also where none fits) or the beginning (`BOF`).',
      }),
    ),
    insertbefore: Type.Optional(
      pattern({
        description:
          'A new line comes before the last line that fits this pattern (to the end where none fits), or to the beginning (`BOF`).',
      }),
    ),
    firstmatch: Type.Optional(
      Type.Boolean({description: 'The first line that fits counts, not the last.', default: false}),
    ),
    create: Type.Optional(
      Type.Boolean({
        description: 'Make the file where there is none. Its directory must be there.',
        default: false,
      }),
    ),
    ...ownership,
    ...placement,
  },
  {
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['line']},
      {
        rule: 'needs',
        argument: 'state',
        values: ['absent'],
        needs: ['regexp', 'search_string', 'line'],
      },
      {rule: 'not-both', arguments: ['regexp', 'search_string']},
      {rule: 'not-both', arguments: ['insertafter', 'insertbefore']},
      {rule: 'only-beside', arguments: ['backrefs'], beside: ['regexp']},
      {
        rule: 'only-with',
        arguments: ['backrefs', 'insertafter', 'insertbefore', 'firstmatch', 'create'],
        argument: 'state',
        values: ['present'],
      },
    ],
    retired: {...retiredOfEdits, regex: "its name is 'regexp'", value: "its name is 'line'"},
  },
);

export type LineinfileArguments = Static<typeof schema>;
