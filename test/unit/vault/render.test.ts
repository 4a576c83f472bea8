import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {mask, reveal, Secret} from '../../../src/text/index.ts';
import type {ValueMap} from '../../../src/values/index.ts';
import {
  compareConfigurations,
  conflictBetween,
  mergeConfigurations,
  mistakesOfConfiguration,
  parseHcl,
  printHcl,
  renderSettings,
} from '../../../src/vault/index.ts';
import {blocksOf, settingsOfBlock} from './any-settings.ts';

function rendered(settings: ValueMap): string {
  return reveal(printHcl(renderSettings(settings)));
}

describe('settings as a map', () => {
  it('become blocks with labels, several from a list, and values as the server wants them', () => {
    expect(
      rendered({
        ui: 'true',
        api_addr: 'https://a:8200',
        pid_file: null,
        cache_size: '5',
        max_lease_ttl: '90s',
        storage: {
          raft: {path: '/d', node_id: 1, retry_join: [{leader_api_addr: 'b'}, {leader_api_addr: 'c'}]},
        },
        listener: [{tcp: {address: 'a:1', tls_disable: true}}, {tcp: {address: 'b:1'}}],
        seal: {shamir: {}},
        audit: {file: {'to.log': {options: {file_path: '/x', log_raw: true}}}},
        telemetry: {prefix_filter: ['+a', '-b']},
      }),
    ).toBe(`ui = true
api_addr = "https://a:8200"
cache_size = 5
max_lease_ttl = "90s"

storage "raft" {
  path = "/d"
  node_id = "1"

  retry_join {
    leader_api_addr = "b"
  }

  retry_join {
    leader_api_addr = "c"
  }
}

listener "tcp" {
  address = "a:1"
  tls_disable = true
}

listener "tcp" {
  address = "b:1"
}

seal "shamir" {}

audit "file" "to.log" {
  options = {
    file_path = "/x"
    log_raw = "true"
  }
}

telemetry {
  prefix_filter = ["+a", "-b"]
}
`);
  });

  it('never show a secret, and hand it on', () => {
    const plain = renderSettings({seal: {transit: {token: 'abc'}}, storage: {consul: {token: 'abc'}}});
    expect(mask(printHcl(plain))).not.toContain('abc');
    const printed = printHcl(renderSettings({seal: {transit: {token: new Secret('token', 's3"t')}}}));
    expect(mask(printed)).toBe('seal "transit" {\n  token = "‹token›"\n}\n');
    expect(reveal(printed)).toContain('token = "s3\\"t"');
  });

  for (const product of ['openbao', 'vault'] as const)
    it.each(blocksOf(product).map(([block, names]) => [block.title, block, names] as const))(
      `every key of ${product} is written, read again the same, and nothing is found wrong with it: %s`,
      (_title, block, names) => {
        const seen = new Set<string>();
        fc.assert(
          fc.property(settingsOfBlock(block, names), (settings) => {
            const body = renderSettings(settings);
            const printed = printHcl(body);
            const again = parseHcl(printed);
            expect(reveal(printHcl(again))).toBe(reveal(printed));
            expect(compareConfigurations(body, again, true, {product})).toEqual({impact: 'none', keys: []});
            // That keys go together is another matter.
            const mistakes = mistakesOfConfiguration(again, {product}).filter(
              ({hint = ''}) => !hint.includes('own words'),
            );
            expect(mistakes).toEqual([]);
            for (const name of names) if (reveal(printed).includes(`${name} = `)) seen.add(name);
          }),
          {numRuns: 40},
        );
        expect([...seen].sort()).toEqual([...names].sort());
      },
    );
});

describe('one configuration over another', () => {
  const merge = (below: string, over: string): string =>
    reveal(printHcl(mergeConfigurations(parseHcl([below]), parseHcl([over]))));

  it.each([
    [
      'a value takes the place of the one before',
      'ui = true # on\nx = 1',
      'ui = false',
      'ui = false # on\nx = 1\n',
    ],
    ['a new one comes behind', 'ui = true', 'pid_file = "/p"', 'ui = true\npid_file = "/p"\n'],
    [
      'a block is added to',
      'storage "raft" {\n  path = "/a"\n}',
      'storage "raft" {\n  node_id = "b"\n}',
      'storage "raft" {\n  path = "/a"\n  node_id = "b"\n}\n',
    ],
    [
      'a listener of the same address, too',
      'listener "tcp" {\n  address = "a"\n}\n\nlistener "tcp" {\n  address = "b"\n}',
      'listener "tcp" {\n  address = "b"\n  tls_min_version = "tls13"\n}',
      'listener "tcp" {\n  address = "a"\n}\n\nlistener "tcp" {\n  address = "b"\n  tls_min_version = "tls13"\n}\n',
    ],
    [
      'another stands beside it',
      'listener "tcp" {\n  address = "a"\n}',
      'listener "tcp" {\n  address = "b"\n}',
      'listener "tcp" {\n  address = "a"\n}\n\nlistener "tcp" {\n  address = "b"\n}\n',
    ],
    [
      'headers are replaced as a whole',
      'listener "tcp" {\n  address = "a"\n  custom_response_headers {\n    "200" = {}\n  }\n}',
      'listener "tcp" {\n  address = "a"\n  custom_response_headers = {\n    "404" = {}\n  }\n}',
      'listener "tcp" {\n  address = "a"\n\n  custom_response_headers {\n    "404" = {}\n  }\n}\n',
    ],
  ])('%s', (_title, below, over, expected) => {
    expect(merge(below, over)).toBe(expected);
  });

  it.each<[string, string, string | undefined]>([
    ['ui = true', 'pid_file = "x"\nui = false', 'ui'],
    ['storage "raft" {}', 'backend "raft" {}', 'storage.raft'],
    ['listener "tcp" {}', 'listener "tcp" {}', undefined],
    ['audit "file" "a" {}', 'audit "file" "a" {}', 'audit.file.a'],
    ['audit "file" "a" {}', 'audit "file" "b" {}', undefined],
  ])('%s and %s', (configuration, extra, expected) => {
    expect(conflictBetween(parseHcl([configuration]), parseHcl([extra]))?.name).toBe(expected);
  });
});
