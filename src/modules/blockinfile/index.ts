import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {placementProblems} from '../file-want.ts';
import {patternProblems} from '../pattern.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {markersOf, withBlock} from './edit.ts';
import type {BlockinfileArguments} from './schema.ts';

export const blockinfile: StateModule<BlockinfileArguments> = {
  type: 'state',
  name: 'blockinfile',
  summary: 'Keeps a block of lines in a text file, between two lines that mark it',
  scope: 'host',

  check(args) {
    return [
      ...(['insertafter', 'insertbefore'] as const).flatMap((name) =>
        patternProblems(name, args[name], {ofLines: true}),
      ),
      ...markerProblems(args),
      ...placementProblems(args),
    ];
  },

  reads: readsOfEdit,

  want(args, seen) {
    const block = args.block === undefined ? [] : (asText(args.block) ?? []);
    const isWanted = args.state !== 'absent' && block.length > 0;
    const whenMissing = !isWanted ? 'leave' : args.create ? 'create' : 'refuse';
    return editedFile(args, seen, whenMissing, withBlock(args, isWanted ? block : []));
  },
};

function markerProblems(args: BlockinfileArguments): readonly ArgumentProblem[] {
  const {begin, end} = markersOf(args);
  if (begin !== end) return [];
  return [
    {
      argument: 'marker',
      message: `gives the same line '${begin}' before and after the block`,
      hint: '{mark} in it stands for BEGIN and END',
    },
  ];
}
