import {spawn} from 'node:child_process';
import {quote} from '../../src/shell/index.ts';

/** What somebody types when the terminal shows this. */
export interface Typed {
  readonly when: RegExp;
  readonly text: string;
}

export interface Captured {
  /** As it stands on the terminal at the end: what was rewritten is gone. */
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Runs a program in a terminal of 80 columns, and types.
 * @see script(1): -q quiet, -e with the command's exit code, -c the command
 */
export function capture(
  words: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly typed?: readonly Typed[];
  },
): Promise<Captured> {
  const command = `stty cols 80 rows 24; exec ${words.map(quote).join(' ')}`;
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: options.cwd,
      env: {PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1', ...options.environment},
    });
    const left = [...(options.typed ?? [])];
    let shown = '';
    let read = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
      const [next] = left;
      if (!next?.when.test(shown.slice(read))) return;
      left.shift();
      read = shown.length;
      child.stdin.write(`${next.text}\r`);
    });
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => {
      if (left[0]) reject(new Error(`${words.join(' ')} did not ask ${left[0].when}: ${shown}`));
      else resolve({text: settled(shown), exitCode: code ?? -1});
    });
  });
}

/** Lines as they are when nothing is written any more: each from where it was erased last. */
export function settled(shown: string): string {
  const erase = '\u001b[2K';
  const lines = shown.split('\n').map((line) => line.replace(/\r+$/, '').split(erase).at(-1) ?? '');
  return lines
    .map((line) => (line.split('\r').at(-1) ?? '').trimEnd())
    .join('\n')
    .replace(/\n+$/, '\n');
}
