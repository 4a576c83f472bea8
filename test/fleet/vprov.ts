import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import type {Fleet} from './fleet.ts';
import {checkout, layout} from './layout.ts';

type JsonEvent = Readonly<Record<string, unknown>> & {readonly type: string};

export interface TaskEvent extends JsonEvent {
  readonly type: 'task';
  readonly host: string;
  readonly task: {readonly name: string};
  readonly status: string;
  readonly changes: readonly {
    readonly ref: string;
    readonly attributes: readonly {
      readonly name: string;
      readonly before?: unknown;
      readonly after?: unknown;
    }[];
  }[];
  readonly message?: string;
  readonly notified?: readonly string[];
  readonly attention?: string;
  readonly reminder?: string;
  readonly wouldRun?: true;
}

export interface Counts {
  readonly roundTrips: number;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly unreachable: number;
  readonly owed: number;
}

/** A run of the built program, read from its JSON lines. */
export interface Ran {
  readonly exitCode: number;
  readonly events: readonly JsonEvent[];
  readonly tasks: readonly TaskEvent[];
  readonly hosts: Readonly<Record<string, Counts>>;
  readonly stderr: string;
}

/** Runs `vprov run` on a fleet as a user would, and reads what it says. */
export async function runVprov(fleet: Fleet, playbook: string, ...options: readonly string[]): Promise<Ran> {
  return ranOf(await vprov(...runArguments(fleet, playbook, options)));
}

/** The same in a folder of this machine, for what is kept there. */
export async function runVprovIn(
  folder: string,
  fleet: Fleet,
  playbook: string,
  ...options: readonly string[]
): Promise<Ran> {
  const args = runArguments(fleet, join(checkout, playbook), options);
  return ranOf(await vprovIn(folder, ...args));
}

/** What it said as JSON lines. @throws Error when it did not come to its summary */
export function ranOf({exitCode, stdout, stderr}: Ended): Ran {
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonEvent);
  const tasks = events.filter((event): event is TaskEvent => event.type === 'task');
  const summary = events.at(-1);
  if (summary?.type !== 'summary') throw new Error(`no summary (exit ${exitCode}): ${stderr}${stdout}`);
  return {exitCode, events, tasks, hosts: summary.hosts as Ran['hosts'], stderr};
}

/** What `vprov run` is told to run a playbook on a fleet and to say it as JSON lines. */
export function runArguments(fleet: Fleet, playbook: string, options: readonly string[]): readonly string[] {
  return ['run', playbook, '-i', fleet.inventory, '--output', 'json', ...options];
}

/** Starts the built program with these arguments. */
export function startVprov(
  args: readonly string[],
  cwd: string = checkout,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [join(checkout, 'dist', 'vprov.mjs'), ...args], {
    cwd,
    env: {...process.env, VPROV_RUNS: join(layout().dir, 'runs')},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program with these arguments, to its end. */
export function vprov(...args: readonly string[]): Promise<Ended> {
  return ended(startVprov(args));
}

/** The same in a folder of this machine. */
export function vprovIn(folder: string, ...args: readonly string[]): Promise<Ended> {
  return ended(startVprov(args, folder));
}

function ended(child: ReturnType<typeof startVprov>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({exitCode: code ?? -1, stdout, stderr}));
  });
}

/** What a run changed, or would, one line an attribute: `host | task | ref | attribute`. */
export function attributesOf(ran: Ran): readonly string[] {
  return ran.tasks
    .filter((task) => task.status === 'changed' || task.status === 'would-change')
    .flatMap((task) =>
      task.changes.flatMap((change) =>
        change.attributes.map((one) => [task.host, task.task.name, change.ref, one.name].join(' | ')),
      ),
    )
    .sort();
}

/** Every host's sum of one count. */
export function total(ran: Ran, count: keyof Counts): number {
  return Object.values(ran.hosts).reduce((sum, host) => sum + host[count], 0);
}
