import {type ChildProcess, spawn} from 'node:child_process';
import {lastWords} from './failures.ts';
import {isLogged} from './openssh-log.ts';
import {killGroup} from './start-program.ts';

/** It took longer than a configuration may take. */
export class TooSlow extends Error {}

/**
 * What `ssh -G` prints. A program of the configuration is of its group of processes, and is ended with it.
 * @throws Error with what ssh said
 */
export function printedSettings(
  args: readonly string[],
  withinMs: number,
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its log has the programs that it runs.
    const child = spawn('ssh', ['-v', '-G', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    // There are none where no more files can be opened, which is told as an error.
    child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes));
    const end = (error: Error): void => {
      reject(error);
      endGroup(child);
    };
    const timer = setTimeout(() => end(new TooSlow(slowWords(textOf(stderr), withinMs))), withinMs);
    const onAbort = (): void => end(new Error('interrupted'));
    signal?.addEventListener('abort', onAbort);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      const said = textOf(stderr)
        .split('\n')
        .filter((line) => !isLogged(line) && !line.startsWith('OpenSSH_'));
      if (code === 0) resolve(textOf(stdout));
      else reject(new Error(lastWords(Buffer.from(said.join('\n'))) || `ssh -G ended with ${code}`));
    });
    if (signal?.aborted) onAbort();
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** @param log of ssh: the last program that it has started is the one that hangs */
function slowWords(log: string, withinMs: number): string {
  const command = [...log.matchAll(/^debug1: Executing command: '(.*)'\s*$/gm)].at(-1)?.[1];
  const what = command === undefined ? 'ssh -G' : `Match exec of it runs \`${command}\`, which`;
  return `${what} has not ended after ${withinMs / 1000} s`;
}

function endGroup(child: ChildProcess): void {
  killGroup(child);
  const {stdout, stderr} = child;
  // Whoever has left the group is not waited for.
  stdout?.destroy();
  stderr?.destroy();
}
