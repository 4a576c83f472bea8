import {describe, expect, it} from 'vitest';
import {vaultStatusLines} from '../../../src/report/vault-status.ts';
import {clusterStatus as clusterStatusAt, type SeenMember} from '../../../src/vault/cluster/status.ts';
import {type MemberView, type RaftServer, raftServers} from '../../../src/vault/discovery/member.ts';

const nowMs = Date.UTC(2026, 10, 27);
const clusterStatus = (members: readonly SeenMember[], isWhole = false) =>
  clusterStatusAt(members, nowMs, isWhole);

const said = {
  problem: '',
  url: 'http://127.0.0.1:8200',
  version: '2.6.2',
  initialized: true,
  sealed: false,
  removed: false,
  seal: 'shamir',
  threshold: 3,
  storage: 'raft',
  clusterId: 'c1',
  clusterName: '',
};

interface Told {
  readonly status?: (Partial<typeof said> & {readonly certificateEndsMs?: number}) | null;
  readonly view?: Partial<MemberView> | null;
  readonly pid?: number;
  readonly size?: number;
  readonly listeners?: readonly {readonly address: string; readonly hasTls: boolean}[];
  readonly owed?: readonly string[];
}

function member(
  host: string,
  {status = {}, view = {}, pid = 7, size = 1, listeners = [], owed = []}: Told = {},
): SeenMember {
  return {
    host,
    owed,
    found: {
      isOurs: true,
      unusedFiles: [],
      unusedData: [],
      unitFiles: [],
      packages: [],
      servers: [
        {
          pid,
          program: '/usr/local/bin/bao',
          isReplaced: false,
          product: 'openbao',
          container: '',
          unit: 'vault.service',
          unitFile: '',
          unitFileState: 'enabled',
          dropIns: [],
          files: [],
          unread: [],
          storage: 'raft',
          path: '/var/lib/vault',
          pathFrom: 'configuration',
          nodeId: host,
          nodeIdFrom: 'configuration',
          hasData: true,
          databaseBytes: size,
          listeners,
          seal: 'shamir',
          ...(status === null ? {} : {status: {...said, ...status}}),
        },
      ],
    },
    view:
      view === null
        ? undefined
        : {
            isLeader: false,
            leaderAddress: 'http://a:8200',
            appliedIndex: 10,
            committedIndex: 10,
            raft: undefined,
            raftProblem: '',
            ...view,
          },
  };
}

const raftOf = (...ids: readonly string[]): readonly RaftServer[] =>
  ids.map((nodeId, index) => ({nodeId, isVoter: true, isLeader: index === 0}));

it('without a token: who votes is unknown, and everything else is there', () => {
  const status = clusterStatus([
    member('a', {view: {isLeader: true, committedIndex: 12, appliedIndex: 12}}),
    member('b', {view: {appliedIndex: 7}}),
  ]);
  expect(status.attention).toEqual([]);
  expect(status.failure_tolerance).toBeNull();
  expect(status.nodes).toMatchObject({
    a: {version: '2.6.2', sealed: false, leader: true, voter: null, lag: 0, cluster_id: 'c1'},
    b: {version: '2.6.2', sealed: false, leader: false, voter: null, lag: 5},
  });
});

