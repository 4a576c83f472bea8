import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';

/** What a program wrote and how it ended. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a program to its end, with `input` on its standard input; its exit code is the caller's to judge. */
export async function capture(program: string, args: readonly string[], input = ''): Promise<Output> {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe']});
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal ? 128 : 255)));
  });
  // A program that ends without reading its input is not an error of ours.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return {stdout, stderr, exitCode};
}

/** Runs a program that must succeed; the error says what it wrote. */
export async function must(program: string, args: readonly string[], input = ''): Promise<string> {
  const {stdout, stderr, exitCode} = await capture(program, args, input);
  if (exitCode !== 0) {
    const command = [program, ...args].join(' ').slice(0, 100);
    throw new Error(`${command} ended with ${exitCode}\n${stderr || stdout}`);
  }
  return stdout.trim();
}

/** `docker ARGS`, which must succeed. */
export function docker(...args: string[]): Promise<string> {
  return must('docker', args);
}

/** The lines of a text, without empty ones. */
export function lines(of: string): string[] {
  return of.split('\n').filter((line) => line !== '');
}

/** Waits for all, also when one fails: nothing goes on behind the back of who gets the error. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (reasons.length > 0) throw new AggregateError(reasons, reasons.map(String).join('\n'));
}
