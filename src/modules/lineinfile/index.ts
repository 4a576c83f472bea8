import {reveal} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {placementProblems} from '../file-want.ts';
import {patternProblems, referenceProblems} from '../pattern.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {withLine, withoutLines} from './edit.ts';
import type {LineinfileArguments} from './schema.ts';

export const lineinfile: StateModule<LineinfileArguments> = {
  type: 'state',
  name: 'lineinfile',
  summary: 'Keeps a line in a text file, or keeps lines out of it',
  scope: 'host',

  check(args) {
    const patterns = (['regexp', 'insertafter', 'insertbefore'] as const).flatMap((name) =>
      patternProblems(name, args[name], {ofLines: true}),
    );
    return patterns.length > 0 ? patterns : [...lineProblems(args), ...placementProblems(args)];
  },

  reads: readsOfEdit,

  want(args, seen) {
    const line = args.line === undefined ? [] : (asText(args.line) ?? []);
    if (args.state === 'absent') return editedFile(args, seen, 'leave', withoutLines(args, line));
    return editedFile(args, seen, args.create ? 'create' : 'refuse', withLine(args, line));
  },
};

function lineProblems({line, regexp, backrefs}: LineinfileArguments): readonly ArgumentProblem[] {
  const text = line === undefined ? [] : (asText(line) ?? []);
  if (reveal(text).includes('\n'))
    return [
      {
        argument: 'line',
        message: 'has a newline',
        hint: 'blockinfile keeps several lines; a YAML text after | ends with one, after |- it does not',
      },
    ];
  return backrefs && regexp !== undefined ? referenceProblems('line', text, regexp) : [];
}
