import {describe, expect, it} from 'vitest';
import {discordsOf, isKnown, type Member, obstaclesOn} from '../../../src/vault/adoption/obstacles.ts';
import {layoutOf, stopFor} from '../../../src/vault/adoption/screen.ts';
import {configurationArguments} from '../../../src/vault/discovery/configuration.ts';
import {type Findings, leftoversOf} from '../../../src/vault/discovery/discover.ts';
import {containerOf, unitOf} from '../../../src/vault/discovery/place.ts';
import {DiscoveryError, parseRecords} from '../../../src/vault/discovery/records.ts';
import {type FoundServer, serversOf} from '../../../src/vault/discovery/server.ts';
import {addressesOf, readStatus} from '../../../src/vault/discovery/status.ts';

type Printed = string | readonly [path: string, text: string];

/** What a host prints, with contents in their frames. */
function printed(...records: readonly Printed[]): Buffer {
  const lines = records.map((one) =>
    typeof one === 'string' ? one : `file\t${Buffer.byteLength(one[1])}\t${one[0]}\n${one[1]}`,
  );
  return Buffer.from(`${[...lines, 'end\t'].join('\n')}\n`);
}

const process = (pid: number, ...more: readonly string[]): readonly string[] => [
  `process\t${pid}`,
  'exe\t/usr/bin/vault',
  'product\tvault',
  'directory\t/',
  'namespace\tpid:[1]',
  'argument\tvault',
  'argument\tserver',
  'argument\t-config=/etc/vault.d',
  ...more,
];