describe('A20: what nobody can say is null, and is not fine', () => {
  it('redacted versions and addresses', () => {
    const {nodes, attention} = clusterStatus([
      member('a', {status: {version: '', clusterId: ''}, view: {isLeader: undefined, leaderAddress: ''}}),
    ]);
    expect(nodes.a).toMatchObject({version: null, cluster_id: null, leader: null});
    expect(attention).toEqual(['no member says who leads']);
  });

  it.each<[string, Told, string]>([
    ['sealed', {status: {sealed: true}}, 'b: sealed, and serves nothing'],
    ['removed', {status: {sealed: true, removed: true}}, 'b: removed from the cluster'],
    ['not initialised', {status: {initialized: false, sealed: true}}, 'b: not initialised'],
    ['no answer', {status: {problem: 'refused'}, view: null}, 'b: its server gives no answer'],
    ['stopped', {pid: 0, status: null, view: null}, 'b: its server does not run'],
    ['a large database', {size: 600 * 1024 * 1024}, 'vault.db has 600 MiB'],
    ['another version', {status: {version: '2.7.2'}}, 'different versions: a: 2.6.2; b: 2.7.2'],
    ['another cluster', {status: {clusterId: 'c2'}}, 'clusters of their own'],
    ['another leader', {view: {leaderAddress: 'http://b:8200'}}, 'members name different leaders'],
    ['a token that may not', {view: {raftProblem: 'status 403'}}, 'who is in raft is unknown: status 403'],
  ])('%s', (_, told, words) => {
    const {attention} = clusterStatus([member('a', {view: {isLeader: true}}), member('b', told)]);
    expect(attention.join('\n')).toContain(words);
  });
});

describe('A5: inventory and raft that do not agree are reported with what may still be lost', () => {
  it('in raft, not in the inventory', () => {
    const {attention, failure_tolerance: tolerance} = clusterStatus(
      [member('a', {view: {isLeader: true, raft: raftOf('a', 'b', 'c')}}), member('b')],
      true,
    );
    expect([attention, tolerance]).toEqual([
      [
        'c is in raft and not in the inventory; 0 more may be lost before nothing works. Nothing evicts it by itself',
      ],
      0,
    ]);
  });

  it('of a host that was not seen nobody says that it is not in the inventory', () => {
    const seen = [member('a', {view: {isLeader: true, raft: raftOf('a', 'b', 'c')}}), member('b')];
    expect(clusterStatus(seen).attention).toEqual([
      'c is in raft and on none of the hosts that were seen; 0 more may be lost before nothing works. Nothing evicts it by itself',
    ]);
  });

  it('in the inventory, not in raft', () => {
    const members = ['a', 'b', 'c', 'd'].map((host) =>
      member(host, host === 'a' ? {view: {isLeader: true, raft: raftOf('a', 'b', 'c')}} : {}),
    );
    const {attention, nodes} = clusterStatus(members);
    expect(attention).toEqual([
      'd is in the inventory and not in raft; 1 more may be lost before nothing works',
    ]);
    expect([nodes.a?.voter, nodes.d?.voter]).toEqual([true, false]);
  });

  it('who is sealed does not count', () => {
    const members = ['a', 'b', 'c'].map((host) =>
      member(
        host,
        host === 'a'
          ? {view: {isLeader: true, raft: raftOf('a', 'b', 'c')}}
          : {status: {sealed: host === 'c'}},
      ),
    );
    expect(clusterStatus(members).failure_tolerance).toBe(0);
  });
});

describe('a cluster that nobody leads', () => {
  const five = (told: (host: string) => Told): readonly SeenMember[] =>
    ['a', 'b', 'c', 'd', 'e'].map((host) => member(host, told(host)));
  const ofRaft = {raft: raftOf('a', 'b', 'c', 'd', 'e')};

  it('is told where followers name one still that says no more that it leads', () => {
    const {
      attention,
      nodes,
      failure_tolerance: tolerance,
    } = clusterStatus(
      five(() => ({view: ofRaft})),
      true,
    );
    expect([attention, nodes.b?.lag, tolerance]).toEqual([
      [
        'nobody leads: all members were asked, and http://a:8200, which they name still, is none that says so',
      ],
      null,
      0,
    ]);
  });

  it('is not told while a host that was not seen may lead, or one that serves does not say', () => {
    expect(clusterStatus(five(() => ({}))).attention).toEqual([]);
    const silent = five((host) => (host === 'a' ? {view: {isLeader: undefined}} : {}));
    expect(clusterStatus(silent, true).attention).toEqual([]);
  });

  it('is told to do nothing where too few serve, sealed and stopped ones counted', () => {
    const few = five((host) =>
      host < 'c'
        ? {}
        : host === 'c'
          ? {pid: 0, status: null, view: null}
          : {status: {sealed: true}, view: null},
    );
    expect(clusterStatus(few, true).attention.slice(-2)).toEqual([
      '2 of 5 members serve, and it takes 3: the cluster does nothing',
      expect.stringMatching(/^nobody leads/),
    ]);
    expect(clusterStatus(few).attention.join()).not.toContain('it takes 3');
  });
});

