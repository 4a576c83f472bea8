import {dirname, isAbsolute, resolve} from 'node:path';
import {type Diagnostic, didYouMean, errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import {reveal, Unknown} from '../text/index.ts';
import {ownHome} from '../transport/index.ts';
import {asText, type Scope, type Value} from '../values/index.ts';
import {areJumps, problemOfAddress} from './address-words.ts';
import {engineCodes} from './codes.ts';
import {isUserName} from './users.ts';

/** A text; undefined where there is none, or where it is not known. */
export function textOf(name: string, scope: Scope): string | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  // Validation runs no command that a lookup names.
  if (value instanceof Unknown) return undefined;
  const text = typeof value === 'number' ? [String(value)] : asText(value);
  if (!text) throw new VprovError(wrong(name, scope, value, 'a string'));
  if (reveal(text).includes('\0')) throw new VprovError(wrong(name, scope, null, 'a text without a NUL'));
  return reveal(text);
}

/** A name or an address: what is empty would be passed on to ssh and DNS, whose words for it tell nobody the place. */
export function wordOf(name: string, scope: Scope): string | undefined {
  const text = textOf(name, scope);
  if (text?.trim() === '') throw new VprovError(wrong(name, scope, null, 'a name: it is empty'));
  return text;
}

/** The address of a host, where it is not its name. */
export function addressOf(scope: Scope): string | undefined {
  const address = wordOf('host', scope);
  if (address === undefined) return undefined;
  const isNumber = scope.has('host') && typeof scope.get('host') === 'number';
  const problem = isNumber ? {expected: 'a name or an address'} : problemOfAddress(address);
  if (!problem) return address;
  const {expected, ...better} = problem;
  throw new VprovError({...wrong('host', scope, address, expected), ...better});
}

/** The hosts to go through. */
export function jumpsOf(scope: Scope): string | undefined {
  const jumps = textOf('proxy_jump', scope);
  if (jumps === undefined || areJumps(jumps)) return jumps;
  throw new VprovError(wrong('proxy_jump', scope, jumps, 'a list of hosts to go through, USER@HOST:PORT'));
}

/** Who is become. */
export function becomeUserOf(scope: Scope): string | undefined {
  const user = textOf('become_user', scope);
  if (user === undefined || isUserName(user)) return user;
  throw new VprovError(wrong('become_user', scope, user, 'the name of a user'));
}

/** `-e become=true` is a text. */
export function booleanOf(name: string, scope: Scope): boolean | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  if (value instanceof Unknown) return undefined;
  throw new VprovError(wrong(name, scope, value, 'true or false'));
}

/** A whole number from 1 on. */
export function numberOf(name: string, scope: Scope, most: number): number | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  if (value instanceof Unknown) return undefined;
  const text = asText(value);
  const written = text && reveal(text);
  const number = written !== undefined && /^\d+$/.test(written) ? Number(written) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > most) {
    throw new VprovError(wrong(name, scope, value, `a whole number from 1 to ${most}`));
  }
  return number;
}

/** A path as the person who wrote it meant it: relative to the file that it stands in. */
export function pathOf(name: string, scope: Scope): string | undefined {
  const path = textOf(name, scope);
  if (path === undefined) return undefined;
  if (path.startsWith('~/')) return resolve(ownHome(), path.slice(2));
  const file = scope.origins(name)[0]?.source?.file;
  return isAbsolute(path) || !file ? resolve(path) : resolve(dirname(file), path);
}

const examples: Readonly<Record<string, string>> = {
  port: '22',
  timeout: '30',
  host: '192.168.1.21',
  user: 'pi',
  become: 'true',
  become_user: 'root',
  become_method: 'su',
  transport: 'openssh',
  proxy_jump: 'pi@bastion:22',
  private_key_file: '~/.ssh/id_ed25519',
  known_hosts_file: '~/.ssh/known_hosts',
  ssh_config_file: 'none',
};

function exampleOf(name: string): string {
  const example = examples[name];
  return example === undefined ? 'quote it, or take it out' : `for example '${name}: ${example}'`;
}

/** What is wrong with a variable, at its value. @param known words of which a near one is meant */
export function wrong(
  name: string,
  scope: Scope,
  value: Value,
  expected: string,
  known: Iterable<string> = [],
): Diagnostic {
  const shown = typeof value === 'string' || typeof value === 'number' ? ` '${value}'` : '';
  return errorDiagnostic(
    engineCodes,
    'ENG005',
    `the connection variable ${name}${shown} is not ${expected}`,
    {
      source: placeOf(name, scope),
      hint: (shown === '' ? undefined : didYouMean(String(value), known)) ?? exampleOf(name),
    },
  );
}

/** Where a variable's value stands. */
export function placeOf(name: string, scope: Scope): Source | undefined {
  const variable = scope.variable(name);
  return variable && 'node' in variable ? variable.node.source : variable?.origin.source;
}
