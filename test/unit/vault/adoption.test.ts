import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseYaml} from '../../../src/source/index.ts';
import {toText} from '../../../src/text/index.ts';
import {adoptConfiguration} from '../../../src/vault/adoption/settings.ts';
import {adoptionOf, adoptionSignature, type FoundMember} from '../../../src/vault/adoption/variables.ts';
import {yamlOf} from '../../../src/vault/adoption/yaml.ts';
import {renderSettings} from '../../../src/vault/configuration/render.ts';
import {sameSettings} from '../../../src/vault/configuration/settings.ts';
import {parseHcl} from '../../../src/vault/hcl/parse.ts';

const file = '/etc/vault.d/vault.hcl';
const homelab = `# mine
ui = "true"
disable_mlock = false
api_addr = "http://10.0.0.4:8200"

backend "raft" {
  path    = "/vault/raft"
  node_id = "wallpi"
  retry_join { leader_api_addr = "http://10.0.0.3:8200" }
  retry_join {
    leader_api_addr = "http://10.0.0.4:8200"
  }
}

listener "tcp" {
  address = "127.0.0.1:8200"
  tls_disable = 1
}
listener "tcp" {
  address = "{{ GetPrivateIP }}:8200"
  tls_disable = "true"
}

service_registration "consul" {
  address       = "127.0.0.1:8500"
  check_timeout = "10s"
}
`;

describe('a configuration as variables', () => {
  it('says the same: blocks as maps, several as lists, in their order', () => {
    const {settings, extra, kept, warnings} = adoptConfiguration(file, homelab);
    expect([extra, kept, warnings]).toEqual(['', [], []]);
    expect(settings).toEqual({
      ui: 'true',
      disable_mlock: false,
      api_addr: 'http://10.0.0.4:8200',
      storage: {
        raft: {
          path: '/vault/raft',
          node_id: 'wallpi',
          retry_join: [{leader_api_addr: 'http://10.0.0.3:8200'}, {leader_api_addr: 'http://10.0.0.4:8200'}],
        },
      },
      listener: [
        {tcp: {address: '127.0.0.1:8200', tls_disable: 1}},
        {tcp: {address: '{{ GetPrivateIP }}:8200', tls_disable: 'true'}},
      ],
      service_registration: {consul: {address: '127.0.0.1:8500', check_timeout: '10s'}},
    });
    expect(sameSettings(renderSettings(settings), parseHcl(toText(homelab)))).toBe(true);
  });

  it('A11: what no server reads is kept as it is written, with its line, and a mistyped key is named', () => {
    const text = `ui = true\nmine   =   "x" # y\nstorage "raft" {\n  path = "/d"\n  retry_join {\n    leader_ca_file = "/ca"\n  }\n}\n`;
    const {settings, extra, warnings} = adoptConfiguration(file, text);
    expect(settings).toEqual({ui: true});
    expect(extra).toBe(
      `# ${file}, line 2\nmine   =   "x"\n\n# ${file}, line 3\nstorage "raft" {\n  path = "/d"\n  retry_join {\n    leader_ca_file = "/ca"\n  }\n}\n`,
    );
    expect(warnings).toEqual([
      `${file}, line 2: it sets 'mine', which no server reads`,
      expect.stringContaining('leader_ca_cert_file'),
    ]);
    const whole = parseHcl([...toText('ui = true\n'), ...toText(extra)]);
    expect(sameSettings(whole, parseHcl(toText(text)))).toBe(true);
  });

  it.each([
    ['seal "transit" {\n  address = "https://a"\n  token = "CANARY"\n}\n', 'seal'],
    ['service_registration "consul" {\n  token = "CANARY"\n}\n', 'service_registration'],
    ['storage "raft" {\n  retry_join {\n    leader_client_key = "CANARY"\n  }\n}\n', 'storage'],
    ['storage "raft" {\n  retry_join = [{leader_client_key = "CANARY"}]\n}\n', 'storage'],
    ['storage "raft" {\n  retry_join = {leader_client_key = "CANARY"}\n}\n', 'storage'],
    ['mystery = [{api_token = "CANARY"}]\n', 'mystery'],
    ['ui = true\nmystery {\n  token = "CANARY"\n  token = ""\n}\n', 'mystery'],
    ['mystery {\n  api_token = "CANARY"\n}\n', 'mystery'],
  ])('A9: what holds a secret stays on the host: %s', (text, name) => {
    const adopted = adoptConfiguration(file, `ui = true\n${text}`);
    expect(adopted.kept).toEqual([name]);
    expect(JSON.stringify(adopted)).not.toContain('CANARY');
    expect(adopted.settings).toEqual({ui: true});
  });

  it('of a value given twice the last is what the servers take, and which lines say it is told', () => {
    const text = 'ui = true\nui = false\nstorage "raft" {\n  path = "/a"\n  path = "/b"\n}\n';
    const {settings, extra, kept, warnings} = adoptConfiguration(file, text);
    expect([settings, extra, kept]).toEqual([{ui: false, storage: {raft: {path: '/b'}}}, '', []]);
    expect(warnings).toEqual([
      `${file}, lines 1, 2: it sets 'ui' more than once: the server takes the last, and Vault from 1.21 on refuses to start with it`,
      `${file}, lines 4, 5: it sets 'storage.raft.path' more than once: the server takes the last, and Vault from 1.21 on refuses to start with it`,
    ]);
    expect(sameSettings(renderSettings(settings), parseHcl(toText(text)))).toBe(true);
  });

  it.each([
    ['retry_join = [{leader_api_addr = "http://a"}]\nretry_join {\n leader_api_addr = "http://b"\n}', 0],
    ['retry_join {\n leader_api_addr = "http://a"\n}\nretry_join = [{leader_api_addr = "http://b"}]', 0],
    ['retry_join = [{leader_api_addr = "http://a"}, {leader_api_addr = "http://b"}]', 0],
    ['retry_join = {leader_api_addr = "http://a"}\nretry_join = {leader_api_addr = "http://b"}', 1],
  ])('members to join are all of them, in lists and blocks alike: %s', (joins, told) => {
    const text = `storage "raft" {\n  path = "/d"\n${joins}\n}\n`;
    const {settings, extra, kept, warnings} = adoptConfiguration(file, text);
    expect([extra, kept, warnings.length]).toEqual(['', [], told]);
    expect(settings).toEqual({
      storage: {
        raft: {path: '/d', retry_join: [{leader_api_addr: 'http://a'}, {leader_api_addr: 'http://b'}]},
      },
    });
    expect(sameSettings(renderSettings(settings), parseHcl(toText(text)))).toBe(true);
  });

  it('a list given twice stays in the file as it is', () => {
    const text =
      'ui = true\nlistener "tcp" {\n  cors_allowed_origins = ["a"]\n  cors_allowed_origins = ["b"]\n}\n';
    const {settings, extra, kept, warnings} = adoptConfiguration(file, text);
    expect([settings, extra, kept]).toEqual([{ui: true}, '', ['listener']]);
    expect(warnings).toEqual([expect.stringContaining("'listener.tcp.cors_allowed_origins' more than once")]);
  });

  it('what this product and version do not read is kept as text, what they would refuse stays in the file', () => {
    const text =
      'ui = true\nlistener "tcp" {\n  max_json_depth = 5\n}\nstorage "raft" {\n  performance_multiplier = "x"\n}\n';
    const {settings, extra, kept, warnings} = adoptConfiguration(file, text, {
      product: 'openbao',
      version: '2.6.2',
    });
    expect([settings, kept]).toEqual([{ui: true}, ['storage']]);
    expect(extra).toContain('max_json_depth = 5');
    expect(warnings).toEqual([
      expect.stringContaining("'listener.tcp.max_json_depth'"),
      expect.stringContaining('performance_multiplier'),
    ]);
    expect(adoptConfiguration(file, text, {product: 'vault', version: '1.21.0'}).extra).toBe('');
  });

  it('a mistyped key of a member to join is told in a list, too', () => {
    const {warnings} = adoptConfiguration(
      file,
      'storage "raft" {\n  retry_join = [{leader_ca_file = "/ca"}]\n}\n',
    );
    expect(warnings).toEqual([expect.stringContaining('leader_ca_cert_file')]);
  });
});

