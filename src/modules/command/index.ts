import {asText} from '../../values/index.ts';
import {programAction} from '../program.ts';
import type {CommandArguments} from './schema.ts';
import {splitCommand} from './split.ts';

export const command = programAction<CommandArguments>({
  name: 'command',
  summary: 'Runs a program on the host, without a shell',
  shorthand: 'cmd',
  wordsFrom: 'cmd',
  words: ({cmd, argv}) =>
    argv
      ? argv.map((word) => asText(word) ?? [])
      : splitCommand(cmd === undefined ? [] : (asText(cmd) ?? [])),
});
