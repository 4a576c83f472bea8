import {closeSync, openSync, writeSync} from 'node:fs';
import {setImmediate as turn} from 'node:timers/promises';
import {ReadStream} from 'node:tty';
import {emptyLine, type TypedLine, typed} from './line-editor.ts';

/**
 * Asks the person at the terminal, wherever standard input and output lead. Undefined: no answer was given.
 * @param echo whether what is typed may be seen
 */
export type AskLine = (question: string, echo: boolean) => Promise<string | undefined>;

export interface ConsoleQuestions {
  readonly ask: AskLine;
  /** Whether a question waits for its answer. */
  readonly isAsking: () => boolean;
}

const device = '/dev/tty';

/**
 * A way to ask, one question after the other; undefined where there is no terminal.
 * @param interrupted called for Ctrl-C, which asks for no signal while the terminal is in raw mode
 */
export function consoleQuestions(interrupted: () => void): ConsoleQuestions | undefined {
  try {
    closeSync(openSync(device, 'r+'));
  } catch {
    // ENXIO, ENOENT: nobody sits there, which is an answer and no failure.
    return undefined;
  }
  let last: Promise<unknown> = Promise.resolve();
  let open = false;
  let ahead = '';
  const ask: AskLine = (question, echo) => {
    const answer = last
      // What was reported before the question stands above it.
      .then(() => turn())
      .then(() => {
        open = true;
        return askOnce(question, echo, ahead);
      })
      .then((line) => {
        ({ahead} = line);
        if (line.state === 'interrupted') interrupted();
        return line.state === 'done' ? line.text : undefined;
      })
      .finally(() => {
        open = false;
      });
    last = answer.catch(() => undefined);
    return answer;
  };
  return {ask, isAsking: () => open};
}

/** @param ahead what was typed before the question, behind the answer to the last one */
async function askOnce(question: string, echo: boolean, ahead: string): Promise<TypedLine> {
  const fd = openSync(device, 'r+');
  const input = new ReadStream(fd);
  try {
    input.setRawMode(true);
    writeSync(fd, `\r\u001b[2K${question}`);
    const line = await readLine(input, ahead, (text) => {
      if (echo) writeSync(fd, `\r\u001b[2K${question}${text}`);
    });
    writeSync(fd, line.state === 'given-up' ? '(no answer: the input ended)\r\n' : '\r\n');
    return line;
  } finally {
    input.setRawMode(false);
    input.destroy();
  }
}

function readLine(input: ReadStream, ahead: string, show: (text: string) => void): Promise<TypedLine> {
  input.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let line = emptyLine;
    const take = (chunk: string): void => {
      line = typed(line, chunk);
      show(line.text);
      if (line.state !== 'open') resolve(line);
    };
    if (ahead !== '') take(ahead);
    input.on('data', take);
    input.on('end', () => resolve({text: '', state: 'given-up', ahead: ''}));
    input.on('error', reject);
  });
}