const member = (host: string, text: string, more: object = {}): FoundMember => ({
  host,
  found: {
    isOurs: false,
    unusedFiles: [],
    unusedData: [],
    unitFiles: [],
    packages: [],
    servers: [
      {
        pid: 7,
        program: '/usr/bin/vault',
        isReplaced: false,
        product: 'vault',
        container: '',
        unit: 'vault.service',
        unitFile: '/etc/systemd/system/vault.service',
        unitFileState: 'enabled',
        dropIns: [],
        files: [file],
        unread: [],
        storage: 'raft',
        path: '/vault/raft',
        pathFrom: 'configuration',
        nodeId: host,
        nodeIdFrom: 'configuration',
        hasData: true,
        databaseBytes: 1,
        listeners: [],
        seal: 'shamir',
        configuration: [{path: file, text, body: parseHcl(toText(text))}],
        status: {
          problem: '',
          url: 'http://127.0.0.1:8200',
          version: '1.9.2',
          initialized: true,
          sealed: false,
          removed: false,
          seal: 'shamir',
          threshold: 3,
          storage: 'raft',
          clusterId: 'c1',
          clusterName: '',
        },
        ...more,
      },
    ],
  },
});

function valuesOf(text: string | undefined): unknown {
  const {node, diagnostics} = parseYaml(text ?? '', 'x.yml');
  expect(diagnostics).toEqual([]);
  const plain = (one: typeof node): unknown => {
    if (one === undefined) return undefined;
    if (one.type === 'scalar') return one.value;
    if (one.type === 'list') return one.items.map(plain);
    return Object.fromEntries(one.entries.map(({key, value}) => [String(key), plain(value)]));
  };
  return plain(node);
}

