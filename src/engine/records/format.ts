import {type Event, eventVersion} from '../events.ts';

/**
 * A run's record is a file of events, one line of JSON each, as `--output json` prints them: masked, sensitive
 * contents hidden. The first is the event `run`, the last the `summary`; one without was killed, or still goes on.
 */
export interface RunRecord {
  readonly run: string;
  readonly events: readonly Event[];
  /** Lines that are no event: cut short by a crash, or changed by somebody. */
  readonly unreadableLines: number;
}

export type RunEvent = Extract<Event, {type: 'run'}>;
export type SummaryEvent = Extract<Event, {type: 'summary'}>;

/** The name of a run: when it was begun (UTC), and four random digits. Nothing else is a file's name here. */
export const runPattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/** @throws OtherVersion for a record that another version of vprov wrote in a way of its own */
export function parseRecord(run: string, text: string): RunRecord {
  const events: Event[] = [];
  let unreadableLines = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = parseEvent(line);
    if (event) events.push(event);
    else unreadableLines++;
  }
  return {run, events, unreadableLines};
}

export class OtherVersion extends Error {}

function parseEvent(line: string): Event | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isObject(value) || typeof value.type !== 'string') return undefined;
  if (typeof value.v === 'number' && value.v !== eventVersion) throw new OtherVersion(`version ${value.v}`);
  return isEvent(value) ? value : undefined;
}

type Shape = Readonly<{[name: string]: 'string' | 'number' | 'array' | 'object'}>;

/** What a reader of an event relies on. */
const shapes: Readonly<{[type in Event['type']]: Shape}> = {
  run: {run: 'string', playbook: 'string', mode: 'string', hosts: 'array'},
  diagnostic: {diagnostic: 'object'},
  play: {name: 'string', source: 'object', hosts: 'array'},
  host: {host: 'string', status: 'string'},
  'task-start': {host: 'string', task: 'object'},
  progress: {host: 'string', task: 'object', message: 'string'},
  task: {host: 'string', task: 'object', status: 'string', changes: 'array', durationMs: 'number'},
  owed: {host: 'string', handler: 'string', playbook: 'string', since: 'string', reason: 'string'},
  writes: {host: 'string', user: 'string'},
  listing: {plays: 'array'},
  probes: {script: 'string'},
  note: {message: 'string'},
  summary: {hosts: 'object', exitCode: 'number', durationMs: 'number'},
};

const taskShape: Shape = {name: 'string', module: 'string', source: 'object'};
const sourceShape: Shape = {file: 'string', line: 'number', column: 'number'};

function isEvent(value: object): value is Event {
  if (!('type' in value) || typeof value.type !== 'string' || !(value.type in shapes)) return false;
  const fits = has(value, {...shapes[value.type as Event['type']], v: 'number', time: 'number'});
  if (!fits || !('task' in value)) return fits;
  return isObject(value.task) && has(value.task, taskShape) && has(value.task.source as object, sourceShape);
}

function has(value: object, shape: Shape): boolean {
  return Object.entries(shape).every(([name, type]) => {
    const field: unknown = (value as {readonly [name: string]: unknown})[name];
    if (type === 'array') return Array.isArray(field);
    return type === 'object' ? isObject(field) : typeof field === type;
  });
}

function isObject(value: unknown): value is {readonly [name: string]: unknown} {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
