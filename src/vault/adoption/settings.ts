import {toText} from '../../text/index.ts';
import type {Value as Setting, ValueMap} from '../../values/index.ts';
import type {ServerRelease} from '../configuration/key.ts';
import {roleOf} from '../configuration/known.ts';
import {type ConfigurationMistake, mistakesOfConfiguration} from '../configuration/lint.ts';
import {renderSettings} from '../configuration/render.ts';
import {holdsSecret} from '../configuration/secret.ts';
import {
  itemsAsRead,
  namesOf,
  type RepeatedKey,
  repeatedKeys,
  sameSettings,
} from '../configuration/settings.ts';
import {HclError, tokensOf} from '../hcl/lexer.ts';
import {parseHcl} from '../hcl/parse.ts';
import type {Body, Item, Value} from '../hcl/tree.ts';

/** A configuration as variables of the role: three parts, which together say what the file says. */
export interface AdoptedConfiguration {
  /** As `vault_settings` takes it. */
  readonly settings: ValueMap;
  /** What a map cannot say, as it stands in the file, each with its line. Empty where there is nothing. */
  readonly extra: string;
  /** Keys and blocks of the top level that stay in the file on the host and are nowhere else. */
  readonly kept: readonly string[];
  /** Those among them that hold secrets; the others are written in a way that only the file can be. */
  readonly secret: readonly string[];
  /** What the servers do not read. */
  readonly warnings: readonly string[];
}

/**
 * @param text of a file in HCL
 * @param release of the server that reads it, as far as it is known
 * @throws HclError for what is none
 */
export function adoptConfiguration(
  path: string,
  text: string,
  release: ServerRelease = {},
): AdoptedConfiguration {
  const body = parseHcl(toText(text));
  const mistakes = mistakesOfConfiguration(body, release);
  const settings: Record<string, Setting> = {};
  const extra: string[] = [];
  const kept: string[] = [];
  const secret: string[] = [];
  const repeated = repeatedKeys(body);
  // It runs with it all the same, or would not start again: as a text of one's own it would be refused.
  const isRefused = (item: Item): boolean =>
    mistakes.some(({type, start}) => type === 'refused' && isIn(item, start, text));
  for (const name of new Set(body.items.map((item) => typeOf(item)))) {
    const items = body.items.filter((item) => typeOf(item) === name);
    const value = settingOf(items);
    if (items.some((item) => holdsSecret(item, []))) {
      kept.push(name);
      secret.push(name);
    } else if (
      value !== undefined &&
      !items.some((item) => mistakes.some(({start}) => isIn(item, start, text)))
    )
      settings[name] = value;
    else if (repeated.some(({names: [type]}) => type === name) || items.some(isRefused)) kept.push(name);
    else
      for (const {start} of items)
        extra.push(
          `# ${path}, line ${lineAt(text, start)}\n${text.slice(start, endOf(text, start)).trimEnd()}\n`,
        );
  }
  return {
    settings,
    extra: extra.join('\n'),
    kept,
    secret,
    warnings: [
      ...mistakes.map((mistake) => warningOf(path, text, mistake)),
      ...repeated.map((key) => warningOfRepeated(path, text, key)),
    ],
  };
}

/** The names of today and of before are the same: `backend` is `storage`. */
function typeOf(item: Item): string {
  return namesOf(item, [])[0] ?? '';
}

function warningOf(path: string, text: string, {message, hint, start}: ConfigurationMistake): string {
  return `${path}, line ${lineAt(text, start)}: it ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function warningOfRepeated(path: string, text: string, {names, starts, isPlain}: RepeatedKey): string {
  const lines = [...new Set(starts.map((start) => lineAt(text, start)))].join(', ');
  const taken = isPlain ? ': the server takes the last, and' : ', which';
  return `${path}, lines ${lines}: it sets '${names.join('.')}' more than once${taken} Vault from 1.21 on refuses${isPlain ? ' to start with it' : ''}`;
}

/** What a map says for items of one type; undefined: it would not say the same. */
function settingOf(items: readonly Item[]): Setting | undefined {
  const values = itemsAsRead(items, []).map((item) =>
    nested(namesOf(item, []).slice(1), settingOfValue(item.value, namesOf(item, []))),
  );
  const value = values.length === 1 ? values[0] : values;
  const [first] = items;
  if (value === undefined || !first) return undefined;
  const body: Body = {items, comments: []};
  const said = renderSettings({[typeOf(first)]: value});
  return sameSettings(said, body) ? value : undefined;
}

function nested(labels: readonly string[], value: Setting): Setting {
  return labels.reduceRight<Setting>((inner, label) => ({[label]: inner}), value);
}

function settingOfValue(value: Value, names: readonly string[]): Setting {
  switch (value.type) {
    case 'literal':
      return value.value;
    case 'list':
      return value.elements.map((one) => settingOfValue(one, [...names, '']));
    case 'object':
      return mapOf(value.body, names);
  }
}

function mapOf({items}: Body, above: readonly string[]): ValueMap {
  const map: Record<string, Setting> = {};
  for (const item of itemsAsRead(items, above)) {
    const [name = '', ...labels] = namesOf(item, above);
    const value = nested(labels, settingOfValue(item.value, [...above, name, ...labels]));
    const there = Object.hasOwn(map, name) ? map[name] : undefined;
    if (there === undefined) map[name] = value;
    else if (roleOf([...above, name]) !== 'value')
      map[name] = Array.isArray(there) ? [...there, value] : [there, value];
  }
  return map;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Whether an offset of the text is within an item. */
function isIn({start}: Item, offset: number, text: string): boolean {
  return offset >= start && offset < endOf(text, start);
}

/** Where the item that begins here ends: with its value, or the brace that closes its block. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let isValue = false;
  for (const token of tokensOf(text.slice(start))) {
    if (token.type === 'comment') continue;
    if (token.type === '{' || token.type === '[') depth += 1;
    else if (token.type === '}' || token.type === ']') depth -= 1;
    else if (token.type === '=' && depth === 0) {
      isValue = true;
      continue;
    } else if (depth > 0 || !isValue) continue;
    if (depth === 0) return start + token.end;
  }
  throw new HclError('an item never ends', start);
}
