import {describe, expect, it} from 'vitest';
import {judge, parseServerCondition, type SeenServer, serverRules} from '../../../src/doctor/index.ts';
import {toText} from '../../../src/text/index.ts';
import {type Body, parseHcl} from '../../../src/vault/index.ts';
import {board} from './seen.ts';

const mebibyte = 1024 ** 2;
const file = '/etc/vault.d/vault.hcl';

function configurationOf(text: string): {path: string; text: string; body: Body} {
  return {path: file, text, body: parseHcl(toText(text))};
}

type Server = NonNullable<SeenServer['server']>;
type Unit = NonNullable<NonNullable<SeenServer['condition']>['unit']>;

const running: Server = {
  pid: 812,
  program: '/usr/local/lib/openbao/2.6.2/bao',
  isReplaced: false,
  product: 'openbao',
  container: '',
  unit: 'vault.service',
  unitFile: '/etc/systemd/system/vault.service',
  unitFileState: 'enabled',
  dropIns: [],
  files: [file],
  unread: [],
  storage: 'raft',
  path: '/var/lib/vault/',
  pathFrom: 'configuration',
  nodeId: 'wallpi',
  nodeIdFrom: 'configuration',
  hasData: true,
  databaseBytes: 30 * mebibyte,
  listeners: [
    {address: 'wallpi.station:8200', hasTls: false},
    {address: '127.0.0.1:8200', hasTls: false},
  ],
  seal: 'shamir',
  configuration: [
    configurationOf('api_addr = "http://wallpi.station:8200"\ncluster_addr = "https://192.168.1.21:8201"\n'),
  ],
};

/** A member that serves, but for what is given. */
function member({
  server = {},
  unit = {},
  node = {},
  paths = [],
  ...rest
}: {
  readonly server?: Partial<Server>;
  readonly unit?: Partial<Unit>;
  readonly node?: Partial<SeenServer['node']>;
  readonly paths?: NonNullable<SeenServer['condition']>['paths'];
} & Partial<Pick<SeenServer, 'facts' | 'owed' | 'found'>> = {}): SeenServer {
  const one = {...running, ...server};
  return {
    host: 'wallpi',
    address: 'wallpi.station',
    facts: board().facts,
    found: {servers: [one], isOurs: true, unusedFiles: [], unusedData: [], unitFiles: [], packages: []},
    node: {
      product: 'openbao',
      version: '2.6.2',
      running: true,
      initialized: true,
      sealed: false,
      removed: false,
      leader: false,
      voter: null,
      node_id: 'wallpi',
      storage: 'raft',
      cluster_id: 'a',
      applied_index: 100,
      lag: 2,
      database_bytes: 30 * mebibyte,
      certificate_ends: null,
      tls: true,
      owed: [],
      known: true,
      ...node,
    },
    server: one,
    condition: {
      unit: {
        user: 'vault',
        configurations: [file],
        fileState: 'enabled',
        result: 'success',
        needsReload: false,
        hasMemoryLimit: true,
        maySwap: false,
        since: 1_000,
        ...unit,
      },
      paths: [
        {path: file, owner: 'root', uid: '0', modified: 900, isOurs: false},
        {path: '/var/lib/vault', owner: 'vault', uid: '997', modified: 1_200, isOurs: false},
        ...paths,
      ],
      volumes: [],
    },
    owed: [],
    ...rest,
  };
}

const small = {...board().facts, long_bit: 32};
const owed = {
  v: 1,
  handler: 'restart vault',
  of: 'role:vault',
  digest: '',
  playbook: 'playbooks/vault.yml',
  run: '',
  since: '2026-11-26T10:00:00.000Z',
  units: {},
} as const;