describe('what a host prints', () => {
  it('becomes servers: the files of a folder together, what the environment says before them', () => {
    const records = parseRecords(
      printed(
        'init_namespace\tpid:[1]',
        ...process(7, 'variable\tVAULT_RAFT_NODE_ID=b', 'cgroup\t0::/system.slice/vault.service'),
        'folder\t/etc/vault.d',
        ['/etc/vault.d/a.hcl', 'storage "raft" {\n  path = "/d"\n  node_id = "a"\n}\nseal "transit" {}\n'],
        ['/etc/vault.d/b.json', '{"listener": {"tcp": {"address": "[::]:8210", "tls_disable": "true"}}}'],
        ['/etc/vault.d/agent.txt', 'ü\n'],
        'unit\t',
        'MainPID\t7',
        'command\t/usr/bin/vault server -config=/etc/vault.d',
        'Id\tvault.service',
        'LoadState\tloaded',
        'fragment\t/etc/systemd/system/vault.service',
        'units_end\t',
        'data\t/d',
        'size\t5',
      ),
    );
    const [server, ...others] = serversOf(records);
    expect(others).toEqual([]);
    expect(server).toMatchObject({
      pid: 7,
      product: 'vault',
      unit: 'vault.service',
      container: '',
      files: ['/etc/vault.d/a.hcl', '/etc/vault.d/b.json'],
      storage: 'raft',
      path: '/d',
      pathFrom: 'configuration',
      nodeId: 'b',
      nodeIdFrom: 'environment',
      hasData: true,
      databaseBytes: 5,
      listeners: [{address: '[::]:8210', hasTls: false}],
      seal: 'transit',
    });
  });

  it('what is written twice is what the servers take of it: the last', () => {
    const text = 'storage "raft" {\n  path = "/a"\n  path = "/b"\n  node_id = "one"\n  node_id = "two"\n}\n';
    const records = parseRecords(
      printed(...process(7), 'folder\t/etc/vault.d', ['/etc/vault.d/a.hcl', text], 'data\t/b'),
    );
    expect(serversOf(records)).toEqual([expect.objectContaining({path: '/b', nodeId: 'two', hasData: true})]);
  });

  it('data that a server reaches by a link are in use, and data reached by two names are told once', () => {
    const configuration = ['/etc/vault.d/a.hcl', 'storage "raft" {\n  path = "/d/link"\n}\n'] as const;
    const data = (path: string, real: string): readonly string[] => [`data\t${path}`, `real\t${real}`];
    const records = parseRecords(
      printed(
        ...process(7),
        'folder\t/etc/vault.d',
        configuration,
        ...data('/d/link', '/d/real'),
        ...data('/d/real', '/d/real'),
        ...data('/d/old', '/d/left'),
        ...data('/d/left', '/d/left'),
      ),
    );
    expect(leftoversOf(records, serversOf(records)).unusedData).toEqual(['/d/left']);
  });

  it('a name that only the data have is taken from there, and another storage is seen', () => {
    const records = parseRecords(
      printed(
        ...process(7),
        'folder\t/etc/vault.d',
        ['/etc/vault.d/a.hcl', 'backend "file" {\n  path = "/d/"\n}\n'],
        'data\t/d',
        'node_id\tabc',
        'core\tyes',
      ),
    );
    expect(serversOf(records)[0]).toMatchObject({
      storage: 'file',
      path: '/d/',
      nodeId: 'abc',
      nodeIdFrom: 'data',
    });
  });

  it('a unit whose server does not run is a server, an agent is none', () => {
    const unit = (name: string, command: string): readonly string[] => [
      'unit\t',
      `command\t${command}`,
      `Id\t${name}`,
      'LoadState\tloaded',
    ];
    const records = parseRecords(
      printed(
        ...process(8).map((line) => line.replace('argument\tserver', 'argument\tagent')),
        ...unit('vault.service', '/usr/bin/vault server -config /etc/vault.d/vault.hcl'),
        ...unit('vault-agent.service', '/usr/bin/vault agent -config=/etc/vault-agent.hcl'),
        'units_end\t',
        ['/etc/vault.d/vault.hcl', 'no HCL at all {'],
      ),
    );
    expect(serversOf(records)).toMatchObject([
      {pid: 0, unit: 'vault.service', files: ['/etc/vault.d/vault.hcl'], unread: ['/etc/vault.d/vault.hcl']},
    ]);
  });

  it.each([
    ['"-config=/etc/my vault/vault.hcl"', '/etc/my vault/vault.hcl'],
    ['-config="/etc/my vault/vault.hcl"', '/etc/my vault/vault.hcl'],
    ["'-config' '/etc/my vault'", '/etc/my vault/vault.hcl'],
    ['-config=/etc/my', '/etc/my/vault.hcl'],
    // As systemctl of systemd 252 shows it.
    ['-config=/srv/my vault/v.hcl -log-level=info', '/srv/my vault/v.hcl'],
    ['-log-level=info -config /srv/a b c.hcl', '/srv/a b c.hcl'],
  ])(
    'of one that does not run the unit says product and files, in quotes and of a folder: %s',
    (config, path) => {
      const records = parseRecords(
        printed(
          'unit\t',
          `command\t/usr/bin/vault server ${config}`,
          'product\topenbao',
          'Id\tvault.service',
          'LoadState\tloaded',
          'units_end\t',
          'folder\t/etc/my vault',
          'folder\t/etc/my',
          [path, 'storage "raft" {\n  path = "/d"\n}\n'],
        ),
      );
      expect(serversOf(records)).toEqual([
        expect.objectContaining({pid: 0, product: 'openbao', files: [path], path: '/d'}),
      ]);
    },
  );

  it.each([
    ['/srv/vault', '/srv/vault/config/vault.hcl'],
    ['/', '/config/vault.hcl'],
    [undefined, '/config/vault.hcl'],
  ])('of one that does not run a relative path begins where the unit starts it: %s', (directory, path) => {
    const records = parseRecords(
      printed(
        'unit\t',
        'command\t/usr/bin/vault server -config=config/vault.hcl',
        'Id\tvault.service',
        'LoadState\tloaded',
        ...(directory === undefined ? [] : [`directory\t${directory}`]),
        'units_end\t',
        [path, 'storage "raft" {\n  path = "/d"\n}\n'],
      ),
    );
    expect(serversOf(records)).toEqual([expect.objectContaining({pid: 0, files: [path], path: '/d'})]);
  });

  it.each([[Buffer.from('process\t1\n')], [Buffer.from('file\t5\t/etc/x\nabc\nend\t\n')]])(
    'that breaks off, or changed meanwhile, is an error',
    (bytes) => {
      expect(() => parseRecords(bytes)).toThrow(DiscoveryError);
    },
  );

  it("is vprov's by its mark, or by the first comments of a unit or configuration", () => {
    const ours = (...records: readonly Printed[]): boolean =>
      leftoversOf(parseRecords(printed(...records)), []).isOurs;
    expect(ours(['/var/lib/vprov/vault.json', '{}'])).toBe(true);
    expect(ours(['/etc/vault.d/vault.hcl', '# a\n# Written by vprov, role vault: x\nui = true\n'])).toBe(
      true,
    );
    expect(ours('unit\t', 'first_line\t# Written by vprov, role vault: x')).toBe(true);
    expect(ours(['/etc/vault.d/vault.hcl', 'ui = true\n# Written by vprov, role vault: x\n'])).toBe(false);
  });
});

