import type {ExitCode, Run, Summary} from '../engine/index.ts';
import {VprovError} from '../errors/index.ts';
import type {Reporter} from '../report/index.ts';
import {interruptedExitCode} from './interruption.ts';
import type {Terminal} from './terminal.ts';

/** Runs the engine and shows what it says. @returns the exit code */
export async function execute(begin: () => Run, reporter: Reporter, terminal: Terminal): Promise<number> {
  const stopTicking = terminal.stdout.isTTY
    ? terminal.every(1_000, () => reporter.tick(terminal.now()))
    : () => undefined;
  try {
    return await follow(begin(), reporter, terminal);
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    return tell(error, reporter, terminal.now());
  } finally {
    stopTicking();
    reporter.end();
  }
}

async function follow(running: Run, reporter: Reporter, terminal: Terminal): Promise<ExitCode> {
  // Awaited below; until then a failure of both must not count as one that nobody handles.
  running.done.catch(() => undefined);
  for await (const event of running.events) {
    // Asked for by --print-probes: the script is all that stdout gets; the reporter writes to stderr.
    if (event.type === 'probes') terminal.stdout.write(event.script);
    else if (event.type !== 'summary') reporter.event(event);
    else reporter.event({...event, exitCode: exitCodeOf(event, terminal)});
  }
  return exitCodeOf(await running.done, terminal);
}

/** What a room threw instead of reporting it, as the events that it should have been. */
function tell(error: VprovError, reporter: Reporter, time: number): number {
  for (const diagnostic of error.diagnostics) reporter.event({type: 'diagnostic', v: 1, time, diagnostic});
  reporter.event({type: 'summary', v: 1, time, hosts: {}, exitCode: 1, durationMs: 0});
  return 1;
}

/** The engine says "interrupted"; by which signal of the process is known here. */
function exitCodeOf({exitCode}: Pick<Summary, 'exitCode'>, {interruption}: Terminal): ExitCode {
  return exitCode === 130 && interruption.signal.aborted
    ? interruptedExitCode(interruption.signal.reason)
    : exitCode;
}
