import {closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {errorCode} from '../../errors/index.ts';
import type {Event} from '../events.ts';
import {runPattern} from './format.ts';

/** How many records are kept: the oldest go when a new one is begun. */
export const keptRecords = 200;

/**
 * Writes down what a run tells, as it tells it: each event is with the operating system before the next is made, so
 * that of a run that is killed everything up to then can be read. Check and validation leave no record.
 */
export class RecordWriter {
  readonly #folder: string;
  readonly #onProblem: (reason: string) => void;
  /** What was told before the run had a name: warnings. */
  readonly #early: Event[] = [];
  #file: number | undefined;
  #ended = false;

  /** @param onProblem told once, when no record, or no more of it, can be written: the run goes on */
  constructor(folder: string, onProblem: (reason: string) => void) {
    this.#folder = folder;
    this.#onProblem = onProblem;
  }

  write(event: Event): void {
    if (this.#ended || event.type === 'progress' || event.type === 'probes') return;
    try {
      if (event.type === 'run') this.#begin(event);
      else if (this.#file === undefined) this.#early.push(event);
      else writeFileSync(this.#file, line(event));
    } catch (error) {
      const reason = errorCode(error);
      if (reason === undefined) throw error;
      this.end();
      this.#onProblem(reason);
    }
  }

  /** No more events. */
  end(): void {
    this.#ended = true;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #begin(event: Extract<Event, {type: 'run'}>): void {
    if (event.mode !== 'run') {
      this.#ended = true;
      return;
    }
    mkdirSync(this.#folder, {recursive: true, mode: 0o700});
    ignoreByGit(this.#folder);
    removeOldest(this.#folder);
    this.#file = openSync(join(this.#folder, `${event.run}.jsonl`), 'ax', 0o600);
    for (const each of [event, ...this.#early.splice(0)]) writeFileSync(this.#file, line(each));
  }
}

function line(event: Event): string {
  return `${JSON.stringify(event)}\n`;
}

/** Records are of one machine, and name what is on the hosts. */
function ignoreByGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', {flag: 'wx', mode: 0o600});
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Names sort as the runs were begun. Another run may remove the same ones at the same time. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder).filter((name) => runPattern.test(name.replace(/\.jsonl$/, '')));
  for (const name of names.sort().slice(0, Math.max(0, names.length - keptRecords + 1)))
    rmSync(join(folder, name), {force: true});
}
