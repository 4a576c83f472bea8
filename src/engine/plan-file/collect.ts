import {readFileSync} from 'node:fs';
import {relative} from 'node:path';
import {type Attribute, type Change, type Content, refKey} from '../../resources/index.ts';
import {reveal, type Text} from '../../text/index.ts';
import type {Driver, Effect, EventBody, LocalFile, LocalTree, Replies, Reply} from '../effect.ts';
import {isMissing} from '../local-files.ts';
import type {RunOptions} from '../options.ts';
import type {Project} from '../project.ts';
import {
  hmacOf,
  type PlanContents,
  type PlannedAttribute,
  type PlannedChange,
  type PlannedTask,
} from './format.ts';
import {plainly} from './plainly.ts';

/** Sees a check from the side, and writes down what it would do. */
export class Collector {
  readonly #key: string;
  readonly #cwd: string;
  readonly #changes: PlannedChange[] = [];
  readonly #actions: PlannedTask[] = [];
  /** What actions would be run with, by host and task. */
  readonly #arguments = new Map<string, unknown[]>();
  readonly #unknown: PlannedTask[] = [];
  readonly #files = new Set<string>();

  constructor(key: string, cwd: string) {
    this.#key = key;
    this.#cwd = cwd;
  }

  /** The project that the check is of: all files that it was read from. */
  project(project: Project): void {
    const seen = new Set<object>();
    const waiting: unknown[] = [
      project.playbook.plays,
      project.playbook.file,
      project.inventory,
      project.extraVars,
    ];
    for (const value of waiting) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      if ('file' in value && 'line' in value && typeof value.file === 'string') this.#files.add(value.file);
      waiting.push(...(value instanceof Map ? value.values() : Object.values(value)));
    }
    this.#files.add(project.playbook.file);
  }

  event(event: EventBody): void {
    if (event.type !== 'task') return;
    const {host, status, changes} = event;
    const task = {host, task: event.task.name};
    this.#files.add(event.task.source.file);
    if (status === 'unknown') this.#unknown.push(task);
    if (status === 'would-change' && !event.onlyChecked && changes.length === 0) this.#actions.push(task);
  }

  /** The driver of a host, looked at: what it is asked to change, and which local files it was given. */
  watch(host: string, driver: Driver): Driver {
    const answer = async (effect: Effect): Promise<Reply> => {
      const reply = await driver(effect);
      if (effect.type === 'inputs')
        for (const found of (reply as Replies['inputs']).values())
          for (const file of localFilesOf(found)) this.#files.add(file);
      if (effect.type === 'change')
        for (const change of effect.changes)
          this.#changes.push(this.#planned(host, effect.task.name, change));
      if (effect.type === 'act') this.#noteArguments(host, effect);
      return reply;
    };
    return answer as Driver;
  }

  #noteArguments(host: string, {task, args}: Extract<Effect, {type: 'act'}>): void {
    const key = JSON.stringify([host, task.name]);
    this.#arguments.set(key, [...(this.#arguments.get(key) ?? []), plainly(args)]);
  }

  #withArguments({host, task}: PlannedTask): PlannedTask {
    const args = this.#arguments.get(JSON.stringify([host, task]));
    return {host, task, ...(args ? {hmac: hmacOf(this.#key, JSON.stringify(args))} : {})};
  }

  contents(options: RunOptions): PlanContents {
    const {playbook, inventory, limit, tags, skipTags} = options;
    const extraVars = options.extraVars.map(({text}) => ({
      name: nameOf(text),
      hmac: hmacOf(this.#key, text),
    }));
    return {
      request: {playbook, inventory, ...(limit === undefined ? {} : {limit}), tags, skipTags, extraVars},
      sources: [...this.#files].sort().flatMap((file) => this.#source(file)),
      changes: this.#changes,
      actions: this.#actions.map((task) => this.#withArguments(task)),
      unknown: this.#unknown,
    };
  }

  #source(file: string): PlanContents['sources'] {
    try {
      return [{file: relative(this.#cwd, file), hmac: hmacOf(this.#key, readFileSync(file))}];
    } catch (error) {
      // What was named as a place is no file (the command line).
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #planned(host: string, task: string, change: Change): PlannedChange {
    return {
      host,
      task,
      ref: refKey(change.ref),
      attributes: change.attributes.map((attribute) => this.#attribute(attribute, change)),
    };
  }

  #attribute({name, before, after}: Attribute, change: Change): PlannedAttribute {
    // As whom it is asked for is no part of what is planned.
    const {through: _, ...ref} = change.ref;
    const value = (side: 'before' | 'after', of: unknown): {readonly [side: string]: string} =>
      of === undefined ? {} : {[side]: hmacOf(this.#key, JSON.stringify([ref, name, of]))};
    // A restart is one whatever ran before.
    const earlier = name === 'invocation' ? undefined : wholeBefore(name, change, before);
    return {name, ...value('before', earlier), ...value('after', wholeAfter(name, change, after))};
  }
}

/** What is there as it is, where less of it is shown: the whole digest of contents, the value of what is inside a server. */
function wholeBefore(name: string, {before}: Change, shown: unknown): unknown {
  const state: object = before.status === 'present' ? before.state : {};
  if (name === 'content') return 'sha256' in state ? state.sha256 : shown;
  return fieldOf(state, name) ?? shown;
}

/** The same of what is wanted. A password is shown to nobody, and may be another. */
function wholeAfter(name: string, {want}: Change, shown: unknown): unknown {
  const after: object | 'absent' = want.after;
  if (typeof after === 'string') return shown;
  if (name === 'content' && 'content' in after)
    return (after.content as Content | undefined)?.sha256 ?? shown;
  if (name === 'password' && 'password' in after) return reveal(after.password as Text);
  return fieldOf(after, name) ?? shown;
}

function fieldOf(of: object, name: string): unknown {
  const fields = 'fields' in of ? (of.fields as Readonly<Record<string, unknown>>) : {};
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** What of `-e` may be written down: a name, a file. */
export function nameOf(extraVars: string): string {
  if (extraVars.startsWith('@')) return extraVars;
  return /^[A-Za-z_][A-Za-z0-9_]*(?==)/.exec(extraVars)?.[0] ?? 'JSON';
}

function localFilesOf(found: LocalFile | LocalTree): readonly string[] {
  if (!('entries' in found)) return [found.file];
  return found.entries.flatMap((entry) => (entry.type === 'file' ? [entry.file.file] : []));
}