describe("a member's server", () => {
  it.each<[string, SeenServer, string | undefined]>([
    ['nothing that is wrong', member(), undefined],
    ['a large database', member({node: {database_bytes: 900 * mebibyte}}), undefined],
    [
      'a database beyond the ceiling of 32 bits',
      member({facts: small, node: {database_bytes: 900 * mebibyte}}),
      'database-ceiling: vault.db has 900 MiB',
    ],
    [
      'a database that comes near it',
      member({facts: small, node: {database_bytes: 300 * mebibyte}}),
      'database-grows: vault.db has 300 MiB',
    ],
    [
      'no process',
      member({server: {pid: 0}, unit: {result: 'exit-code'}}),
      'server-stopped: its server does not run (exit-code)',
    ],
    [
      'no answer',
      member({node: {initialized: null, sealed: null}}),
      'server-silent: its server gives no answer',
    ],
    ['no cluster', member({node: {initialized: false, sealed: true}}), 'server-new: not initialised'],
    ['its seal closed', member({node: {sealed: true}}), 'server-sealed: sealed'],
    ['no cluster any more', member({node: {sealed: true, removed: true}}), 'server-removed: removed'],
    ['much to catch up on', member({node: {lag: 40_000}}), 'server-behind: it is 40000 entries behind'],
    [
      'a configuration that is gone',
      member({unit: {configurations: ['/etc/vault.d/gone.hcl']}}),
      'unit-no-configuration: vault.service starts the server with -config /etc/vault.d/gone.hcl',
    ],
    [
      'a configuration that nobody can read',
      member({server: {unread: [file]}}),
      `unit-no-configuration: vault.service starts the server with -config ${file}`,
    ],
    ['a folder of configurations', member({unit: {configurations: ['/etc/vault.d/']}}), undefined],
    [
      'a unit that is not enabled',
      member({unit: {fileState: 'disabled'}}),
      'unit-disabled: vault.service is not enabled',
    ],
    ['a unit that another enables', member({unit: {fileState: 'static'}}), undefined],
    [
      'data of root',
      member({
        paths: [{path: '/var/lib/vault/raft/raft.db', owner: 'root', uid: '0', modified: 1, isOurs: false}],
      }),
      'data-owner: /var/lib/vault/raft/raft.db belongs to root, and the server runs as vault',
    ],
    ['a user by its number', member({unit: {user: '997'}}), undefined],
    [
      'listeners on loopback alone',
      member({server: {listeners: [{address: '127.0.0.1:8200', hasTls: false}]}}),
      'address-not-reached: it listens on 127.0.0.1 alone',
    ],
    [
      'a listener on all addresses',
      member({server: {listeners: [{address: '[::]:8200', hasTls: true}]}}),
      undefined,
    ],
    [
      'a listener that only the server can work out',
      member({server: {listeners: [{address: '{{ GetPrivateIP }}:8200', hasTls: true}]}}),
      undefined,
    ],
    [
      'an api_addr that leads each to itself',
      member({server: {configuration: [configurationOf('api_addr = "https://127.0.0.1:8200"')]}}),
      'address-not-reached: api_addr is https://127.0.0.1:8200, which leads each of the others to itself',
    ],
    [
      "another host's cluster_addr",
      member({server: {configuration: [configurationOf('cluster_addr = "https://192.168.1.99:8201"')]}}),
      'address-not-reached: cluster_addr is https://192.168.1.99:8201, and the host has no such address (it has 192.168.1.21',
    ],
    [
      'a unit that systemd has not read',
      member({unit: {needsReload: true}}),
      'unit-reload: vault.service was changed',
    ],
    [
      'a restart that is owed',
      member({owed: [owed], paths: [{path: file, owner: 'root', uid: '0', modified: 2_000, isOurs: false}]}),
      'restart-owed: owed: restart vault, since 2026-11-26 (playbooks/vault.yml)',
    ],
    [
      'a configuration changed since',
      member({paths: [{path: file, owner: 'root', uid: '0', modified: 2_000, isOurs: false}]}),
      `configuration-changed: ${file} was changed after the server read it`,
    ],
    [
      'a configuration changed since by a run of vprov, which owes nothing',
      member({paths: [{path: file, owner: 'root', uid: '0', modified: 2_000, isOurs: true}]}),
      undefined,
    ],
    [
      'a start that nobody knows the time of',
      member({
        unit: {since: undefined},
        paths: [{path: file, owner: 'root', uid: '0', modified: 2_000, isOurs: false}],
      }),
      undefined,
    ],
    [
      'another program under it',
      member({server: {isReplaced: true}}),
      'program-replaced: /usr/local/lib/openbao/2.6.2/bao was',
    ],
    [
      'a package beside it',
      member({
        found: {
          servers: [running],
          isOurs: true,
          unusedFiles: [],
          unusedData: [],
          unitFiles: [],
          packages: [{name: 'openbao', version: '2.6.2', isHeld: false}],
        },
      }),
      'unit-obstacle: the package openbao 2.6.2 is installed beside',
    ],
  ])('with %s', (_what, seen, expected) => {
    const all = judge(serverRules, seen);
    expect(all.map(({id, message}) => `${id}: ${message}`)).toEqual(
      expected === undefined ? [] : [expect.stringContaining(expected)],
    );
    for (const {fix} of all) expect(fix).toMatch(/^[^\n]+$/);
  });

  it('that is not there is all that is said', () => {
    const {condition: _, ...seen} = member({node: {product: 'none', initialized: null, sealed: null}});
    const none = {...seen, server: undefined, condition: undefined};
    expect(judge(serverRules, none).map(({id}) => id)).toEqual(['server-none']);
  });
});

describe('what a host says of a unit', () => {
  const said = (...lines: readonly string[]): Buffer =>
    Buffer.from([...lines.map((line) => `unit\t${line}`), 'since\t1764200000', 'end\t', ''].join('\n'));

  it('is read from the words of systemctl', () => {
    const condition = parseServerCondition(
      said(
        'LoadState=loaded',
        'User=vault',
        'UnitFileState=enabled',
        'Result=success',
        'NeedDaemonReload=no',
        `ExecStart={ path=/usr/local/bin/bao ; argv[]=/usr/local/bin/bao server -config=${file} ; ignore_errors=no ; pid=1 }`,
        'MemoryHigh=300000000',
        'MemoryMax=infinity',
        'MemorySwapMax=0',
      ),
    );
    expect(condition.unit).toEqual({
      user: 'vault',
      configurations: [file],
      fileState: 'enabled',
      result: 'success',
      needsReload: false,
      hasMemoryLimit: true,
      maySwap: false,
      since: 1_764_200_000,
    });
  });

  it('is nothing where it is none, and an answer that breaks off is no answer', () => {
    expect(parseServerCondition(said('LoadState=not-found', 'User=')).unit).toBeUndefined();
    expect(() => parseServerCondition(Buffer.from('unit\tLoadState=loaded\n'))).toThrow('breaks off');
  });
});
