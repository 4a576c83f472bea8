import {joinScripts, quoteText, Script, sh} from '../../shell/index.ts';
import {joinTexts, type Text} from '../../text/index.ts';

/** A program to run on the host: every part of it is data, none is read by a shell. */
export interface Program {
  readonly words: readonly Text[];
  readonly directory?: string;
  readonly input?: Text;
}

/**
 * The script that runs a program in the place of its own shell, so that a signal to the process group and the exit code
 * are the program's. Exit code 127: there is no such program; 126: it cannot be run.
 */
export function programScript({words, directory, input}: Program): Script {
  const command = new Script(
    joinTexts(
      words.map((word) => quoteText(word)),
      ' ',
    ),
  );
  const lines = directory === undefined ? [] : [sh`cd ${directory} || exit 1`];
  const run = sh`exec ${command}`;
  return joinScripts([
    ...lines,
    input === undefined ? run : sh`printf %s ${new Script(quoteText(input))} | ( ${run} )`,
  ]);
}
