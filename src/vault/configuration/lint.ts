import {didYouMean} from '../../errors/index.ts';
import type {Body, Item} from '../hcl/tree.ts';
import {absence} from './available.ts';
import {blocksOf, type Extent} from './block.ts';
import {reservedHeaders} from './form.ts';
import type {ConfigurationBlock, ServerRelease} from './key.ts';
import {labelsOfType, mistakenKeys, type Place, placeOf} from './known.ts';
import {breachesOf} from './rule.ts';
import {itemsAsRead, namesOf, supersededItems} from './settings.ts';
import {configurationRules} from './table/rules.ts';
import {problemOfValue} from './value.ts';

/** A mistake in a configuration. */
export interface ConfigurationMistake {
  /**
   * `unread`: the server ignores it, and says so in its log at most. `refused`: the server does not start.
   */
  readonly type: 'unread' | 'refused';
  /** Completes "the configuration …". */
  readonly message: string;
  readonly hint?: string;
  /** The keys down to what it is about. */
  readonly path: readonly string[];
  /** The last of them is wrong, and not what stands behind it. */
  readonly atKey?: true;
  /** Into the text that was read, in UTF-16 units. */
  readonly start: number;
}

/**
 * What the server would not read, or not take: unknown keys with the nearest name, keys of the other product or of another
 * version, values of a wrong type, in the order of the text; then what does not go together.
 * @see `Validate` of command/server/config.go and internalshared/configutil of both products
 */
export function mistakesOfConfiguration(
  body: Body,
  release: ServerRelease,
  extent: Extent = 'part',
): readonly ConfigurationMistake[] {
  const single = itemsAsRead(body.items, []).flatMap((item) => mistakesOfItem(item, [], release));
  const passedOver = supersededItems(body.items).map(({keys: [type], start}): ConfigurationMistake => {
    const name = type?.name ?? '';
    return {
      type: 'unread',
      message: `sets '${name}', which no server reads beside the '${name.toLowerCase().replace('backend', 'storage')}' that took its place`,
      path: [name],
      atKey: true,
      start,
    };
  });
  const together = breachesOf(blocksOf(body), configurationRules, release, extent);
  return [
    ...[...single, ...passedOver].sort((one, other) => one.start - other.start),
    ...together.map(
      ({block: {names, start}, message, hint}): ConfigurationMistake => ({
        type: 'refused',
        message,
        hint,
        path: names,
        start,
      }),
    ),
  ];
}

/** Blocks that the server goes by at its start. Others that it does not have it passes over. */
const needed = ['storage', 'ha_storage', 'seal', 'service_registration'];

function mistakesOfItem(
  item: Item,
  above: readonly string[],
  release: ServerRelease,
): readonly ConfigurationMistake[] {
  const names = [...above, ...namesOf(item, above)];
  const place = placeOf(names);
  const {block, key, name, depth} = place;
  const at = (
    type: ConfigurationMistake['type'],
    message: string,
    hint?: string,
    isName = type === 'unread',
  ): readonly ConfigurationMistake[] => [
    {
      type,
      message,
      path: names,
      start: item.start,
      ...(isName ? {atKey: true} : {}),
      ...(hint === undefined ? {} : {hint}),
    },
  ];
  const strange = strangeLabel(names, item.value.type === 'literal');
  if (strange) return at('refused', strange.message, strange.hint, true);
  const absent = absence(block, release);
  if (absent !== undefined)
    return at(
      needed.includes(names[0] ?? '') ? 'refused' : 'unread',
      `has the block '${names.slice(0, depth).join('.')}', ${absent}`,
      block.instead,
    );
  if (block.open) return [];
  if (name === undefined)
    return item.value.type === 'object'
      ? itemsAsRead(item.value.body.items, names).flatMap((inner) => mistakesOfItem(inner, names, release))
      : [];
  const written = names.join('.');
  if (!key) return at('unread', `sets '${written}', which no server reads`, hintFor(place, name, names));
  const without = absence(key, release);
  if (without !== undefined) return at('unread', `sets '${written}', ${without}`);
  const [reserved] = key.type === 'headers' ? reservedHeaders(item.value) : [];
  if (reserved !== undefined)
    return at(
      'unread',
      `sets '${written}' with the header '${reserved}', which no server sends`,
      'what begins with X-Vault- is its own',
    );
  const problem = problemOfValue(key, item.value, release.product);
  return problem === undefined
    ? []
    : at('refused', `sets '${written}' to what the server does not take: it ${problem}`);
}

/** `listener "tpc"`, or `listener = "tcp"`. @param isLiteral what it has is a text or a number, and no block */
function strangeLabel(
  [type = '', label, ...below]: readonly string[],
  isLiteral: boolean,
): {readonly message: string; readonly hint?: string | undefined} | undefined {
  const known = labelsOfType(type);
  if (!known || below.length > 0) return undefined;
  const [example = 'NAME'] = known.labels;
  if (label === undefined)
    return isLiteral
      ? {message: `sets '${type}', which is a block`, hint: `${type} "${example}" { … }`}
      : undefined;
  if (known.labels.includes(label)) return undefined;
  const hint = didYouMean(label, known.labels);
  if (known.others && hint === undefined) return undefined;
  return {message: `has ${type} "${label}", which no server knows`, hint};
}

function hintFor({block}: Place, name: string, names: readonly string[]): string | undefined {
  const written = names.join('.');
  const meant = Object.hasOwn(mistakenKeys, written) ? mistakenKeys[written] : undefined;
  if (meant !== undefined)
    return `the key is '${meant}'; with the wrong one a fresh member cannot join, and nothing else shows it`;
  return didYouMean(name, namesIn(block));
}

function namesIn({path, keys}: ConfigurationBlock): readonly string[] {
  return path === ''
    ? [...Object.keys(keys), 'storage', 'listener', 'seal', 'telemetry', 'service_registration']
    : Object.keys(keys);
}
