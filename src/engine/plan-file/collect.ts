import {readFileSync} from 'node:fs';
import {relative} from 'node:path';
import {type Attribute, type Change, refKey} from '../../resources/index.ts';
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

/** Sees a check from the side, and writes down what it would do. */
export class Collector {
  readonly #key: string;
  readonly #cwd: string;
  readonly #changes: PlannedChange[] = [];
  readonly #actions: PlannedTask[] = [];
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
      return reply;
    };
    return answer as Driver;
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
      actions: this.#actions,
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
    // A restart is one whatever ran before; of contents the whole digest counts, not what is shown of it.
    const earlier =
      name === 'invocation' ? undefined : name === 'content' ? digestBefore(change, before) : before;
    return {
      name,
      ...value('before', earlier),
      ...value('after', name === 'content' ? digestAfter(change, after) : after),
    };
  }
}

function digestBefore({before}: Change, shown: unknown): unknown {
  return before.status === 'present' && 'sha256' in before.state ? before.state.sha256 : shown;
}

function digestAfter({want}: Change, shown: unknown): unknown {
  const after: object | 'absent' = want.after;
  if (typeof after === 'string' || !('content' in after)) return shown;
  const {content} = after as {readonly content?: {readonly sha256: string}};
  return content?.sha256 ?? shown;
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
