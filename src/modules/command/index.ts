import type {Text} from '../../text/index.ts';
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
      ? programOf(argv.map((word) => asText(word) ?? []))
      : splitCommand(cmd === undefined ? [] : (asText(cmd) ?? [])),
});

/** An argument may be an empty text, a program may not. */
function programOf(words: readonly Text[]): ReturnType<typeof splitCommand> {
  return words[0]?.length === 0
    ? {argument: 'argv', problem: 'begins with an empty text', hint: 'the first item is the program'}
    : words;
}
