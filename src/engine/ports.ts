import {isAbsolute, join} from 'node:path';
import type {Role} from '../playbook/index.ts';
import {findLocalFile, isEncrypted, isRefused, lookAtFile, readLocalBytes, textOf} from '../source/index.ts';
import {Secret, Unknown} from '../text/index.ts';
import type {Ports, Problem, Value} from '../values/index.ts';
import {type SecretsDescribed, sealed} from './described-secrets.ts';
import {LocalCommands} from './local-commands.ts';

const largestTextBytes = 16 * 1024 * 1024;

export interface PortOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the playbook: where files are looked for after the role, and where commands run. */
  readonly playDirectory: string;
  /** Told of each secret that was looked up, before anybody can show it. */
  readonly onSecret: (secret: Secret) => void;
  /** Which variables are secrets by the descriptions of roles; left out where there are none. */
  readonly secrets?: SecretsDescribed;
  /** False in validation: nothing is run, and what needs it is unknown. */
  readonly runsCommands: boolean;
}

/** What lookups see of this machine: for a role, and for a play of a playbook in another folder than the run's. */
export interface PortsOf {
  (role: Role | undefined, directory?: string): Ports;
  /** What runs commands for all of them. */
  readonly commands: LocalCommands;
}

/** Each file is read, each command run once a run. */
export function createPorts(options: PortOptions): PortsOf {
  const {environment} = options;
  const readText = once(readTextOf);
  const findAmong = once((key) => placeOf(JSON.parse(key) as readonly string[]));
  const made = new Map<string, Ports>();
  const commands = new LocalCommands(environment);
  const hide = (name: string, value: Value): Value => {
    // A number would become a text, which is another value.
    if (typeof value !== 'string' || value === '') return value;
    const secret = new Secret(name, value);
    options.onSecret(secret);
    return secret;
  };
  const portsFor = (role: Role | undefined, playDirectory: string): Ports => {
    const find = (path: string): string | Problem | undefined =>
      findAmong(JSON.stringify(placesOf(path, role, playDirectory)));
    const ports: Ports = {
      environment: (name) => environment[name],
      find,
      readText,
      run: (command) =>
        command.includes('\0')
          ? {exitCode: 126, stdout: '', stderr: 'there is a NUL in it, which no command can hold'}
          : options.runsCommands
            ? commands.run({text: command, directory: playDirectory})
            : new Unknown('validation runs no command, so pipe gives nothing yet'),
      secret: (reference) => {
        const secret = secretOf(reference, ports);
        if (typeof secret === 'string') options.onSecret(new Secret(reference, secret));
        return secret;
      },
      sealed: (variable, value) => sealed(options.secrets?.of(variable), variable, value, hide),
    };
    return ports;
  };
  const portsOf = (role: Role | undefined, directory = options.playDirectory): Ports => {
    const key = `${role?.directory ?? ''}\0${directory}`;
    const ports = made.get(key) ?? portsFor(role, directory);
    made.set(key, ports);
    return ports;
  };
  return Object.assign(portsOf, {commands});
}

function once<T>(ask: (of: string) => T): (of: string) => T {
  const answers = new Map<string, {readonly answer: T}>();
  return (of) => {
    const known = answers.get(of) ?? {answer: ask(of)};
    answers.set(of, known);
    return known.answer;
  };
}

function placesOf(path: string, role: Role | undefined, playDirectory: string): readonly string[] {
  if (isAbsolute(path)) return [path];
  const roots = role ? [role.directory, playDirectory] : [playDirectory];
  return roots.flatMap((root) => [join(root, 'files', path), join(root, path)]);
}

function placeOf(places: readonly string[]): string | Problem | undefined {
  const file = findLocalFile(places);
  const found = file === undefined ? undefined : lookAtFile(file);
  if (!found || !isRefused(found)) return file;
  return {
    problem: `${found.file} cannot be read: ${found.reason}`,
    hint: `see what it is, and who may read it: ls -ld ${found.file}`,
    ...(found.refused === 'not a file' ? {notAFile: true} : {}),
  };
}

function readTextOf(file: string): string | Problem {
  const bytes = readLocalBytes(file, largestTextBytes);
  if (isRefused(bytes))
    return {
      problem: `${file} cannot be read: ${bytes.reason}`,
      hint: `see what it is, and who may read it: ls -ld ${file}`,
    };
  if (isEncrypted(bytes))
    return {
      problem: `${file} is encrypted`,
      hint: 'lookups read files as they are: put the value into an encrypted file of variables',
    };
  const text = textOf(bytes, file);
  if (!isRefused(text)) return text;
  const {line, column} = text.at ?? {line: 1, column: 1};
  return {problem: `${file}:${line}:${column} is not UTF-8`, hint: 'save it as UTF-8'};
}

/** What providers keep. Others than these come with the rooms that know them. */
function secretOf(reference: string, ports: Ports): string | Problem | Unknown {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.+)$/.exec(reference) ?? [];
  switch (scheme) {
    case 'env':
      return ports.environment(rest) ?? {problem: `the environment of vprov has no variable ${rest}`};
    case 'file': {
      const file = ports.find(rest);
      if (file === undefined) return {problem: `there is no file '${rest}'`};
      const text = typeof file === 'string' ? ports.readText(file) : file;
      return typeof text === 'string' ? text.replace(/[\r\n]+$/, '') : text;
    }
    case 'pipe': {
      const output = ports.run(rest);
      if (output instanceof Unknown) return output;
      // What it says on its other stream may hold what it should have kept to itself.
      if (output.exitCode !== 0) return {problem: `the command ended with exit code ${output.exitCode}`};
      return output.stdout.replace(/[\r\n]+$/, '');
    }
    case 'vault':
      return {
        problem: 'nothing provides vault:// yet',
        hint: 'until then: pipe://vault kv get -mount=MOUNT -field=KEY PATH',
      };
    default:
      return {
        problem: scheme ? `nothing provides ${scheme}://` : 'the reference has no provider',
        hint: 'references are env://NAME, file://PATH, pipe://COMMAND and vault://MOUNT/PATH#KEY',
      };
  }
}