it.each<[string, readonly string[]]>([
  ['-config=/a -config /b --config=c --config d', ['/a', '/b', 'c', 'd']],
  ['-log-level=debug -configuration=/a', []],
])('configurations of %s', (words, paths) => {
  expect(configurationArguments(words.split(' '))).toEqual(paths);
});

describe('where a process is', () => {
  const place = (cgroup: string, more: object = {}, init = '/init.scope') =>
    containerOf(
      {
        pid: 5,
        namespace: 'pid:[1]',
        isRootedElsewhere: false,
        cgroups: [`0::${cgroup}`],
        variables: new Map(),
        parent: '',
        exe: '',
        product: '',
        directory: '/',
        words: [],
        ...more,
      },
      {initCgroups: [`0::${init}`], initNamespace: 'pid:[1]'},
    );
  const id = '0123456789abcdef'.repeat(4);
  it.each([
    ['a service', '/system.slice/vault.service', {}, ''],
    ['a service with a namespace of its own', '/system.slice/vault.service', {namespace: 'pid:[2]'}, ''],
    ['a login', '/user.slice/user-1000.slice/session-1.scope', {}, ''],
    ['Docker', `/docker/${id}`, {}, '0123456789ab'],
    ['Docker with systemd', `/system.slice/docker-${id}.scope`, {}, '0123456789ab'],
    [
      'Podman, by name',
      `/machine.slice/libpod-${id}.scope`,
      {parent: '/usr/bin/conmon -c x -n vault -u y'},
      'vault',
    ],
    ['a namespace alone', '/user.slice/box', {namespace: 'pid:[2]'}, 'box'],
    ['another root', '/', {isRootedElsewhere: true, variables: new Map([['HOSTNAME', 'box']])}, 'box'],
  ])('%s', (_, cgroup, more, name) => {
    expect(place(cgroup, more)).toBe(name);
  });

  it('a host that is a container itself takes its own place away', () => {
    expect(place(`/docker/${id}/system.slice/vault.service`, {}, `/docker/${id}/init.scope`)).toBe('');
    expect(place('/docker/other', {}, `/docker/${id}/init.scope`)).toBe('other');
    expect(unitOf({cgroups: ['0::/system.slice/vault.service']})).toBe('vault.service');
  });
});

it('addresses: what is on the host itself is asked first, what only the server can work out is not asked', () => {
  const listener = (address: string, hasTls = false) => ({address, hasTls});
  expect(
    addressesOf([
      listener('10.0.0.4:8200'),
      listener('0.0.0.0:8210', true),
      listener('[::1]:8200'),
      listener(':8220'),
      listener('{{ GetPrivateIP }}:8200'),
      listener('pi.lan'),
    ]),
  ).toEqual([
    'https://127.0.0.1:8210',
    'http://[::1]:8200',
    'http://127.0.0.1:8220',
    'http://10.0.0.4:8200',
    'http://pi.lan:8200',
  ]);
});

it('a status without what matters is a problem, and what is redacted is empty', () => {
  expect(readStatus({initialized: true, sealed: false, t: 3})).toMatchObject({
    problem: '',
    version: '',
    sealed: false,
    removed: false,
  });
  expect(readStatus({errors: []}).problem).toContain('initialised');
});

const server: FoundServer = {
  pid: 7,
  program: '/usr/bin/vault',
  isReplaced: false,
  product: 'vault',
  container: '',
  unit: 'vault.service',
  unitFile: '/etc/systemd/system/vault.service',
  unitFileState: 'enabled',
  dropIns: [],
  files: ['/etc/vault.d/vault.hcl'],
  unread: [],
  storage: 'raft',
  path: '/vault/raft',
  pathFrom: 'configuration',
  nodeId: 'pi',
  nodeIdFrom: 'configuration',
  hasData: true,
  databaseBytes: 1,
  listeners: [],
  seal: 'shamir',
};
const nothing: Findings = {
  servers: [],
  isOurs: false,
  unusedFiles: [],
  unusedData: [],
  unitFiles: [],
  packages: [],
};
const status = {
  problem: '',
  url: 'http://127.0.0.1:8200',
  version: '1.21.1',
  initialized: true,
  sealed: false,
  removed: false,
  seal: 'shamir',
  threshold: 3,
  storage: 'raft',
  clusterId: 'c1',
  clusterName: '',
};
const member = (host: string, found: Partial<Findings>, isAdopted = false): Member => ({
  host,
  found: {...nothing, ...found},
  isAdopted,
});

