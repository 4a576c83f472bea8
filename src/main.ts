import {closeSync, openSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {isatty} from 'node:tty';
import {
  consoleQuestions,
  createInterruption,
  defectExitCode,
  processForeground,
  reportDefect,
  runProgram,
  type Terminal,
  version,
} from './cli/index.ts';

/** The process: arguments, signals, exit code. Everything else is in the rooms below. */

const args = process.argv.slice(2);

const terminals = [0, 1, 2].filter((fd) => isatty(fd));

const interruption = createInterruption({
  say: (message) => {
    const lineStart = process.stderr.isTTY ? '\r\u001b[2K' : '';
    process.stderr.write(`${lineStart}vprov: ${message}\n`);
  },
  giveUp: (exitCode) => process.exit(exitCode),
});

const questions = consoleQuestions(() => interruption.raise('SIGINT'));

// A terminal that nobody has told its size (script(1), some containers) says that it is 0 wide.
for (const stream of [process.stdout, process.stderr]) if (stream.columns === 0) stream.columns = 80;

const terminal: Terminal = {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: currentFolder(),
  environment: process.env,
  now: Date.now,
  interruption,
  ask: questions?.ask,
  isAsking: questions?.isAsking,
  foreground: processForeground(terminals.includes(0)),
  readInput: terminals.includes(0) ? undefined : readInput,
  readText,
  listFolder,
  every: (intervalMs, callback) => {
    const timer = setInterval(callback, intervalMs);
    return () => clearInterval(timer);
  },
};

process.on('exit', leaveTerminals);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.raise(name));
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stdout.on('error', stopWithoutReader);
process.stderr.on('error', stopWithoutReader);

runProgram(args, terminal, () => import('./engine/index.ts')).then(leave, fail);

/** Ends the process once all that was written has gone. What is still open (a kept connection) must not hold it. */
function leave(exitCode: number): void {
  process.exitCode = exitCode;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

/**
 * When it ends, Node gives back each terminal as it found it, and aborts where one no longer takes that: it was closed, or
 * its window. In the place of such a one it finds another file, which it leaves alone.
 */
function leaveTerminals(): void {
  for (const fd of terminals) {
    if (isatty(fd)) continue;
    closeSync(fd);
    openSync('/dev/null', 'r+');
  }
}

function fail(error: unknown): void {
  if (process.exitCode === defectExitCode) return;
  process.stderr.write(reportDefect(error, {version, args, directory: tmpdir(), nowMs: Date.now()}));
  leave(defectExitCode);
}

/** `vprov … | head`, a full disk, a closed terminal: nobody reads any more, so the run ends as if it had been asked to. */
function stopWithoutReader({code}: NodeJS.ErrnoException): void {
  if (interruption.signal.aborted) return;
  // A terminal says so, where its window was closed: the signal comes, too, but not to every process.
  const isHungUp = code === 'EIO';
  if (code !== 'EPIPE' && !isHungUp) process.stderr.write(`vprov: the output cannot be written: ${code}\n`);
  interruption.raise(isHungUp ? 'SIGHUP' : 'SIGPIPE');
}

/** Ends the process where there is none any more: every relative path would lead nowhere. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is no longer there' : `cannot be read: ${code}`;
    process.stderr.write(`vprov: the current folder ${why}\nhint: go to another first (cd)\n`);
    process.exit(1);
  }
}

function listFolder(path: string): readonly string[] | undefined {
  return isFolder(path) ? readdirSync(path).sort() : undefined;
}

/** Not what cannot be looked at (links in a circle): whoever reads it says why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function readText(file: string): string | undefined {
  try {
    // A pipe would be waited for.
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Only for quoting a line beside a message: without it the message still stands.
    return undefined;
  }
}
