import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  Scalar,
  type YAMLMap,
  type Node as YamlNode,
} from 'yaml';
import {type Diagnostic, errorDiagnostic, type Source} from '../errors/index.ts';
import {sourceCodes} from './codes.ts';
import type {Opener} from './encrypted/sealed.ts';
import {decryptedNode, sealedBy, sealedNode} from './encrypted/values.ts';
import {mergeInto} from './merge.ts';
import type {ListNode, MapEntry, MapNode, Node, ScalarNode} from './node.ts';
import {type Places, quoteYaml} from './places.ts';

const maxAliasedNodes = 100_000;

/** What is known while one document is built. */
interface Build {
  readonly places: Places;
  readonly encryption: Encryption;
  readonly diagnostics: Diagnostic[];
  /** What each anchor stands for by now; undefined while it is being built. */
  readonly anchors: Map<string, Built | undefined>;
  /** Nodes made so far, those that aliases repeat included. */
  count: number;
  aliased: number;
}

/** What is encrypted in a document, or was. */
export interface Encryption {
  /** Undefined where nothing encrypted can be. */
  readonly opener?: Opener | undefined;
  /** All of the document was. */
  readonly whole?: boolean;
}

/** What is said of all that stands in a value. */
interface Around {
  readonly raw: boolean;
  /** The nearest key. */
  readonly key: string;
}

interface Built {
  readonly node: Node;
  readonly size: number;
}

/** The parser's tree as our nodes: aliases and merges resolved, everything else about keys and values checked. */
export function buildNode(
  root: YamlNode,
  places: Places,
  encryption: Encryption = {},
): {node: Node; diagnostics: readonly Diagnostic[]} {
  const build: Build = {places, encryption, diagnostics: [], anchors: new Map(), count: 0, aliased: 0};
  return {node: buildValue(build, root, {raw: false, key: 'secret'}), diagnostics: build.diagnostics};
}

function buildValue(build: Build, yaml: YamlNode, around: Around): Node {
  if (isAlias(yaml)) return buildAlias(build, yaml);
  const anchor = 'anchor' in yaml ? yaml.anchor : undefined;
  if (anchor !== undefined) build.anchors.set(anchor, undefined);
  const before = build.count;
  build.count += 1;
  const node = buildPlain(build, yaml, {...around, raw: around.raw || yaml.tag === '!raw'});
  if (anchor !== undefined) build.anchors.set(anchor, {node, size: build.count - before});
  return node;
}

function buildPlain(build: Build, yaml: YamlNode, around: Around): Node {
  const source = sourceOf(build, yaml);
  if (isMap(yaml))
    return isTemplate(yaml) ? unquotedTemplate(build, yaml) : buildMap(build, yaml, around, source);
  if (isSeq(yaml)) {
    const items = yaml.items.map((item) => buildValue(build, item as YamlNode, around));
    return {type: 'list', items, source} satisfies ListNode;
  }
  return buildText(build, yaml as Scalar, around, source);
}

/** A scalar, opened where it is encrypted. */
function buildText(build: Build, yaml: Scalar, {raw, key: name}: Around, source: Source): ScalarNode {
  const {opener, whole} = build.encryption;
  const report = (diagnostic: Diagnostic): void => void build.diagnostics.push(diagnostic);
  const format = sealedBy(yaml.tag);
  if (format !== undefined) {
    const start = build.places.text.lastIndexOf(yaml.tag ?? '', yaml.range?.[0]);
    const tag = build.places.at(start, start + (yaml.tag?.length ?? 0));
    return sealedNode(String(yaml.value), tag, {format, name, opener, report});
  }
  const node = buildScalar(build, yaml, raw, source);
  return whole ? decryptedNode(node, {name, opener, report}) : node;
}

function buildScalar(build: Build, yaml: Scalar, raw: boolean, source: Source): ScalarNode {
  const {value} = yaml;
  const known =
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return {
    type: 'scalar',
    value: known ? value : String(value),
    text: yaml.source ?? String(value),
    style: styleOf(yaml),
    raw,
    source,
    ...(typeof value === 'string' ? writtenIn(build, yaml, value) : {}),
  };
}

