import {createChannel} from './channel.ts';
import type {EventBody} from './effect.ts';
import {type Event, type ExitCode, eventVersion, type Summary} from './events.ts';
import {Left} from './left.ts';
import type {Run, RunOptions} from './options.ts';
import {RecordWriter} from './records/write.ts';
import {Interrupted} from './stop.ts';
import {Tally} from './tally.ts';

/**
 * Does some work that tells events: they are stamped, recorded, counted, and end in a summary.
 * @param work returns the exit code; one that was interrupted before it began with the hosts may say so by throwing
 */
export function telling(
  {now, records, signal}: Pick<RunOptions, 'now' | 'records'> & Partial<Pick<RunOptions, 'signal'>>,
  work: (emit: (event: EventBody) => void, tally: Tally) => Promise<ExitCode>,
): Run {
  const channel = createChannel<Event>();
  const record = records === undefined ? undefined : recordIn(records, (event) => send(event));
  const send = (event: EventBody): void => {
    const stamped: Event = {v: eventVersion, time: now(), ...event};
    record?.write(stamped);
    channel.push(stamped);
  };
  const done = summed(now, send, signal, work).finally(() => {
    record?.end();
    channel.end();
  });
  // Whoever reads the events first awaits it later: until then a defect must not count as one that nobody handles.
  done.catch(() => undefined);
  return {events: channel.values, done};
}

function recordIn(folder: string, emit: (event: EventBody) => void): RecordWriter {
  return new RecordWriter(folder, (reason) =>
    emit({type: 'note', message: `no record of this run is kept in ${folder}: ${reason}`}),
  );
}

function codeOfInterruption(error: unknown): ExitCode {
  if (error instanceof Interrupted) return 130;
  throw error;
}

/** What interrupts names the signal of the process as its reason; Ctrl-C where it does not. */
function bySignal(exitCode: ExitCode, signal: AbortSignal | undefined): ExitCode {
  if (exitCode !== 130 || !signal?.aborted) return exitCode;
  if (signal.reason === 'SIGPIPE') return 141;
  return signal.reason === 'SIGTERM' || signal.reason === 'SIGHUP' ? 143 : 130;
}

async function summed(
  now: () => number,
  send: (event: EventBody) => void,
  signal: AbortSignal | undefined,
  work: Parameters<typeof telling>[1],
): Promise<Summary> {
  const started = now();
  const tally = new Tally();
  let run: string | undefined;
  const told = new Left();
  const emit = (event: EventBody): void => {
    if (event.type === 'run') run = event.run;
    told.note(event);
    tally.count(event);
    send(event);
  };
  const exitCode = bySignal(await work(emit, tally).catch(codeOfInterruption), signal);
  const summary: Summary = {
    hosts: tally.hosts(),
    exitCode,
    durationMs: now() - started,
    ...(tally.wrote && run !== undefined ? {run, ...told.words()} : {}),
  };
  emit({type: 'summary', ...summary});
  return summary;
}