it('raft as the API has it, and what is none', () => {
  const servers = [
    {node_id: 'a', address: 'a:8201', leader: true, voter: true},
    {node_id: 'b', voter: false},
  ];
  expect(raftServers({data: {config: {servers}}})).toEqual([
    {nodeId: 'a', isVoter: true, isLeader: true},
    {nodeId: 'b', isVoter: false, isLeader: false},
  ]);
  expect(raftServers({errors: ['permission denied']})).toBeUndefined();
});

it('as a table', () => {
  const status = clusterStatus([
    member('a', {view: {isLeader: true, raft: raftOf('a', 'b')}}),
    member('b', {status: {sealed: true}, view: {appliedIndex: 0}}),
  ]);
  expect(vaultStatusLines(status, false)).toEqual([
    'node  product  version  state     role           behind  database',
    'a     openbao  2.6.2    unsealed  leader, voter  0       1 MiB',
    'b     openbao  2.6.2    sealed    voter          ?       1 MiB',
    'failure tolerance: 0',
    'attention: b: sealed, and serves nothing',
  ]);
});

describe('a certificate', () => {
  const dayMs = 86_400_000;
  const until = (days: number): Told => ({
    status: {certificateEndsMs: nowMs + days * dayMs},
    view: {isLeader: true},
  });

  it('is told with its end', () => {
    const status = clusterStatus([member('a', until(400))]);
    expect(status.nodes.a?.certificate_ends).toBe('2028-01-01T00:00:00.000Z');
    expect(status.attention).toEqual([]);
    expect(vaultStatusLines(status, false).slice(0, 2)).toEqual([
      'node  product  version  state     role    behind  database  certificate',
      'a     openbao  2.6.2    unsealed  leader  0       1 MiB     2028-01-01',
    ]);
  });

  it.each([
    [29, 'a: its certificate ends on 2026-12-26; vprov run playbooks/vault.yml renews one that it made'],
    [-1, 'a: its certificate ended on 2026-11-26; vprov run playbooks/vault.yml renews one that it made'],
  ])('wants attention %i days before its end', (days, words) => {
    expect(clusterStatus([member('a', until(days))]).attention).toEqual([words]);
  });
});

it('says who is spoken to in clear over the network, which is no fault where it was chosen', () => {
  const own = {address: '127.0.0.1:8200', hasTls: false};
  const clear = {address: 'a:8200', hasTls: false};
  const safe = {address: 'b:8200', hasTls: true};
  const leads = {isLeader: true};
  const some = clusterStatus([
    member('a', {listeners: [clear, own], view: leads}),
    member('b', {listeners: [safe, own]}),
  ]);
  expect([some.nodes.a?.tls, some.nodes.b?.tls, some.attention]).toEqual([false, true, []]);
  expect(some.notes).toEqual(['no TLS on a: keys, tokens and secrets cross the network in clear']);
  const all = clusterStatus([member('a', {listeners: [clear], view: leads})]);
  expect(vaultStatusLines(all, false)).toContain(
    'note: no TLS on all members: keys, tokens and secrets cross the network in clear',
  );
});

it('says what a member would run with only from its next start on', () => {
  const words = 'owed: restart vault, since 2026-11-27 (playbooks/vault.yml)';
  const {attention, nodes} = clusterStatus([member('a', {view: {isLeader: true}, owed: [words]})]);
  expect([attention, nodes.a?.owed]).toEqual([[`a: ${words}`], [words]]);
});
