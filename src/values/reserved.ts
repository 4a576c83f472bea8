import {type Diagnostic, errorDiagnostic, type Source} from '../errors/index.ts';
import {codes} from './codes.ts';

/** Names that are types (or namespaces) in CEL. */
export const celTypes: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'cel',
  'double',
  'google',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
]);

const words = new Set(['and', 'false', 'in', 'is', 'not', 'null', 'or', 'this', 'true', 'undefined']);

const reserved = new Set([
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'namespace',
  'package',
  'prototype',
  'return',
  'var',
  'void',
  'while',
  '__proto__',
]);

/** What vprov itself says of a host, a play and a task. Nothing overrides them. */
export const magicNames = [
  'inventory_hostname',
  'inventory_hostname_short',
  'group_names',
  'groups',
  'hostvars',
  'play_hosts',
  'playbook_dir',
  'role_path',
  'role_name',
  'vprov_check_mode',
  'vprov_extra_vars',
  'facts',
  'omit',
] as const;

const magic: ReadonlySet<string> = new Set(magicNames);

/** A name that somebody gives to a variable, and where. */
export interface DefinedName {
  readonly name: string;
  /** Nothing for what was typed on the command line. */
  readonly source?: Source | undefined;
}

/** Names that no variable can have, each told where it is defined: reading it would silently mean something else. */
export function nameMistakes(names: Iterable<DefinedName>): readonly Diagnostic[] {
  return [...names].flatMap(({name, source}) => {
    const reason = reservedNameReason(name);
    if (reason === undefined) return [];
    const given = source ? '' : ', which -e gives,';
    const message = `'${name}'${given} cannot be a variable: ${reason}`;
    return [errorDiagnostic(codes, 'VAL014', message, {source, hint: renaming(name)})];
  });
}

function renaming(name: string): string {
  const near = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .replace(/^(?=\d)/, '_');
  return near !== name && /[A-Za-z]/.test(near) && reservedNameReason(near) === undefined
    ? `rename it: ${near}`
    : 'rename it';
}

/**
 * Why a variable, a register or an argument cannot have this name, as the rest of the sentence
 * "'NAME' cannot be a variable: …"; undefined when it can. Checked where a name is defined, since reading it
 * would silently mean something else.
 */
export function reservedNameReason(name: string): string | undefined {
  if (celTypes.has(name)) return 'it is a type in expressions';
  if (words.has(name)) return 'it is a word of templates and expressions';
  if (reserved.has(name)) return 'it is reserved in expressions';
  if (magic.has(name)) return 'vprov sets it';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'a name has letters, digits and underscores only, and does not start with a digit';
  }
  return undefined;
}
