import {describeNode, type MapEntry, type MapNode, type ScalarNode} from '../source/index.ts';
import {fieldsOf, isNothing, type KnownModule, type Reading, readMap, report} from './reading.ts';

/** The arguments of a task by name: those of the module's own value, and of `args`. */
export function readArguments(
  reading: Reading,
  module: string,
  known: KnownModule,
  entry: MapEntry,
  args: MapEntry | undefined,
): MapNode {
  const own = ownArguments(reading, module, known, entry);
  const more = readMap(reading, args?.value, "'args'");
  if (more === undefined) return own;
  const first = fieldsOf(own);
  for (const {key, keySource} of more.entries) {
    const twice = first.get(key);
    if (twice === undefined) continue;
    const related = [{message: 'first given here', source: twice.keySource}];
    report(
      reading,
      'PLY008',
      `argument '${key}' of ${module} is given twice`,
      keySource,
      'remove one of the two',
      related,
    );
  }
  const added = more.entries.filter(({key}) => !first.has(key));
  return {type: 'map', entries: [...own.entries, ...added], source: own.source};
}

function ownArguments(reading: Reading, module: string, known: KnownModule, entry: MapEntry): MapNode {
  const {value, keySource} = entry;
  if (value.type === 'map') return value;
  if (isNothing(value)) return {type: 'map', entries: [], source: keySource};
  if (known.shorthand !== undefined && value.type === 'scalar')
    return onlyArgument(known.shorthand, entry, value);
  const message = `${module} takes its arguments as a map, not as ${describeNode(value)}`;
  report(
    reading,
    'PLY007',
    message,
    value.source,
    value.type === 'list' && known.arguments.includes('argv')
      ? `a list of words goes below '${module}:' as 'argv: [ls, -l]'`
      : argumentsHint(module, known, value.type === 'scalar' ? value : undefined),
  );
  // The role that is meant is read, and nothing is said of a name that is missing.
  if (module.endsWith('_role') && value.type === 'scalar') return onlyArgument('name', entry, value);
  return {type: 'map', entries: [], source: keySource};
}

function onlyArgument(key: string, {keySource}: MapEntry, value: ScalarNode): MapNode {
  return {type: 'map', entries: [{key, keySource, value}], source: value.source};
}

function argumentsHint(module: string, known: KnownModule, value: ScalarNode | undefined): string {
  if (module.endsWith('_role') && value !== undefined) return `write '${module}: {name: ${value.text}}'`;
  const [, close] = /^([a-z_]+):\S/.exec(value?.text ?? '') ?? [];
  if (close !== undefined && known.arguments.includes(close))
    return `a space follows the colon: '${close}: …'`;
  const pair = /^([A-Za-z_]+)=(\S*)/.exec(value?.text ?? '');
  const example = pair === null ? `${known.arguments[0] ?? 'name'}: …` : `${pair[1]}: ${pair[2]}`;
  return `write one argument a line below the module: '${example}'`;
}
