import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {didYouMean, errorDiagnostic, VprovError} from '../../errors/index.ts';
import {isRefused, readLocalBytes} from '../../source/index.ts';
import {isMissing} from '../local-files.ts';

import {recordCodes} from './codes.ts';
import {
  OtherVersion,
  parseRecord,
  type RunEvent,
  type RunRecord,
  runPattern,
  type SummaryEvent,
} from './format.ts';

/** A run as a list shows it. */
export interface RunEntry {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly playbook: string;
  readonly hosts: readonly string[];
  /** The run that this one took back. */
  readonly undoes?: string;
  /** Undefined: it was killed, or still goes on. */
  readonly summary?: Pick<SummaryEvent, 'hosts' | 'exitCode' | 'durationMs'>;
}

/** The runs that left a record in this folder, the newest first. What cannot be read as one is passed over. */
export function listRuns(folder: string): readonly RunEntry[] {
  return namesIn(folder)
    .reverse()
    .flatMap((run) => {
      const record = readOrSkip(folder, run);
      const start = record && startOf(record);
      return record && start ? [entryOf(record, start)] : [];
    });
}

/**
 * The record of a run.
 * @param name its whole name, its beginning or its end, where that is one run's only; `last` is the newest
 * @throws VprovError when there is none, or several, or it cannot be read
 */
export function readRecord(folder: string, name: string): RunRecord & {readonly start: RunEvent} {
  const run = find(folder, name);
  let record: RunRecord;
  try {
    record = recordIn(folder, run);
  } catch (error) {
    const reason = error instanceof OtherVersion ? `another version of vprov wrote it` : refusedAs(error);
    if (reason === undefined) throw error;
    throw unreadable(`the record of run ${run} cannot be read: ${reason}`);
  }
  const start = startOf(record);
  if (!start) throw unreadable(`the record of run ${run} does not say what was run`);
  return {...record, start};
}

function find(folder: string, name: string): string {
  const names = namesIn(folder);
  const found =
    name === 'last'
      ? names.slice(-1)
      : names.includes(name)
        ? [name]
        : names.filter((run) => name !== '' && (run.startsWith(name) || run.endsWith(name)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const message =
    found.length > 1 ? `'${name}' may be ${found.length} runs` : `there is no record of a run '${name}'`;
  const hint =
    found.length > 1
      ? found.slice(-3).join(', ')
      : (didYouMean(name, names) ?? `vprov runs lists those of this folder (${folder})`);
  throw new VprovError(errorDiagnostic(recordCodes, 'RUN001', message, {hint}));
}

function unreadable(message: string): VprovError {
  return new VprovError(errorDiagnostic(recordCodes, 'RUN002', message));
}

/** As the runs were begun: their names say in which second, and of those of one second the records tell more. */
function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length))
      .filter((name) => runPattern.test(name))
      .sort();
    const begun = (run: string): number => startedMs(folder, run);
    return names.sort((a, b) => secondOf(a).localeCompare(secondOf(b)) || begun(a) - begun(b));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function secondOf(run: string): string {
  return run.slice(0, -'-0000'.length);
}

function startedMs(folder: string, run: string): number {
  const record = readOrSkip(folder, run);
  return (record && startOf(record)?.time) ?? 0;
}

/** Of a run over many hosts, with its differences. */
const largestRecordBytes = 512 * 1024 * 1024;

/** A record that is no file, or is one that cannot be read. */
class Unreadable extends Error {}

function recordIn(folder: string, run: string): RunRecord {
  const bytes = readLocalBytes(fileOf(folder, run), largestRecordBytes);
  if (isRefused(bytes)) throw new Unreadable(bytes.reason);
  // What was cut off in the middle of a character is read up to there.
  return parseRecord(run, bytes.toString('utf8'));
}

function refusedAs(error: unknown): string | undefined {
  return error instanceof Unreadable ? error.message : undefined;
}

/** A list shows what it can. */
function readOrSkip(folder: string, run: string): RunRecord | undefined {
  try {
    return recordIn(folder, run);
  } catch (error) {
    if (error instanceof OtherVersion || refusedAs(error) !== undefined) return undefined;
    throw error;
  }
}

function fileOf(folder: string, run: string): string {
  return join(folder, `${run}.jsonl`);
}

function startOf({events}: RunRecord): RunEvent | undefined {
  return events.find((event) => event.type === 'run');
}

function entryOf({run, events}: RunRecord, {time, playbook, hosts, undoes}: RunEvent): RunEntry {
  const summary = events.find((event) => event.type === 'summary');
  return {
    run,
    startedMs: time,
    playbook,
    hosts,
    ...(undoes === undefined ? {} : {undoes}),
    ...(summary
      ? {summary: {hosts: summary.hosts, exitCode: summary.exitCode, durationMs: summary.durationMs}}
      : {}),
  };
}
