import {asText} from '../../values/index.ts';
import type {StateModule} from '../contract.ts';
import {placementProblems} from '../file-want.ts';
import {patternProblems, referenceProblems} from '../pattern.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {withReplacements} from './edit.ts';
import type {ReplaceArguments} from './schema.ts';

export const replace: StateModule<ReplaceArguments> = {
  type: 'state',
  name: 'replace',
  summary: 'Replaces every part of a text file that fits a pattern',
  scope: 'host',

  check(args) {
    const patterns = (['regexp', 'after', 'before'] as const).flatMap((name) =>
      patternProblems(name, args[name]),
    );
    if (patterns.length > 0) return patterns;
    return [
      ...referenceProblems('replace', asText(args.replace ?? '') ?? [], args.regexp),
      ...placementProblems(args),
    ];
  },

  reads: readsOfEdit,

  want: (args, seen) => editedFile(args, seen, 'refuse', withReplacements(args)),
};
