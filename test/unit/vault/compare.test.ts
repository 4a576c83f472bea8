import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {compareConfigurations, parseHcl, printHcl, type ServerRelease} from '../../../src/vault/index.ts';

const before = `
ui = true
log_level = "info"
cluster_addr = "https://a:8201"
storage "raft" {
  path = "/data"
  node_id = "a"
  performance_multiplier = 5
  retry_join { leader_api_addr = "https://a:8200" }
}
listener "tcp" { address = "a:8200" }
listener "tcp" { address = "127.0.0.1:8200" }
`;

function impactOf(after: string, initialized = true, from = before, release: ServerRelease = {}): unknown {
  const {impact, keys} = compareConfigurations(parseHcl([from]), parseHcl([after]), initialized, release);
  return [impact, ...keys];
}

describe('what a changed configuration costs', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing changed', before, ['none']],
    ['a default that is not said any more', before.replace('  performance_multiplier = 5\n', ''), ['none']],
    ['true written as a text', before.replace('ui = true', 'ui = "true"'), ['none']],
    ['seconds written as a duration', `${before}\nmax_lease_ttl = 2764800`, ['none']],
    [
      'the log level taken out',
      before.replace('"info"', '"debug"').replace('log_level = "debug"\n', ''),
      ['none'],
    ],
    [
      'metrics that are kept as long as usual, where none were kept',
      `${before}\ntelemetry {\n  prometheus_retention_time = "24h"\n}`,
      ['restart', 'telemetry.prometheus_retention_time'],
    ],
    [
      'a listener with nothing but what is usual',
      `${before}\nlistener "tcp" {\n  address = "127.0.0.1:8200"\n}`,
      ['restart', 'listener.tcp[2].address'],
    ],
    [
      'a block in a listener with nothing but what is usual',
      before.replace('"a:8200" }', '"a:8200"\ntelemetry {\n  unauthenticated_metrics_access = false\n}\n}'),
      ['none'],
    ],
    [
      'another audit device',
      `${before}\naudit "file" "a" {\n  options {\n    file_path = "/x"\n  }\n}`,
      ['reload', 'audit.file.a.options.file_path'],
    ],
    ['the older name of a block', before.replace('storage "raft"', 'backend "raft"'), ['none']],
    ['the older name beside it, which is not read', `backend "inmem" {}\n${before}`, ['none']],
    [
      'a block in a block',
      before.replace('storage "raft" {', 'storage { raft {').replace('\n}\nlistener', '\n}}\nlistener'),
      ['none'],
    ],
    [
      'another member',
      before.replace('retry_join {', 'retry_join { leader_api_addr = "b" }\nretry_join {'),
      ['none', 'storage.raft.retry_join.leader_api_addr', 'storage.raft.retry_join[1].leader_api_addr'],
    ],
    ['the log level', before.replace('"info"', '"debug"'), ['reload', 'log_level']],
    [
      'a header of the second listener',
      before.replace(
        '"127.0.0.1:8200" }',
        '"127.0.0.1:8200"\ncustom_response_headers { default = { a = ["b"] } }\n}',
      ),
      ['reload', 'listener.tcp[1].custom_response_headers.default.a'],
    ],
    [
      'an address of the second listener',
      before.replace('127.0.0.1:8200', '127.0.0.1:8300'),
      ['restart', 'listener.tcp[1].address'],
    ],
    ['a key that nobody knows', `${before}\nnew_key = 1`, ['restart', 'new_key']],
    ['an empty block', `${before}\ntelemetry {}`, ['restart', 'telemetry']],
    ['requests that are not logged', `${before}\nlog_requests_level = "off"`, ['none']],
    [
      'the worst of several',
      before.replace('"info"', '"debug"').replace('ui = true', 'ui = false'),
      ['restart', 'ui'],
    ],
    [
      'the name of the member',
      before.replace('node_id = "a"', 'node_id = "b"'),
      ['refuse', 'storage.raft.node_id'],
    ],
    ['no name any more', before.replace('  node_id = "a"\n', ''), ['refuse', 'storage.raft.node_id']],
    ['the directory', before.replace('/data', '/other'), ['refuse', 'storage.raft.path']],
    ['the address in the cluster', before.replace('a:8201', 'b:8201'), ['refuse', 'cluster_addr']],
    ['a seal', `${before}\nseal "transit" { address = "x" }`, ['refuse', 'seal']],
    ['another storage beside it', `${before}\nha_storage "consul" { path = "x" }`, ['refuse', 'ha_storage']],
  ])('%s', (_, after, expected) => {
    expect(impactOf(after)).toEqual(expected);
  });

  it.each([
    ['a slash behind the directory', before.replace('/data"', '/data/"')],
    ['another scheme of the address in the cluster', before.replace('https://a:8201', 'http://a:8201')],
  ])('%s is no difference', (_, after) => {
    expect(after).not.toBe(before);
    expect(impactOf(after)).toEqual(['none']);
  });

  it('a registration in Consul that was not there is a restart, whatever is in it', () => {
    const after = `${before}\nservice_registration "consul" {\n  address = "127.0.0.1:8500"\n}`;
    expect(impactOf(after, true, before, {product: 'vault', version: '1.21.0'})).toEqual([
      'restart',
      'service_registration.consul.address',
    ]);
  });

  it('keys in other letters are the same where the server takes them so', () => {
    expect(
      impactOf(before.replace('ui = true', 'Ui = true').replace('listener "tcp"', 'Listener "TCP"')),
    ).toEqual(['none']);
    expect(impactOf(before.replace('node_id', 'Node_id'))).toEqual(['refuse', 'storage.raft.node_id']);
  });

  it('a log level that is taken out stays until a restart', () => {
    expect(impactOf('ui = true', true, 'ui = true\nlog_level = "debug"')).toEqual(['restart', 'log_level']);
  });

  it('a block that has nothing in it any more is told by what was in it', () => {
    const telemetry = 'telemetry {\n  metrics_prefix = "vault"\n}';
    expect(impactOf('telemetry {}', true, telemetry)).toEqual(['none']);
    expect(impactOf(telemetry.replace('vault', 'x'), true, 'telemetry {}')).toEqual([
      'restart',
      'telemetry.metrics_prefix',
    ]);
  });

  it('an audit device comes and goes by a reload, and is never changed', () => {
    const device = 'audit "file" "a" {\n  description = "b"\n}';
    expect(impactOf('', true, device)).toEqual(['reload', 'audit.file.a.description']);
    expect(impactOf(device.replace('"b"', '"c"'), true, device)).toEqual([
      'refuse',
      'audit.file.a.description',
    ]);
  });

  it('a member that has not joined may become anything, by a start', () => {
    expect(impactOf(before.replace('node_id = "a"', 'node_id = "b"'), false)).toEqual([
      'restart',
      'storage.raft.node_id',
    ]);
    const nobody = before.replace('leader_api_addr = "https://a:8200"', '');
    expect(impactOf(nobody, false)).toEqual(['restart', 'storage.raft.retry_join.leader_api_addr']);
    expect(impactOf(before.replace('"info"', '"debug"'), false)).toEqual(['reload', 'log_level']);
  });

  it.each<[string, ServerRelease, string]>([
    ['  trailing_logs = 9000', {product: 'vault', version: '1.19.0'}, 'reload'],
    ['  trailing_logs = 9000', {product: 'vault', version: '1.18.5'}, 'restart'],
    ['  trailing_logs = 9000', {product: 'vault'}, 'restart'],
    ['  trailing_logs = 9000', {product: 'openbao', version: '2.7.2'}, 'restart'],
    ['  trailing_logs = 9000', {}, 'restart'],
  ])('raft is told anew by a reload where the server does that: %s for %j: %s', (line, release, expected) => {
    const after = before.replace('  node_id', `${line}\n  node_id`);
    expect(impactOf(after, true, before, release)).toEqual([expected, 'storage.raft.trailing_logs']);
  });

  it.each<[string, ServerRelease, string]>([
    ['allow_audit_log_prefixing = true', {product: 'openbao', version: '2.6.2'}, 'reload'],
    ['allow_audit_log_prefixing = true', {product: 'vault', version: '1.21.0'}, 'restart'],
    ['log_requests_level = "info"', {product: 'vault', version: '1.21.0'}, 'reload'],
  ])('%s for %j: %s', (line, release, expected) => {
    expect(impactOf(`${before}\n${line}`, true, before, release)).toEqual([expected, line.split(' ')[0]]);
  });

  it.each<[string, ServerRelease, string]>([
    ['log_requests_level = "off"', {product: 'vault'}, 'restart'],
    ['', {product: 'vault'}, 'restart'],
    ['log_requests_level = "off"', {product: 'openbao'}, 'restart'],
    ['', {product: 'openbao'}, 'restart'],
    ['log_requests_level = "warn"', {product: 'openbao'}, 'reload'],
    ['', {}, 'restart'],
  ])('requests that were logged and no more are: "%s" for %j: %s', (line, release, expected) => {
    const logged = `${before}\nlog_requests_level = "info"`;
    expect(impactOf(`${before}\n${line}`, true, logged, release)).toEqual([expected, 'log_requests_level']);
  });

  it.each(['', 'user_lockout "all" { lockout_threshold = 5 }'])(
    'who is locked out is asked at each login, from "%s": reload',
    (from) => {
      const after = `${before}\nuser_lockout "all" {\n  lockout_threshold = 1\n}`;
      expect(impactOf(after, true, `${before}\n${from}`)).toEqual([
        'reload',
        'user_lockout.all.lockout_threshold',
      ]);
    },
  );

  it.each<[string, string, string]>([
    ['', 'service = "a"', 'restart'],
    ['service = "a"', 'service = "b"', 'reload'],
    ['service = "a"', '', 'reload'],
  ])('the registration in Consul, from "%s" to "%s": %s', (from, to, expected) => {
    const text = (inner: string): string =>
      inner === '' ? before : `${before}\nservice_registration "consul" {\n  ${inner}\n}`;
    const [impact] = impactOf(text(to), true, text(from), {product: 'vault', version: '1.17.0'}) as string[];
    expect(impact).toBe(expected);
    const [older] = impactOf(text(to), true, text(from), {product: 'vault', version: '1.16.3'}) as string[];
    expect(older).toBe('restart');
  });

  it('how it is written is no difference', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const line = fc.tuple(key, fc.nat(3)).map(([name, value]) => `${name} = ${value}`);
    fc.assert(
      fc.property(fc.uniqueArray(line, {selector: (one) => one[0] ?? '', maxLength: 4}), (lines) => {
        const text = `x {\n${lines.join('\n')}\n}\n`;
        const other = `# comment\nx {\n${[...lines].reverse().join(' # c\n')}\n}\n`;
        expect(impactOf(other, true, text)).toEqual(['none']);
        const printed = printHcl(parseHcl([text]));
        expect(compareConfigurations(parseHcl([text]), parseHcl(printed), true, {}).impact).toBe('none');
      }),
    );
  });
});
