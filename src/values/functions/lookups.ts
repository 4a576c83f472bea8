import {Secret, Unknown, UnknownRead} from '../../text/index.ts';
import type {Problem} from '../ports.ts';
import {describe, type Value} from '../value.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';

const otherwise = {name: 'otherwise', type: 'any', optional: true} as const;

/** What stands outside the playbook, on the machine that vprov runs on. */
export const lookupFunctions: FunctionGroup = {
  title: 'Lookups',
  functions: [
    defineFunction({
      name: 'env',
      summary:
        'A variable of the environment that vprov was started with, or another value where it is not set',
      example: {call: 'env "VAULT_ADDR" "http://127.0.0.1:8200"', gives: 'http://127.0.0.1:8200'},
      parameters: [{name: 'name', type: 'text'}, otherwise],
      secrets: 'opened',
      call: ([name, fallback], ports) => {
        const value = ports.environment(String(name)) ?? fallback;
        if (value !== undefined) return value;
        throw new ArgumentError(
          `env: the environment of vprov has no variable ${name}`,
          `set it, or give a default: env "${name}" ""`,
        );
      },
    }),
    defineFunction({
      name: 'file',
      summary:
        "The text of a local file without the newlines at its end, looked for in the role's files and beside the playbook",
      example: {call: 'file "motd.txt"', gives: 'Welcome'},
      parameters: [{name: 'path', type: 'text'}, otherwise],
      secrets: 'opened',
      call: ([path, fallback], ports) => {
        const found = ports.find(String(path));
        if (typeof found === 'string') return withoutLastNewlines(or(ports.readText(found), 'file'));
        if (fallback !== undefined && isAbsent(found)) return fallback;
        if (found) throw new ArgumentError(`file: ${found.problem}`, found.hint);
        throw new ArgumentError(
          `file: there is no file '${path}'`,
          `a default may follow: file "${path}" ""`,
        );
      },
    }),
    defineFunction({
      name: 'first_found',
      summary: 'The path of the first of several local files that there is, looked for as file does',
      example: {call: 'first_found (split "missing.txt motd.txt" " ")', gives: '/site/files/motd.txt'},
      parameters: [{name: 'paths', type: 'list'}, otherwise],
      secrets: 'opened',
      call: ([paths, fallback], ports) => {
        const names = (Array.isArray(paths) ? (paths as readonly Value[]) : []).map((path) => {
          if (typeof path === 'string') return path;
          throw new ArgumentError(`first_found takes a list of strings, not ${describe(path)}`);
        });
        for (const name of names) {
          const found = ports.find(name);
          if (typeof found === 'string') return found;
          if (found && !isAbsent(found)) throw new ArgumentError(`first_found: ${found.problem}`, found.hint);
        }
        if (fallback !== undefined) return fallback;
        throw new ArgumentError(`first_found: there is none of ${names.join(', ')}`);
      },
    }),
    defineFunction({
      name: 'pipe',
      summary:
        'What a command of the local shell writes, without the newlines at its end. Once a run; not in validation',
      example: {call: 'pipe "echo Welcome"', gives: 'Welcome'},
      parameters: [{name: 'command', type: 'text'}],
      secrets: 'opened',
      call: ([command], ports) => {
        const output = ports.run(String(command));
        if (output instanceof Unknown) throw new UnknownRead(output);
        if (output.exitCode === 0) return withoutLastNewlines(output.stdout);
        const said = output.stderr.trim().split('\n').at(-1) ?? '';
        throw new ArgumentError(`pipe: exit code ${output.exitCode}${said === '' ? '' : `: ${said}`}`);
      },
    }),
    defineFunction({
      name: 'secret',
      summary:
        'What a provider keeps under a reference: env://NAME, file://PATH, pipe://COMMAND or vault://MOUNT/PATH#KEY. A secret',
      example: {call: 'secret "env://VAULT_TOKEN"', gives: ''},
      parameters: [{name: 'reference', type: 'text'}],
      secrets: 'opened',
      call: ([reference], ports) => {
        const value = ports.secret(String(reference));
        if (value instanceof Unknown) throw new UnknownRead(value);
        return new Secret(String(reference), or(value, 'secret'));
      },
    }),
  ],
};

function isAbsent(found: Problem | undefined): boolean {
  return found === undefined || found.notAFile === true;
}

function or(found: string | Problem, name: string): string {
  if (typeof found === 'string') return found;
  throw new ArgumentError(`${name}: ${found.problem}`, found.hint);
}

function withoutLastNewlines(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}