describe('a group as files of variables', () => {
  it('what all have goes to the group, the rest to the host', () => {
    const {files, refusal, warnings} = adoptionOf('vault_servers', [
      member('a', 'ui = true\napi_addr = "http://a"\nstorage "raft" {\n  path = "/d"\n  node_id = "a"\n}\n'),
      member('b', 'ui = true\napi_addr = "http://b"\nstorage "raft" {\n  path = "/d"\n  node_id = "b"\n}\n'),
    ]);
    expect([refusal, warnings, [...files.keys()]]).toEqual([
      '',
      [],
      ['group_vars/vault_servers.yml', 'host_vars/a.yml', 'host_vars/b.yml'],
    ]);
    for (const text of files.values()) expect(text.startsWith(adoptionSignature)).toBe(true);
    expect(valuesOf(files.get('group_vars/vault_servers.yml'))).toEqual({
      vault_product: 'vault',
      vault_version: '1.9.2',
      vault_adopted_settings: {ui: true, storage: {raft: {path: '/d'}}},
    });
    expect(valuesOf(files.get('host_vars/b.yml'))).toEqual({
      vault_adopt: 'as_found',
      vault_adopted: {config: file, program: '/usr/bin/vault', path: '/vault/raft', node_id: 'b'},
      vault_service: 'vault.service',
      vault_link: '/usr/bin/vault',
      vault_local_url: 'http://127.0.0.1:8200',
      vault_adopted_member_settings: {api_addr: 'http://b', storage: {raft: {node_id: 'b'}}},
    });
  });

  it('of a single member nothing goes to the group: another that comes is somebody else', () => {
    const {files} = adoptionOf('g', [member('a', 'api_addr = "http://a"\n')]);
    expect(valuesOf(files.get('group_vars/g.yml'))).toEqual({vault_product: 'vault', vault_version: '1.9.2'});
  });

  it('of servers that do not run the version is what is installed, and a product that nobody can tell is asked for', () => {
    const stopped = {pid: 0, product: 'unknown', status: undefined};
    const {files, warnings} = adoptionOf('g', [member('a', '', stopped)]);
    expect(valuesOf(files.get('group_vars/g.yml'))).toEqual({vault_version: 'auto'});
    expect(warnings).toEqual([expect.stringContaining('set vault_product in group_vars/g.yml')]);
    const mixed = adoptionOf('g', [member('a', '', stopped), member('b', '')]);
    expect(valuesOf(mixed.files.get('group_vars/g.yml'))).toEqual({
      vault_product: 'vault',
      vault_version: '1.9.2',
    });
  });

  it.each([
    ['a container', [member('a', 'ui = true\n', {container: 'box'})], 'runs in a container box'],
    [
      'one node_id',
      [member('a', '', {nodeId: 'n'}), member('b', '', {nodeId: 'n'})],
      'all have the node_id "n"',
    ],
    [
      'nothing there',
      [{host: 'a', found: {...member('a', '').found, servers: []}}],
      'no server on any of these hosts',
    ],
  ])('%s is refused, and nothing written', (_, members, words) => {
    const {files, refusal} = adoptionOf('g', members);
    expect([files.size, refusal]).toEqual([0, expect.stringContaining(words)]);
  });

  it('what cannot be kept by variables stays, and that is said', () => {
    const json = {configuration: [{path: '/etc/vault.d/v.json', text: '{"storage": {}}', body: undefined}]};
    const {files, warnings} = adoptionOf('g', [
      member('a', '', {...json, pathFrom: 'environment', unit: ''}),
    ]);
    expect(valuesOf(files.get('host_vars/a.yml'))).toMatchObject({vault_adopted: {config: ''}});
    expect(warnings.join('\n')).toMatch(/JSON[\s\S]*path comes from the environment[\s\S]*no unit starts it/);
  });
});

it('variables as YAML are read as what they were, whatever is in them', () => {
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.string({unit: 'binary-ascii'}),
      fc.boolean(),
      fc.integer(),
      fc.constantFrom('yes', '1', 'a\nb\n', ''),
    ),
    map: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_ -]{0,6}$/), tie('any'), {minKeys: 1, maxKeys: 3}),
    any: fc.oneof(
      {depthSize: 'small'},
      tie('leaf'),
      tie('map'),
      fc.array(fc.oneof(tie('leaf'), tie('map')), {maxLength: 3}),
    ),
  })).map;
  fc.assert(
    fc.property(value, (map) => {
      const plain = JSON.parse(JSON.stringify(map)) as Parameters<typeof yamlOf>[0];
      expect(valuesOf(yamlOf(plain))).toEqual(plain);
    }),
    {numRuns: 300},
  );
});
