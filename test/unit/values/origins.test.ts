import {describe, expect, test} from 'vitest';
import {formatSource, VprovError} from '../../../src/errors/index.ts';
import {Secret} from '../../../src/text/index.ts';
import {
  createScope,
  evaluate,
  test as holds,
  layerOfData,
  layerOfMap,
  originsOfNode,
  render,
} from '../../../src/values/index.ts';
import {mapOf, nodeOf} from './nodes.ts';

const layer = (yaml: string, label: string) => layerOfMap(mapOf(yaml), label);
const scope = createScope([
  layer(
    'port: 8200\nflag: true\nsettings: {a: 1}\nmade: "{{ port }}0"\nvault_token: plain-canary',
    'role defaults',
  ),
  layer('port: abc\nsettings: {b: 1}', 'group_vars/pi_zero'),
  layerOfData(
    {
      flag: 'yes',
      sealed: new Secret('s', 'canary'),
      mirror: 'http://me:canary@a.test/x',
      signed: 'https://a.test/x?sig=canary&v=2',
    },
    '-e',
  ),
]);
const source = {file: 'site.yml', line: 1, column: 1};

function relatedOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    const [diagnostic] = error.diagnostics;
    return (diagnostic?.related ?? []).map((one) =>
      [one.message, one.source ? formatSource(one.source) : ''].join(' ').trim(),
    );
  }
  throw new Error('no mistake was found');
}

const port = [
  `'port' is "abc", from group_vars/pi_zero test.yml:1:1`,
  'it overrides role defaults test.yml:1:1',
];
const flag = [`'flag' is "yes", from -e`, 'it overrides role defaults test.yml:2:1'];

describe('an error about a value says where it came from and what it overrode', () => {
  test.each<readonly [string, readonly string[]]>([
    ['{{ add port 1 }}', port],
    ['{{ add (default port 2) 1 }}', port],
    [
      'x{{ settings }}',
      [`'settings' comes from group_vars/pi_zero test.yml:2:1`, 'it overrides role defaults test.yml:3:1'],
    ],
    ['{{ add made 1 }}', [`'made' is "abc0", from role defaults test.yml:4:1`, ...port]],
    ['{{#each flag}}{{/each}}', flag],
    ['{{ eq flag true }}', flag],
    ['{{ add vault_token 1 }}', [`'vault_token' comes from role defaults test.yml:5:1`]],
    ['{{ add mirror 1 }}', [`'mirror' is "http://‹not shown›@a.test/x", from -e`]],
    ['{{ add signed 1 }}', [`'signed' is "https://a.test/x?sig=‹not shown›&v=2", from -e`]],
    ['{{ add sealed 1 }}', [`'sealed' comes from -e`]],
  ])('%s', (template, related) => {
    expect(relatedOf(() => render(nodeOf(JSON.stringify(template)), scope))).toEqual(related);
  });

  test.each<readonly [string, readonly string[]]>([
    ['port + 1 == 2', port],
    ['port == 8200', port],
    ['flag && port == "abc"', flag],
    ['round(port) == 1', port],
    [
      'settings.a == 1',
      [`'settings' comes from group_vars/pi_zero test.yml:2:1`, 'it overrides role defaults test.yml:3:1'],
    ],
  ])('%s', (text, related) => {
    expect(relatedOf(() => evaluate({text, source}, scope))).toEqual(related);
  });

  test('where it is told of a written value, no address in it gives away a password', () => {
    const [place] = originsOfNode(nodeOf('"{{ mirror }}"'), scope);
    expect(place?.message).toBe(`'mirror' is "http://‹not shown›@a.test/x", from -e`);
  });

  test('a condition that is none', () => {
    expect(relatedOf(() => holds([{text: 'flag', source}], scope))).toEqual(flag);
  });
});
