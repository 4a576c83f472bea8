import fc from 'fast-check';
import {Secret} from '../../../src/text/index.ts';
import type {Value, ValueMap} from '../../../src/values/index.ts';
import {
  type ConfigurationBlock,
  type ConfigurationKey,
  configurationBlocks,
  type Form,
  type KeyType,
  type ServerProduct,
} from '../../../src/vault/index.ts';

const words = fc.oneof(
  fc.string({maxLength: 12}),
  fc.constantFrom(
    'a"b\\c',
    'line\nline',
    '${x}',
    '%{y}',
    '{{ GetInterfaceIP "wlan0" }}',
    'ä😀',
    '# no comment',
    '<<E',
  ),
);
const label = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/);
const headerMap = fc.dictionary(
  fc.stringMatching(/^[A-Z][a-z]{1,6}$/),
  fc.array(words, {minLength: 1, maxLength: 2}),
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);

const byType: Readonly<Record<KeyType, fc.Arbitrary<Value>>> = {
  text: fc.oneof(
    words,
    words.map((one) => (one === '' ? 'x' : one)).map((one) => new Secret('s', one)),
  ),
  integer: fc.oneof(fc.integer({min: 1}), fc.integer({min: 1}).map(String)),
  boolean: fc.oneof(fc.boolean(), fc.constantFrom('true', 'false')),
  quoted: fc.oneof(fc.boolean(), fc.constantFrom('true', 'false')),
  flag: fc.oneof(fc.boolean(), fc.constantFrom('true', 'false')),
  duration: fc.oneof(fc.nat(9999), fc.constantFrom('90s', '1h30m', '2d', '0', '150ms')),
  span: fc.constantFrom('none', '10m'),
  list: fc.oneof(fc.array(words, {maxLength: 3}), fc.constant('a,b')),
  texts: fc.array(words, {maxLength: 3}),
  map: fc.dictionary(fc.oneof(label, words), words, {maxKeys: 3, noNullPrototype: true}),
  headers: fc.dictionary(fc.constantFrom('default', '200', '4xx'), headerMap, {
    maxKeys: 2,
    noNullPrototype: true,
  }),
  anything: fc.oneof(
    words,
    fc.boolean(),
    fc.nat(),
    fc.constant({a: [1, {b: 'c'}], d: {e: true}}),
    fc.constant(['x', ['y']]),
  ),
};

const byForm: Readonly<Record<Form, fc.Arbitrary<Value>>> = {
  url: fc.constantFrom('https://a:8200', 'http://[::1]:8200', 'https://{{ GetInterfaceIP "wlan0" }}:8200'),
  addresses: fc.constantFrom('192.0.2.1', '10.0.0.0/8,::1', '/run/socket'),
  ciphers: fc.constantFrom('', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384'),
  octal: fc.constantFrom('0755', '600'),
  filters: fc.array(
    words.map((one) => `+${one}`),
    {maxLength: 3},
  ),
};

function valueFor({type, values, least, most, form}: ConfigurationKey): fc.Arbitrary<Value> {
  if (form) return byForm[form];
  if (most !== undefined) return fc.integer({min: Math.max(...Object.values(least ?? {}), 0), max: most});
  return values ? fc.constantFrom(...values) : byType[type];
}

/** All blocks that a product has, with all keys that it has, each with any value of its type. */
export function blocksOf(
  product: ServerProduct,
): readonly (readonly [ConfigurationBlock, readonly string[]])[] {
  return configurationBlocks
    .filter((block) => block[product] !== 'never' && !block.open)
    .map((block) => [
      block,
      Object.keys(block.keys).filter((name) => block.keys[name]?.[product] !== 'never'),
    ]);
}

/** Settings of one block, with some of its keys, in the maps that it stands in. */
export function settingsOfBlock(block: ConfigurationBlock, names: readonly string[]): fc.Arbitrary<ValueMap> {
  const keys = Object.fromEntries(
    names.map((name) => [name, valueFor(block.keys[name] ?? {type: 'text', summary: ''})]),
  );
  const inner = fc.record(keys, {requiredKeys: [], noNullPrototype: true});
  const path = block.path === '' ? [] : block.path.split('.');
  return fc
    .tuple(inner, fc.array(label, {minLength: path.length, maxLength: path.length}))
    .map(([value, labels]) =>
      path.reduceRight<ValueMap>(
        (around, part, index) => ({[part === '*' ? (labels[index] ?? 'x') : part]: around}),
        value as ValueMap,
      ),
    );
}
