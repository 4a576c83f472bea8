import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {Duplex, PassThrough} from 'node:stream';
import type {Channel, ExecChannel} from './carrier.ts';

/** A background process may hold the streams open after the command's exit: then their end is not waited for. */
const closeGraceMs = 1000;

export interface ProcessChannelOptions {
  /** Awaited before the end of its output is passed on: whether that is an end or a loss may have to be found out. */
  beforeEnd?(): Promise<void>;
  /** What the process's exit code (null after a signal) says of the command; resolved before the channel is closed. */
  exitCodeOf?(code: number | null): Promise<number | undefined>;
  /** When we close the channel; its streams are closed anyway. */
  onClose?(): void;
}

export interface ProcessChannel extends ExecChannel {
  /** Resolves when the process has written anything or has ended. */
  readonly heardOf: Promise<void>;
}

/** The streams of a process of this machine, behaving as a channel of SSH does. */
export function processChannel(
  child: ChildProcessWithoutNullStreams,
  {beforeEnd, exitCodeOf = async (code) => code ?? undefined, onClose}: ProcessChannelOptions = {},
): ProcessChannel {
  const {stdin, stdout} = child;
  const stderr = child.stderr.pipe(new PassThrough());
  const stream = new Duplex({
    // Both directions may be done while the process still runs.
    autoDestroy: false,
    read: () => void stdout.resume(),
    // What is written after the command's end goes nowhere, as in SSH.
    write: (chunk: Buffer, _encoding, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy: (error, done) => {
      onClose?.();
      for (const one of [stdin, stdout, child.stderr]) one.destroy();
      done(error);
    },
  });
  for (const one of [stdin, stdout, child.stderr, stderr, stream]) one.on('error', () => undefined);
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  stdout.once('end', async () => {
    await beforeEnd?.();
    stream.push(null);
  });
  const close = (): void => void stream.destroy();
  const ended = new Promise<number | undefined>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      timer = setTimeout(close, closeGraceMs);
    });
    child.once('error', close);
    child.once('close', (code) => {
      clearTimeout(timer);
      void exitCodeOf(code).then((exitCode) => {
        resolve(exitCode);
        // What has arrived may still be read.
        if (stream.readableEnded || stream.destroyed) close();
        else stream.once('end', close);
      });
    });
    stream.once('close', () => {
      clearTimeout(timer);
      void exitCodeOf(child.exitCode).then(resolve);
    });
  });
  const heardOf = new Promise<void>((resolve) => {
    stdout.once('data', () => resolve());
    child.stderr.once('data', () => resolve());
    void ended.then(() => resolve());
  });
  return {channel: Object.assign(stream, {stderr, close}) satisfies Channel, ended, heardOf};
}
