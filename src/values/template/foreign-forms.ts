import {functionElsewhere} from '../foreign-functions.ts';
import {clockHint} from '../undefined.ts';
import {signHint} from './infix.ts';

/** `a | trim | default('x')` by calls: `default (trim a) 'x'`, as far as it is filters. */
export function asCalls(inner: string): string {
  const [value = '', ...filters] = (inner.match(/(?:'[^']*'|"[^"]*"|[^|'"])+/g) ?? []).map((part) =>
    part.trim(),
  );
  let call = value;
  for (const filter of filters) {
    const [, name, args = ''] = /^([A-Za-z_]\w*)\s*(?:\((.*)\))?$/s.exec(filter) ?? [];
    if (name === undefined) break;
    // It only makes a list of what is one already.
    if (name === 'list') continue;
    const operand = call === value ? call : `(${call})`;
    // The one hash that there is has its name already; a name before a text says what comes first here anyway.
    const given = name === 'hash' ? '' : args.replaceAll(/\b[A-Za-z_]\w*=(?=['"])/g, '');
    call = [functionElsewhere(name) ?? name, operand, ...argumentsIn(given)].join(' ');
  }
  return call;
}

/** Between commas that stand in no text: `', ', 1` is two. */
function argumentsIn(between: string): readonly string[] {
  return (between.match(/(?:'[^']*'|"[^"]*"|[^,'"])+/g) ?? []).map((one) => one.trim()).filter(Boolean);
}

/** What is written as in other languages: of a list by its place, of a map by a name, or by what a variable says. */
function memberHint(
  written: string,
  place: string | undefined,
  name: string | undefined,
  key: string,
  filters: string,
): string {
  const of = written.replace(/^ansible_facts\b/, 'facts');
  const filter = /^\s*\|\s*([A-Za-z_]\w*)(?:\(\s*\))?$/.exec(filters)?.[1];
  const call = filter === undefined ? undefined : (functionElsewhere(filter) ?? filter);
  if (call !== undefined && (place !== undefined || /^[A-Za-z_]\w*$/.test(name ?? '')))
    return `{{ ${call} ${of}.${place === undefined ? name : `[${place}]`} }}`;
  if (place !== undefined) return `an item of a list is written ${of}.[${place}]`;
  if (name === undefined) return `what '${key}' names in it is written lookup ${of} ${key}`;
  return /^[A-Za-z_]\w*$/.test(name)
    ? `a member is written ${of}.${name}`
    : `a member is written lookup ${of} '${name}'`;
}

/** A call as other languages write it. What Ansible looks up by a plugin's name is a function of that name. */
function callHint(name: string, between: string): string {
  if (name === 'now') return clockHint;
  const given = argumentsIn(between).join(' ');
  const plugin =
    name === 'lookup' || name === 'query' || name === 'q'
      ? /^['"](env|file|pipe|first_found)['"] (.*)$/.exec(given)
      : null;
  return plugin
    ? `it is a function by itself: {{ ${plugin[1]} ${plugin[2]} }}`
    : `arguments follow a space: {{ ${name} ${given} }}`;
}

/** A method of Python: there `join` is one of the separator. */
function methodHint(value: string, name: string, between: string): string {
  const given = argumentsIn(between).join(' ');
  const words = name === 'join' ? [given, value] : [value, ...(given === '' ? [] : [given])];
  return `functions come first: {{ ${[functionElsewhere(name) ?? name, ...words].join(' ')} }}`;
}

/** `['web'][0]` as it is written here: `.web.[0]`. */
function plainMembers(indexes: string): string {
  return indexes.replaceAll(/\[\s*(?:(\d+)|['"](\w+)['"])\s*\]/g, (_all, place?: string, name?: string) =>
    place === undefined ? `.${name}` : `.[${place}]`,
  );
}

const comparisons: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

/** What other languages have between braces, and how it is written here; the first that fits counts. */
const foreignForms: readonly (readonly [RegExp, (...parts: readonly string[]) => string])[] = [
  [
    /^(if|unless)?\s*!\s*([\w.]+)$/,
    (block, name) => (block === 'if' ? `{{#unless ${name}}}` : `(not ${name})`),
  ],
  [/^([A-Za-z_]\w*)\(([^()]*)\)$/, (name = '', between = '') => callHint(name, between)],
  [
    /^([\w.]+|'[^']*'|"[^"]*")\.([A-Za-z_]\w*)\(([^()]*)\)$/,
    (value = '', name = '', between = '') => methodHint(value, name, between),
  ],
  [
    /^([\w.]+)((?:\[\s*(?:\d+|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")\s*\]){2,})$/,
    (of, indexes = '') => `what is in it is written ${of}${plainMembers(indexes)}`,
  ],
  [
    /^([\w.]+)\[\s*(?:(\d+)|'([^'\]]+)'|"([^"\]]+)"|([^\]]+?))\s*\](.*)$/s,
    (of = '', place, single, double, key = '', filters = '') =>
      memberHint(of, place, single ?? double, key, filters),
  ],
  [/^([\w.]+)\.(\d+)$/, (of, place) => `an item of a list is written ${of}.[${place}]`],
  [
    /^(\S+)\s*(\+|~|\*|%|\/)\s*(\S+)$/,
    (left = '', sign = '', right = '') =>
      sign === '~'
        ? `texts stand beside each other: {{ ${left} }}{{ ${right} }}`
        : signHint([left, sign, right]),
  ],
  [
    /^\((.+)\)\.([A-Za-z_]\w*)$/s,
    (call, name) => `a member of what a call gives: {{ lookup (${call}) "${name}" }}`,
  ],
  [/^\(([^()]+)\)$/, (call) => `( ) stand around what is an argument of another: {{ ${call} }}`],
  [
    /^(\S+)\s*(==|!=|<=|>=|<|>)\s*(\S+)$/,
    (left, sign = '', right) => `(${comparisons[sign]} ${left} ${right})`,
  ],
];

/** How what stands between braces is written here, where it is written as in another language. */
export function foreignHint(inner: string): string | undefined {
  const [, block, rest] = /^(if|unless)\s+(.+)$/s.exec(inner) ?? [];
  const hint = rest === undefined || rest.startsWith('!') ? undefined : foreignHint(rest);
  if (hint?.startsWith('(')) return `{{#${block} ${hint}}}`;
  if (/['"]/.test(inner.replaceAll(/'[^']*'|"[^"]*"/g, '')))
    return 'a text ends with the quote that it begins with';
  for (const [form, hint] of foreignForms) {
    const found = form.exec(inner);
    if (found) return hint(...found.slice(1));
  }
  return undefined;
}