describe('what is known', () => {
  it.each([
    ['a bare host', member('pi', {}), true],
    ['what vprov made', member('pi', {servers: [server], isOurs: true}), true],
    ['what is to stay', member('pi', {servers: [server]}, true), true],
    ['a server', member('pi', {servers: [server]}), false],
    ['data', member('pi', {unusedData: ['/vault/raft']}), false],
    ['a unit', member('pi', {unitFiles: ['/lib/systemd/system/vault.service']}), false],
  ])('%s', (_, one, known) => {
    expect([isKnown(one), stopFor([one]) === undefined]).toEqual([known, known]);
  });

  it('one screen for all hosts; the ways on only where a host is unknown', () => {
    const stop = stopFor([member('a', {servers: [{...server, status}]}), member('b', {})]);
    expect(stop?.message).toBe(
      'there is a Vault or OpenBao here that vprov did not make. Nothing was changed on any host.\n\n' +
        '  a\n    Vault 1.21.1 unsealed, process 7, vault.service, /usr/bin/vault · /etc/vault.d/vault.hcl · raft /vault/raft node_id pi\n' +
        '    layout: by hand, below /vault',
    );
    expect(stop?.ways).toContain('vprov vault adopt');
    const troubled = stopFor([member('a', {servers: [{...server, container: 'box'}], isOurs: true})]);
    expect([troubled?.ways, troubled?.message.includes('runs in a container box on this host')]).toEqual([
      '',
      true,
    ]);
  });
});

describe('obstacles', () => {
  const all = (found: Partial<Findings>): string => obstaclesOn({...nothing, ...found}).join('\n');
  it.each([
    [
      'two servers',
      {servers: [server, {...server, pid: 0, unit: 'openbao.service'}]},
      'systemctl disable --now openbao.service',
    ],
    [
      'Consul as storage',
      {servers: [{...server, storage: 'consul', path: 'vault/'}]},
      'consul snapshot save',
    ],
    [
      'a hidden unit',
      {unitFiles: ['/etc/systemd/system/vault.service', '/lib/systemd/system/vault.service']},
      'hides /lib/',
    ],
    [
      'a package beside the release',
      {isOurs: true, packages: [{name: 'vault', version: '1', isHeld: false}]},
      'apt-mark hold vault',
    ],
  ])('%s', (_, found, words) => {
    expect(all(found)).toContain(words);
  });
  it('none where there is one server, by whomever, or a package that is held', () => {
    expect(all({servers: [server], packages: [{name: 'vault', version: '1', isHeld: false}]})).toBe('');
    expect(
      all({servers: [server], isOurs: true, packages: [{name: 'vault', version: '1', isHeld: true}]}),
    ).toBe('');
  });
});

describe('discords of a group', () => {
  const two = (a: Partial<FoundServer>, b: Partial<FoundServer>, said: object = {}) =>
    discordsOf([
      member('a', {servers: [{...server, nodeId: 'a', ...a, status}]}),
      member('b', {servers: [{...server, nodeId: 'b', ...b, status: {...status, ...said}}]}),
    ]).join('\n');
  it.each([
    [two({nodeId: 'node1'}, {nodeId: 'node1'}), 'a, b all have the node_id "node1"'],
    [two({}, {}, {clusterId: 'c2'}), 'clusters of their own (cluster_id): a: c1; b: c2'],
    [two({}, {}, {version: '2.0.0'}), 'different versions: a: 1.21.1; b: 2.0.0'],
    [two({}, {product: 'openbao'}), 'different products: a: vault; b: openbao'],
  ])('%s', (said, words) => {
    expect(said).toContain(words);
  });
  it('none among members of one cluster, nor where one does not say', () => {
    expect([two({}, {}), two({}, {}, {version: '', clusterId: ''})]).toEqual(['', '']);
  });
});

it.each([
  [{servers: [{...server, files: ['/etc/vault.d/vault_main.hcl'], path: '/var/vault'}]}, 'ansible-community'],
  [
    {servers: [server], packages: [{name: 'vault', version: '1', isHeld: true}]},
    'the package vault 1, held; by hand',
  ],
  [{servers: [{...server, path: '/srv/v'}]}, 'its own'],
])('layout of %j', (found, words) => {
  expect(layoutOf({...nothing, ...found})).toContain(words);
});