function writtenIn(build: Build, yaml: Scalar, value: string): {written?: string} {
  const [start, end] = yaml.range ?? [0, 0];
  if (end - start === value.length && yaml.type === Scalar.PLAIN) return {};
  const written = build.places.text.slice(start, end);
  const isInQuotes = end - start === value.length + 2 && !written.includes('\n') && !/\{[{%]/.test(value);
  return isInQuotes ? {} : {written};
}

function styleOf(yaml: Scalar): ScalarNode['style'] {
  switch (yaml.type) {
    case Scalar.QUOTE_DOUBLE:
    case Scalar.QUOTE_SINGLE:
      return 'quoted';
    case Scalar.BLOCK_FOLDED:
    case Scalar.BLOCK_LITERAL:
      return 'block';
    default:
      return 'plain';
  }
}

function buildMap(build: Build, yaml: YAMLMap, around: Around, source: Source): MapNode {
  const own = new Map<string, MapEntry>();
  const merged: MapEntry[] = [];
  let isMistaken = false;
  for (const pair of yaml.items as Pair<YamlNode | null, YamlNode | null>[]) {
    const key = buildKey(build, pair.key, source);
    const inside = {...around, key: key?.text ?? around.key};
    const value =
      pair.value === null ? nothing(key?.source ?? source) : buildValue(build, pair.value, inside);
    if (key === undefined) continue;
    if (key.text === '<<' && key.plain) {
      // What stands for nothing is told by itself.
      isMistaken ||= value.mistaken === true;
      if (value.mistaken) continue;
      build.count += mergeInto(merged, value, refuseMerge(build, pair.value, key.source));
      continue;
    }
    const earlier = own.get(key.text);
    if (earlier === undefined) own.set(key.text, {key: key.text, keySource: key.source, value});
    else
      build.diagnostics.push(
        errorDiagnostic(sourceCodes, 'SRC005', `duplicate key '${key.text}'`, {
          source: key.source,
          hint: 'remove one of the two',
          related: [{message: 'first given here', source: earlier.keySource}],
        }),
      );
  }
  const inherited = merged.filter((entry) => !own.has(entry.key));
  const map: MapNode = {type: 'map', entries: [...inherited, ...own.values()], source};
  // Which keys it would have is not known.
  return isMistaken ? {...map, mistaken: true} : map;
}

/** What an alias stands for is written elsewhere, and right there: it is told once, where it is merged. */
function refuseMerge(build: Build, value: YamlNode | null, key: Source): (at: Source) => void {
  const isElsewhere = isAlias(value) || (isSeq(value) && value.items.some(isAlias));
  let isTold = false;
  return (at) => {
    if (isTold && isElsewhere) return;
    isTold = true;
    const hint = 'give it an alias of a map, or a list of such';
    report(build, 'SRC011', "'<<' merges maps only", isElsewhere ? key : at, hint);
  };
}

interface Key {
  readonly text: string;
  readonly plain: boolean;
  readonly source: Source;
}

function buildKey(build: Build, yaml: YamlNode | null, map: Source): Key | undefined {
  if (isScalar(yaml) && yaml.source !== undefined && (yaml.source !== '' || yaml.type !== Scalar.PLAIN)) {
    if (yaml.anchor !== undefined) buildValue(build, yaml, {raw: false, key: yaml.source});
    return {text: yaml.source, plain: yaml.type === Scalar.PLAIN, source: sourceOf(build, yaml)};
  }
  const at = yaml === null ? map : sourceOf(build, yaml);
  report(build, 'SRC010', 'a key of a map must be a text', at, 'write a name before the colon, or quote it');
  return undefined;
}

function buildAlias(build: Build, yaml: Alias): Node {
  const source = sourceOf(build, yaml);
  if (yaml.source === '') return mistaken(source); // the parser says so already
  const target = build.anchors.get(yaml.source);
  if (target === undefined) {
    const inside = build.anchors.has(yaml.source);
    const message = inside
      ? `the alias '*${yaml.source}' stands inside what it repeats`
      : `no anchor '&${yaml.source}' before this alias`;
    report(
      build,
      'SRC008',
      message,
      source,
      inside ? undefined : `for the text itself, quote it: '*${yaml.source}'`,
    );
    return mistaken(source);
  }
  const before = build.aliased;
  build.aliased += target.size;
  build.count += target.size;
  if (build.aliased <= maxAliasedNodes) return target.node;
  if (before <= maxAliasedNodes)
    report(
      build,
      'SRC009',
      `aliases repeat more than ${maxAliasedNodes} values`,
      source,
      'write the values out',
    );
  return mistaken(source);
}

/** `{{ x }}` without quotes is a map whose key is a map. */
function isTemplate(yaml: YAMLMap): boolean {
  return yaml.flow === true && yaml.items.some((pair) => isMap(pair.key) && pair.key.flow === true);
}

function unquotedTemplate(build: Build, yaml: YAMLMap): Node {
  const [start, end] = yaml.range ?? [0, 0];
  const {text} = build.places;
  const endsHere = /^\s*(?:$|[,\]}#\r\n])/.test(text.slice(end, end + 200));
  const written = endsHere
    ? text.slice(start, end).replace(/\s+/g, ' ').trim()
    : build.places.restOfLine(start);
  const source = build.places.at(start, start + written.length);
  report(
    build,
    'SRC007',
    'a template that is not quoted is a map in YAML',
    source,
    `quote it: ${quoteYaml(written)}`,
  );
  return mistaken(source);
}

function nothing(source: Source): ScalarNode {
  return {type: 'scalar', value: null, text: '', style: 'plain', raw: false, source};
}

/** What stands in the place of a value that cannot be made out. */
function mistaken(source: Source): ScalarNode {
  return {...nothing(source), mistaken: true};
}

function sourceOf(build: Build, yaml: YamlNode): Source {
  const range = yaml.range ?? [0, 0, 0];
  return build.places.at(range[0], range[1]);
}

function report(
  build: Build,
  code: keyof typeof sourceCodes,
  message: string,
  source: Source,
  hint: string | undefined,
): void {
  build.diagnostics.push(errorDiagnostic(sourceCodes, code, message, {source, hint}));
}
