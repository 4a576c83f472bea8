import {Unknown} from '../text/index.ts';
import type {Value} from './value.ts';

/** Why something outside the playbook cannot be had, and what to do about it. */
export interface Problem {
  readonly problem: string;
  readonly hint?: string;
  /** Something else than a file stands there: where there may be none, it is as none. */
  readonly notAFile?: true;
}

/** What a command of this machine wrote and how it ended. */
export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a scope asks of the house around it: what lookups see of the machine that vprov runs on, and which variables are
 * secrets. Handed in with the scope; without it they are not known. All of it answers at once, and the same each time:
 * templates are rendered again and again.
 */
export interface Ports {
  /** A variable of vprov's own environment. */
  environment(name: string): string | undefined;
  /** Where a local file is, looked for as the files of modules are; undefined when there is none, a problem for what is no file. */
  find(path: string): string | Problem | undefined;
  /** The text of a file that `find` found. */
  readText(file: string): string | Problem;
  /** Runs `sh -c` on this machine. An unknown where nothing may be run: in validation. */
  run(command: string): CommandOutput | Unknown;
  /** What a provider keeps under a reference such as `vault://mount/path#key`. */
  secret(reference: string): string | Problem | Unknown;
  /** The value of a variable as it may be read: with Secrets in it, where it is said to be secret. */
  sealed(variable: string, value: Value): Value;
}

const nothing = new Unknown('nothing outside the playbook is read here');

/** Of a scope that was given none. */
export const noPorts: Ports = {
  environment: () => undefined,
  find: () => undefined,
  readText: () => ({problem: nothing.reason}),
  run: () => nothing,
  secret: () => nothing,
  sealed: (_variable, value) => value,
};
