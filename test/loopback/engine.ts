import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {
  type ApplyOptions,
  apply,
  drift,
  type Event,
  plan,
  type Run,
  type RunOptions,
  run,
  type Summary,
  type UndoOptions,
  undo,
} from '../../src/engine/index.ts';
import type {Catalogue} from '../../src/modules/index.ts';
import type {Ring} from './ring.ts';

type TaskEvent = Extract<Event, {type: 'task'}>;
type OwedEvent = Extract<Event, {type: 'owed'}>;

/** A run to its end. */
export interface Ran {
  readonly events: readonly Event[];
  readonly summary: Summary;
  readonly tasks: readonly TaskEvent[];
  readonly owed: readonly OwedEvent[];
  readonly notes: readonly string[];
  /** `task: status` of every task, or `host task: status` where there are several hosts. */
  readonly statuses: readonly string[];
  /** `task | ref | attribute`, sorted; with the host in front where there are several. */
  readonly attributes: readonly string[];
  /** Messages of diagnostics. */
  readonly mistakes: readonly string[];
  /** What the task of this name said. */
  message(task: string): string | undefined;
}

/** A run under way. */
export interface Running {
  /** So far. */
  readonly events: readonly Event[];
  readonly soft: AbortController;
  readonly hard: AbortController;
  readonly ended: Promise<Ran>;
}

export type Play = Readonly<Record<string, unknown>>;

/** A project folder of its own, with an inventory of rings. JSON is YAML. */
export class Bench {
  readonly directory: string;
  readonly #hosts: readonly string[];

  /** @param rings by the names of their hosts; each gets the variable `home`, a directory that is its own */
  constructor(
    rings: Readonly<Record<string, Pick<Ring, 'port' | 'keyFile' | 'knownHostsFile' | 'directory'>>>,
    variables: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  ) {
    this.directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-engine-')));
    this.#hosts = Object.keys(rings);
    const hosts = Object.entries(rings).map(([name, ring]) => [
      name,
      {
        host: '127.0.0.1',
        port: ring.port,
        user: 'pi',
        private_key_file: ring.keyFile,
        known_hosts_file: ring.knownHostsFile,
        timeout: 10,
        home: path.join(ring.directory, 'home-pi'),
        ...variables[name],
      },
    ]);
    this.write('hosts.json', JSON.stringify({all: {hosts: Object.fromEntries(hosts)}}));
  }

  write(name: string, text: string): string {
    const file = path.join(this.directory, name);
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, text);
    return file;
  }

  /** Starts a run of these plays. A play without hosts is for all, without facts, as root. */
  start(plays: readonly Play[] | Play, changes: Partial<RunOptions> = {}, modules?: Catalogue): Running {
    const list = Array.isArray(plays) ? (plays as readonly Play[]) : [plays as Play];
    const playbook = changes.playbook ?? 'play.yml';
    if (changes.playbook === undefined || list.length > 0) this.#writePlays(playbook, list);
    const soft = new AbortController();
    const hard = new AbortController();
    const events: Event[] = [];
    const options: RunOptions = {
      ...this.#common(),
      playbook,
      inventory: ['hosts.json'],
      tags: [],
      skipTags: [],
      mode: 'run',
      signal: soft.signal,
      hardSignal: hard.signal,
      ...changes,
    };
    const running = modules ? run(options, modules) : run(options);
    const ended = (async (): Promise<Ran> => {
      for await (const event of running.events) events.push(event);
      return this.#ran(events, await running.done);
    })();
    return {events, soft, hard, ended};
  }

  run(plays: readonly Play[] | Play, changes: Partial<RunOptions> = {}): Promise<Ran> {
    return this.start(plays, changes).ended;
  }

  /** Takes back a run, by its name. */
  async undo(name: string, changes: Partial<UndoOptions> & Pick<UndoOptions, 'records'>): Promise<Ran> {
    return this.#over(undo({...this.#common(), run: name, mode: 'run', inventory: [], ...changes}));
  }

  /** Writes `site.plan`. */
  plan(plays: readonly Play[] | Play, changes: Partial<RunOptions> = {}): Promise<Ran> {
    return this.#over(plan({...this.#asked(plays), ...changes, file: 'site.plan'}));
  }

  /** Applies `site.plan`. */
  apply(changes: Partial<ApplyOptions> = {}): Promise<Ran> {
    return this.#over(apply({...this.#common(), ...changes, file: 'site.plan'}));
  }

  drift(plays: readonly Play[] | Play): Promise<Ran> {
    return this.#over(drift(this.#asked(plays)));
  }

  check(plays: readonly Play[] | Play, changes: Partial<RunOptions> = {}): Promise<Ran> {
    return this.run(plays, {mode: 'check', ...changes});
  }

  remove(): void {
    rmSync(this.directory, {recursive: true});
  }

  #writePlays(name: string, plays: readonly Play[]): void {
    const filled = plays.map((play) =>
      'import_playbook' in play ? play : {hosts: 'all', gather_facts: false, become: true, ...play},
    );
    this.write(name, JSON.stringify(filled));
  }

  #asked(plays: readonly Play[] | Play) {
    const playbook = 'play.yml';
    this.#writePlays(playbook, Array.isArray(plays) ? (plays as readonly Play[]) : [plays as Play]);
    return {...this.#common(), playbook, inventory: ['hosts.json'], tags: [], skipTags: []};
  }

  async #over(running: Run): Promise<Ran> {
    const events: Event[] = [];
    for await (const event of running.events) events.push(event);
    return this.#ran(events, await running.done);
  }

  #common() {
    return {
      diff: false,
      extraVars: [],
      forks: 10,
      detailedExitcode: false,
      cwd: this.directory,
      signal: new AbortController().signal,
      now: Date.now,
      environment: {XDG_CACHE_HOME: path.join(this.directory, 'cache')},
    };
  }

  #ran(events: readonly Event[], summary: Summary): Ran {
    const tasks = events.filter((event): event is TaskEvent => event.type === 'task');
    const mistakes = events.flatMap((event) =>
      event.type === 'diagnostic' ? [event.diagnostic.message] : [],
    );
    const on = (host: string): string => (this.#hosts.length > 1 ? `${host} ` : '');
    return {
      events,
      summary,
      tasks,
      owed: events.filter((event): event is OwedEvent => event.type === 'owed'),
      notes: events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
      statuses: [
        ...mistakes.map((message) => `mistake: ${message}`),
        ...tasks.map((event) => `${on(event.host)}${event.task.name}: ${event.status}`),
      ],
      attributes: tasks
        .flatMap((event) =>
          event.changes.flatMap((change) =>
            change.attributes.map(
              ({name}) => `${on(event.host)}${event.task.name} | ${change.ref} | ${name}`,
            ),
          ),
        )
        .sort(),
      mistakes,
      message: (task) => tasks.find((event) => event.task.name === task)?.message,
    };
  }
}

/** Resolves when there is such a file; its folder must be there. Rejects when the run ends before. */
export async function appears(file: string, running: Running): Promise<void> {
  const watcher = watch(path.dirname(file));
  try {
    while (!existsSync(file)) {
      await Promise.race([
        new Promise((resolve) => watcher.once('change', resolve)),
        running.ended.then((ran) => {
          if (!existsSync(file)) throw new Error(`ended before ${file}: ${ran.statuses.join(', ')}`);
        }),
      ]);
    }
  } finally {
    watcher.close();
  }
}

/** A task that runs these lines of shell. */
export function shell(name: string, script: string, more: Play = {}): Play {
  return {name, command: {argv: ['sh', '-c', script]}, ...more};
}

/** The text of a file; '' where there is none. */
export function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
