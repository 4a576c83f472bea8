import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Secret} from '../../src/text/index.ts';
import {insideRef, kvFields} from '../../src/vault/index.ts';
import {kv} from '../../src/vault/inside/kv.ts';
import {type Place, placeOf} from '../../src/vault/inside/place.ts';
import type {Ask} from '../../src/vault/inside/sort.ts';
import {product} from '../fleet/product.ts';
import {Bench, type Play, type Ran} from '../loopback/engine.ts';
import {type Cluster, newCluster, newServer} from './inside.ts';

// What is inside a server as data: made, left alone, seen and repaired where somebody changed it by hand, removed. On a
// real OpenBao, by vprov's own login.

let cluster: Cluster;

beforeAll(async () => {
  cluster = await newCluster();
  await cluster.asRoot('POST', 'sys/auth/programs', {type: 'approle'});
});

afterAll(async () => {
  await cluster?.remove();
});

/** Differences as `name: before → after`. */
function told(ran: Ran): readonly string[] {
  return ran.tasks.flatMap(({changes}) =>
    changes.flatMap(({attributes}) =>
      attributes.map(({name, before, after}) => `${name}: ${before ?? '–'} → ${after ?? '–'}`),
    ),
  );
}

function kvPlace(mount: string, name: string): Place {
  const login = {token: new Secret('token', cluster.server.token)};
  return placeOf(insideRef({url: cluster.server.url, login, sort: 'kv', name, mount}));
}

/** As root, past vprov. */
const asked: Ask = async ({method, path, body}) => {
  const {status, json} = await cluster.asRoot(method, path, body);
  return {type: 'answer', status, body: json as Record<string, unknown>};
};

interface Thing {
  readonly title: string;
  readonly module: string;
  readonly args: Play;
  /** What a person would see of it in the server's API. */
  readonly at: string;
  /** What somebody does by hand. */
  readonly drift?: readonly [method: string, path: string, body: unknown];
  /** Which is then told. */
  readonly differences?: readonly (string | RegExp)[];
  /** What is given beside its name to remove it. */
  readonly absent?: Play;
  readonly names: readonly string[];
}

const policy = 'path "kv/data/web/*" {\n  capabilities = ["read"]\n}\n';

const things: readonly Thing[] = [
  {
    title: 'a policy',
    module: 'vault_policy',
    args: {name: 'web', policy: `${policy}\n`},
    at: 'sys/policies/acl/web',
    drift: ['PUT', 'sys/policies/acl/web', {policy: 'path "*" {\n  capabilities = ["read"]\n}'}],
    differences: [/^content: /],
    names: ['name'],
  },
  {
    title: 'a secrets engine',
    module: 'vault_mount',
    args: {
      path: 'team/kv',
      type: 'kv',
      options: {version: '2'},
      description: 'of the team',
      max_lease_ttl: '768h',
      default_lease_ttl: '1h30m',
      passthrough_request_headers: ['X-B', 'X-A'],
    },
    at: 'sys/mounts/team/kv',
    drift: [
      'POST',
      'sys/mounts/team/kv/tune',
      {description: 'mine', max_lease_ttl: '1h', default_lease_ttl: '5m', passthrough_request_headers: []},
    ],
    differences: [
      'description: mine → of the team',
      'default_lease_ttl: 5m → 1h30m',
      'max_lease_ttl: 1h → 768h',
      'passthrough_request_headers: [] → [X-A, X-B]',
    ],
    absent: {lose_data: true},
    names: ['path'],
  },
  {
    title: 'a method of login',
    module: 'vault_auth',
    args: {
      path: 'people',
      type: 'userpass',
      description: 'of people',
      max_lease_ttl: 86_400,
      listing_visibility: 'hidden',
      token_type: 'service',
    },
    at: 'sys/auth/people',
    drift: ['POST', 'sys/auth/people/tune', {max_lease_ttl: '768h', token_type: 'default-service'}],
    differences: ['max_lease_ttl: 768h → 24h', 'token_type: default-service → service'],
    absent: {lose_data: true},
    names: ['path'],
  },
  {
    title: 'a role of an AppRole mount',
    module: 'vault_approle',
    args: {
      mount: 'programs',
      name: 'web',
      token_policies: ['web', 'default'],
      token_ttl: '20m',
      token_max_ttl: '1h',
      secret_id_ttl: '768h',
      secret_id_num_uses: 0,
      token_bound_cidrs: ['192.0.2.0/24', '127.0.0.1'],
      secret_id_bound_cidrs: ['127.0.0.0/8'],
    },
    at: 'auth/programs/role/web',
    drift: [
      'POST',
      'auth/programs/role/web',
      {token_policies: ['web', 'admin'], token_ttl: 0, token_bound_cidrs: [], bind_secret_id: true},
    ],
    differences: [
      'token_policies: [admin, web] → [default, web]',
      'token_ttl: 0s → 20m',
      'token_bound_cidrs: [] → [127.0.0.1, 192.0.2.0/24]',
    ],
    names: ['mount', 'name'],
  },
];

describe.each(things)('$title', ({module, args, at, drift, differences = [], absent = {}, names}) => {
  const task = (more: Play = {}): Play => ({name: 'it', [module]: {...args, ...cluster.access, ...more}});
  const seen = async (): Promise<unknown> => {
    const {status, json} = await cluster.asRoot('GET', at);
    return [status, (json as {data?: unknown}).data];
  };

  it('is foretold, and not made by a check', async () => {
    const before = await seen();
    const ran = await cluster.run(task(), {check: true});
    expect([ran.statuses, ran.message('it')]).toEqual([['it: would-change'], undefined]);
    expect(told(ran)).toContain('state: absent → present');
    expect(await seen()).toEqual(before);
  });

  it('is made, and left alone the second time', async () => {
    const made = await cluster.run(task());
    expect([made.statuses, made.message('it')]).toEqual([['it: changed'], undefined]);
    const again = await cluster.run(task());
    expect([again.statuses, told(again)]).toEqual([['it: ok'], []]);
  });

  it.runIf(drift)(
    'that somebody changed by hand is shown by a check, which writes nothing, and repaired by a run',
    async () => {
      const [method, path, body] = drift ?? ['', '', {}];
      const made = await seen();
      expect((await cluster.asRoot(method, path, body)).status).toBeLessThan(300);
      const drifted = await seen();
      const checked = await cluster.run(task(), {check: true});
      expect(checked.statuses).toEqual(['it: would-change']);
      const said = told(checked);
      expect(said).toHaveLength(differences.length);
      for (const [index, one] of differences.entries())
        expect(said[index]).toEqual(typeof one === 'string' ? one : expect.stringMatching(one));
      expect(await seen()).toEqual(drifted);
      const repaired = await cluster.run(task());
      expect([repaired.statuses, told(repaired)]).toEqual([['it: changed'], said]);
      expect(withoutTimes(await seen())).toEqual(withoutTimes(made));
      const again = await cluster.run(task());
      expect([again.statuses, told(again)]).toEqual([['it: ok'], []]);
    },
  );

  it('goes when it is not wanted any more', async () => {
    const which = Object.fromEntries(names.map((name) => [name, args[name]]));
    const gone: Play = {
      name: 'it',
      [module]: {...which, ...cluster.access, ...absent, state: 'absent'},
    };
    const checked = await cluster.run(gone, {check: true});
    const removed = await cluster.run(gone);
    expect([removed.statuses, removed.message('it')]).toEqual([['it: changed'], undefined]);
    expect(told(removed)).toEqual([expect.stringMatching(/^state: present → absent/)]);
    expect(told(checked)).toEqual(told(removed));
    const again = await cluster.run(gone);
    expect([again.statuses, told(again)]).toEqual([['it: ok'], []]);
  });
});

it('shows of a policy the lines that are different, and nothing else', async () => {
  const task = {name: 'it', vault_policy: {name: 'lines', policy, ...cluster.access}};
  await cluster.run(task);
  await cluster.asRoot('PUT', 'sys/policies/acl/lines', {policy: policy.replace('"read"', '"read", "list"')});
  const checked = await cluster.run(task, {check: true});
  expect(checked.tasks[0]?.changes[0]?.diff?.split('\n').slice(3)).toEqual([
    ' path "kv/data/web/*" {',
    '-  capabilities = ["read", "list"]',
    '+  capabilities = ["read"]',
    ' }',
  ]);
});

// Policies of HashiCorp's have nothing besides.
it.runIf(product.name === 'openbao')(
  'keeps of a policy what somebody said of it besides its text',
  async () => {
    const at = 'sys/policies/acl/aside';
    const aside = {cas_required: true, expiration: '2099-01-02T03:04:05Z'};
    await cluster.asRoot('PUT', at, {policy: 'path "a" {}', cas: -1, ...aside});
    const task = {name: 'it', vault_policy: {name: 'aside', policy, ...cluster.access}};
    const ran = await cluster.run(task);
    expect([ran.statuses, ran.message('it')]).toEqual([['it: changed'], undefined]);
    expect((await cluster.asRoot('GET', at)).json).toMatchObject({data: {...aside, policy}});
    expect((await cluster.run(task)).statuses).toEqual(['it: ok']);
  },
);

describe('what autopilot is told', () => {
  const task = (args: Play): Play => ({name: 'it', vault_autopilot: {...args, ...cluster.access}});
  const told24h = {dead_server_last_contact_threshold: '24h', min_quorum: 3, cleanup_dead_servers: true};
  const configuration = 'sys/storage/raft/autopilot/configuration';
  const evicts = async (): Promise<unknown> =>
    ((await cluster.asRoot('GET', configuration)).json as {data: {cleanup_dead_servers: boolean}}).data
      .cleanup_dead_servers;

  it('is told, left alone, repaired', async () => {
    const made = await cluster.run(task(told24h));
    expect([made.statuses, made.message('it')]).toEqual([['it: changed'], undefined]);
    expect(told(made)).toEqual(['cleanup_dead_servers: false → true', 'min_quorum: 0 → 3']);
    await cluster.asRoot('POST', configuration, {
      dead_server_last_contact_threshold: '1m',
      max_trailing_logs: 5,
    });
    const checked = await cluster.run(task(told24h), {check: true});
    expect(told(checked)).toEqual(['dead_server_last_contact_threshold: 1m → 24h']);
    expect((await cluster.run(task(told24h))).statuses).toEqual(['it: changed']);
    expect((await cluster.run(task(told24h))).statuses).toEqual(['it: ok']);
  });

  it('is not disturbed while an upgrade holds it', async () => {
    const guard = (state: string): Play => ({
      name: 'guard',
      vault_autopilot_guard: {name: 'home', ...cluster.access, state},
    });
    await cluster.run(task({...told24h, dead_server_last_contact_threshold: '2m'}));
    expect((await cluster.run(guard('held'))).statuses).toEqual(['guard: changed']);
    expect(await evicts()).toBe(false);
    const meanwhile = await cluster.run(task({...told24h, dead_server_last_contact_threshold: '3m'}));
    expect(told(meanwhile)).toEqual(['dead_server_last_contact_threshold: 2m → 3m']);
    expect(await evicts()).toBe(false);
    const never = await cluster.run(task({cleanup_dead_servers: false}));
    expect(told(never)).toEqual(['cleanup_dead_servers: true → false']);
    expect((await cluster.run(guard('released'))).statuses).toEqual(['guard: ok']);
    expect(await evicts()).toBe(false);
  });
});

describe.each(['1', '2'])('secrets of a kv engine of version %s', (version) => {
  const mount = `kv${version}`;
  const canary = `CANARY-${version}-swordfish`;
  const at = version === '2' ? `${mount}/data/web/db` : `${mount}/web/db`;
  const task = (args: Play = {data: {user: 'web', password: canary, ports: [1, {b: 2, a: 1}]}}): Play => ({
    name: 'it',
    vault_kv: {mount, path: 'web/db', ...args, url: cluster.server.url, token: cluster.server.token},
  });
  const kept = async (): Promise<unknown> => {
    const {json} = await cluster.asRoot('GET', at);
    const {data} = json as {data: {data?: unknown}};
    return version === '2' ? data.data : data;
  };
  const write = async (data: object): Promise<void> =>
    void (await cluster.asRoot('POST', at, version === '2' ? {data} : data));
  const engine: Play = {name: 'engine', vault_mount: {path: mount, type: 'kv', options: {version}}};
  const withEngine = (): readonly Play[] => [
    {...engine, vault_mount: {...(engine.vault_mount as object), ...cluster.access}},
  ];

  it('are foretold in an engine that is not there yet', async () => {
    const checked = await cluster.run(task(), {check: true, more: withEngine()});
    expect(checked.statuses).toEqual(['engine: would-change', 'it: would-change']);
    const made = await cluster.run(task(), {more: withEngine()});
    expect([made.statuses, made.message('it')]).toEqual([['engine: changed', 'it: changed'], undefined]);
    expect(told(made).slice(-4)).toEqual([
      'state: absent → present',
      'user: – → ‹hidden›',
      'password: – → ‹hidden›',
      'ports: – → ‹hidden›',
    ]);
    expect(JSON.stringify([checked.events, made.events])).not.toContain(canary);
    const again = await cluster.run(task());
    expect([again.statuses, told(again)]).toEqual([['it: ok'], []]);
  });

  it('that somebody changed are shown by their keys, and repaired; other keys stay', async () => {
    await write({user: 'web', password: 'CANARY-by-hand', ports: [1, {a: 1, b: 2}], more: 'CANARY-more'});
    const checked = await cluster.run(task(), {check: true});
    expect([checked.statuses, told(checked)]).toEqual([
      ['it: would-change'],
      ['password: ‹hidden› → ‹hidden›'],
    ]);
    const repaired = await cluster.run(task());
    expect(repaired.statuses).toEqual(['it: changed']);
    expect(JSON.stringify([checked.events, repaired.events])).not.toContain('CANARY');
    expect(await kept()).toMatchObject({password: canary, more: 'CANARY-more'});
    const exact = await cluster.run(task({data: {user: 'web'}, exact: true}));
    expect(told(exact)).toEqual(['more: ‹hidden› → –', 'password: ‹hidden› → –', 'ports: ‹hidden› → –']);
    expect(await kept()).toEqual({user: 'web'});
  });

  it.runIf(version === '2')(
    'are not written over somebody who was faster: it says that it is late',
    async () => {
      const place = kvPlace(mount, 'web/db');
      const seen = await kv.look(place, asked);
      const before = seen.status === 'present' ? {fields: {}, ...seen.state} : undefined;
      const deed = {place, before, after: {fields: kvFields({user: 'late'})}, names: ['user']};
      const [request] = await kv.requests(deed, asked);
      await write({user: 'faster'});
      const answer = typeof request === 'object' && (await asked(request));
      expect(answer && kv.isLate(answer)).toBe(true);
      expect(await kept()).toEqual({user: 'faster'});
    },
  );

  it('go, and come back', async () => {
    const gone = await cluster.run(task({state: 'absent'}));
    expect([gone.statuses, told(gone)]).toEqual([['it: changed'], ['state: present → absent']]);
    expect((await cluster.run(task({state: 'absent'}))).statuses).toEqual(['it: ok']);
    expect((await cluster.run(task())).statuses).toEqual(['it: changed']);
    expect(await kept()).toMatchObject({password: canary});
  });

  it("are not read by vprov's own login", async () => {
    const ran = await cluster.run({
      name: 'it',
      vault_kv: {mount, path: 'web/db', data: {user: 'web'}, ...cluster.access},
    });
    expect(ran.message('it')).toContain('permission denied: GET');
    expect(ran.tasks[0]?.hint).toContain('vprov-granted');
  });
});

describe('a plan of what is inside', () => {
  it('is not applied where the secret of a program is another than when it was made', async () => {
    const {bench, server} = cluster;
    await cluster.asRoot('POST', 'sys/mounts/planned', {type: 'kv', options: {version: '1'}});
    const secret = bench.write('secret', 'CANARY-one');
    const data = {a: `{{ secret "pipe://cat ${secret}" }}`, b: 'same'};
    const task = {vault_kv: {mount: 'planned', path: 'x', data, url: server.url, token: server.token}};
    const tasks = [{name: 'it', ...task}];
    const planned = await bench.plan({become: false, tasks});
    expect(planned.statuses).toEqual(['it: would-change']);
    bench.write('secret', 'CANARY-two');
    const refused = await bench.apply();
    expect([refused.mistakes, refused.tasks]).toEqual([
      [`wallpi, it: vault ${server.url}/planned/x: a would become something else`],
      [],
    ]);
    bench.write('secret', 'CANARY-one');
    const applied = await bench.apply({records: `${bench.directory}/runs`});
    expect(applied.statuses).toEqual(['it: changed']);
    expect(applied.summary).toMatchObject({lasting: ['it (vault_kv)'], undoable: false});
    const undone = await bench.undo('last', {records: `${bench.directory}/runs`});
    expect([undone.summary.exitCode, undone.mistakes[0]]).toEqual([
      1,
      expect.stringMatching(/^run \S+ did nothing that undo takes back: it \(vault_kv\)$/),
    ]);
  });
});

describe('somebody else who writes at the same time', () => {
  const token = (): Play => ({url: cluster.server.url, token: cluster.server.token});
  /** A play on two hosts that are one machine, and so two writers to one server. */
  const byTwo = async (task: Play): Promise<Ran> => {
    const bench = new Bench(
      {one: cluster.ring, other: cluster.ring},
      {one: {d: {one: '1'}}, other: {d: {other: '2'}}},
    );
    const ran = await bench.run({hosts: 'all', become: false, tasks: [{name: 'it', ...task}]}, {});
    bench.remove();
    return ran;
  };

  it.each(['nothing', 'something deleted'])('is not overwritten where there was %s', async (was) => {
    await cluster.asRoot('POST', 'sys/mounts/race', {type: 'kv', options: {version: '2'}});
    const name = was.replace(' ', '-');
    const at = `race/data/${name}`;
    await waited(() => cluster.asRoot('GET', 'race/config'));
    if (was !== 'nothing') {
      await write(at, {old: '1'});
      await cluster.asRoot('DELETE', at);
    }
    const place = kvPlace('race', name);
    expect(await kv.look(place, asked)).toEqual({status: 'absent'});
    const deed = {place, before: undefined, after: {fields: kvFields({late: '1'})}, names: ['late']};
    const requests = await kv.requests(deed, asked);
    await write(at, {faster: '1'});
    const answer = typeof requests === 'object' && requests[0] && (await asked(requests[0]));
    expect(answer && kv.isLate(answer)).toBe(true);
    // Somebody who was there before the version was asked for.
    expect(await kv.requests(deed, asked)).toBe('moved');
  });

  it('adds keys beside those of the other', async () => {
    for (const path of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const ran = await byTwo({vault_kv: {mount: 'race', path, data: '{{ d }}', ...token()}});
      expect([...ran.statuses].sort()).toEqual(['one it: changed', 'other it: changed']);
      const {json} = await cluster.asRoot('GET', `race/data/${path}`);
      expect((json as {data: {data: unknown}}).data.data).toEqual({one: '1', other: '2'});
    }
  });

  it('makes the same mount', async () => {
    for (const path of ['m/a', 'm/b', 'm/c', 'm/d']) {
      const ran = await byTwo({vault_mount: {path, type: 'kv-v2', ...token()}});
      expect(ran.tasks.map(({message}) => message)).toEqual([undefined, undefined]);
      const auth = await byTwo({vault_auth: {path, type: 'approle', ...token()}});
      expect(auth.tasks.map(({message}) => message)).toEqual([undefined, undefined]);
    }
  });
});

describe('what others keep in a secret', () => {
  const numbers = '"big":12345678901234567890,"near":9007199254740993,"price":1.50';
  /** By hand, past JavaScript's numbers. */
  const byHand = (at: string, text?: string): Promise<Response> =>
    fetch(`${cluster.server.url}/v1/${at}`, {
      headers: {'X-Vault-Token': cluster.server.token},
      ...(text === undefined ? {} : {method: 'POST', body: text}),
    });
  const task = (mount: string, data: Play, more: Play = {}): Play => ({
    name: 'it',
    vault_kv: {mount, path: 'x', data, ...more, url: cluster.server.url, token: cluster.server.token},
  });

  it('stays as it is, numbers too, in an engine of version 1', async () => {
    await cluster.asRoot('POST', 'sys/mounts/exact1', {type: 'kv', options: {version: '1'}});
    await byHand('exact1/x', `{${numbers}}`);
    expect((await cluster.run(task('exact1', {user: 'web'}))).statuses).toEqual(['it: changed']);
    expect(await (await byHand('exact1/x')).text()).toContain(`${numbers},"user":"web"`);
    expect((await cluster.run(task('exact1', {user: 'web'}))).statuses).toEqual(['it: ok']);
    expect(told(await cluster.run(task('exact1', {price: 1.5, near: 9007199254740991})))).toHaveLength(2);
  });

  it('is not changed where version 2, which tells no last digits, would have it so', async () => {
    await cluster.asRoot('POST', 'sys/mounts/exact2', {type: 'kv', options: {version: '2'}});
    await waited(() => byHand('exact2/data/x', `{"data":{"user":"web",${numbers}}}`));
    for (const check of [true, false]) {
      const ran = await cluster.run(task('exact2', {user: 'other'}), {check});
      expect(ran.message('it')).toContain('exact2/x has a number beyond 2^53 in big');
    }
    expect((await cluster.run(task('exact2', {user: 'web'}))).statuses).toEqual(['it: ok']);
    const whole = {user: 'other', big: '12345678901234567890', near: '9007199254740993'};
    expect((await cluster.run(task('exact2', whole))).statuses).toEqual(['it: changed']);
  });
});

describe('what a server keeps in its own way', () => {
  const own = (): Play => cluster.access;
  const cases: readonly (readonly [string, () => Play])[] = [
    ['blocks of addresses', () => role({token_bound_cidrs: ['192.0.2.1/32', '2001:DB8::/32', '::1/128']})],
    ['a token type of a mount in a role', () => role({token_type: 'default-service'})],
    ['the other token type of a mount', () => role({token_type: 'default-batch'})],
    ['kv-v1', () => ({vault_mount: {path: 'first', type: 'kv-v1', ...own()}})],
    [
      'a policy in base64',
      () => ({vault_policy: {name: 'b64', policy: Buffer.from(policy).toString('base64'), ...own()}}),
    ],
    ['an empty option', () => ({vault_auth: {path: 'opt', type: 'userpass', options: {foo: ''}, ...own()}})],
  ];
  const role = (more: Play): Play => ({vault_approle: {mount: 'programs', name: 'kept', ...more, ...own()}});

  it.each(cases)('is the same the second time: %s', async (title, task) => {
    // There already, without the option.
    if (title === 'an empty option') await cluster.asRoot('POST', 'sys/auth/opt', {type: 'userpass'});
    const made = await cluster.run({name: 'it', ...task()});
    expect(made.message('it')).toBeUndefined();
    const again = await cluster.run({name: 'it', ...task()});
    expect([again.statuses, told(again)]).toEqual([['it: ok'], []]);
  });
});

describe('what cannot be, in run and check alike', () => {
  const root = (): Play => ({url: cluster.server.url, token: cluster.server.token});
  const cases: readonly (readonly [string, () => Play, message: string, hint: string])[] = [
    [
      'a role of a method that is not there',
      () => ({vault_approle: {mount: 'program', name: 'web', ...cluster.access}}),
      'there is no method of login at program/',
      "did you mean 'programs'?",
    ],
    [
      'a role of a method of another type',
      () => ({vault_approle: {mount: 'names', name: 'web', ...cluster.access}}),
      'names/ is a method of login of type userpass, not approle',
      '',
    ],
    [
      'a secret in an engine that is not there',
      () => ({vault_kv: {mount: 'secret', path: 'x', data: {a: '1'}, ...root()}}),
      'there is no engine at secret/',
      "did you mean 'secrets'?",
    ],
    [
      'a secret of an engine that is called by half of its path',
      () => ({vault_kv: {mount: 'deep', path: 'er/kv/q', data: {a: '1'}, ...root()}}),
      'the engine of deep/er/kv/q is deep/er/kv/, and not deep/',
      'mount: deep/er/kv, path: q',
    ],
    [
      'an engine in another',
      () => ({vault_mount: {path: 'secrets/sub', type: 'kv', ...root()}}),
      'secrets/ is in its way',
      '',
    ],
    [
      'an engine around another',
      () => ({vault_mount: {path: 'deep', type: 'kv', ...root()}}),
      'deep/er/kv/ is in its way',
      '',
    ],
    [
      'an engine of the system',
      () => ({vault_mount: {path: 'sys/a', type: 'kv', ...root()}}),
      "sys/ is the server's own",
      '',
    ],
    [
      'a method in another',
      () => ({vault_auth: {path: 'names/sub', type: 'userpass', ...root()}}),
      'names/ is in its way',
      '',
    ],
  ];

  it.each(cases)('%s', async (_title, task, message, hint) => {
    await cluster.asRoot('POST', 'sys/auth/names', {type: 'userpass'});
    await cluster.asRoot('POST', 'sys/mounts/secrets', {type: 'kv'});
    await cluster.asRoot('POST', 'sys/mounts/deep/er/kv', {type: 'kv'});
    for (const check of [true, false]) {
      const ran = await cluster.run({name: 'it', ...task()}, {check});
      expect([ran.statuses, ran.message('it')]).toEqual([['it: failed'], expect.stringContaining(message)]);
      expect(ran.tasks[0]?.hint ?? '').toContain(hint);
    }
  });

  it('is nothing to be removed', async () => {
    const role = {vault_approle: {mount: 'nowhere', name: 'web', state: 'absent', ...cluster.access}};
    const secret = {vault_kv: {mount: 'nowhere', path: 'web', state: 'absent', ...root()}};
    for (const task of [role, secret])
      expect((await cluster.run({name: 'it', ...task})).statuses).toEqual(['it: ok']);
  });

  it('may be where a task before makes room', async () => {
    const gone = {name: 'gone', vault_mount: {path: 'room', state: 'absent', lose_data: true, ...root()}};
    await cluster.asRoot('POST', 'sys/mounts/room', {type: 'kv'});
    const task = {name: 'it', vault_mount: {path: 'room/inner', type: 'kv', ...root()}};
    const checked = await cluster.run(task, {check: true, more: [gone]});
    expect(checked.statuses).toEqual(['gone: would-change', 'it: would-change']);
    expect((await cluster.run(task, {more: [gone]})).statuses).toEqual(['gone: changed', 'it: changed']);
  });
});

it('lets the policy vprov-granted say what else vprov may do', async () => {
  const grant: Play = {
    name: 'grant',
    vault_policy: {
      name: 'vprov-granted',
      policy: 'path "granted/data/*" { capabilities = ["create", "read", "update", "delete"] }',
      ...cluster.access,
    },
  };
  const engine: Play = {name: 'engine', vault_mount: {path: 'granted', type: 'kv-v2', ...cluster.access}};
  const secret: Play = {
    name: 'it',
    vault_kv: {mount: 'granted', path: 'x', data: {a: '1'}, ...cluster.access},
  };
  const more = [grant, engine];
  expect((await cluster.run(secret, {check: true, more})).statuses).toEqual([
    'grant: would-change',
    'engine: would-change',
    'it: would-change',
  ]);
  const made = await cluster.run(secret, {more});
  expect([made.statuses, made.message('it')]).toEqual([
    ['grant: changed', 'engine: changed', 'it: changed'],
    undefined,
  ]);
});

describe('an audit device', () => {
  const task = (args: Play = {}): Play => ({
    name: 'it',
    vault_audit: {
      path: 'trail',
      type: 'file',
      options: {file_path: `${cluster.server.directory}/trail.log`, log_raw: 'false'},
      ...args,
      ...cluster.access,
    },
  });

  const byConfiguration = product.name === 'openbao';

  it.runIf(byConfiguration)(
    'is refused by a server that takes them from its configuration, which is told',
    async () => {
      const ran = await cluster.run(task());
      expect(ran.message('it')).toContain('cannot enable audit device via API');
      expect(ran.tasks[0]?.hint).toContain("'Audit devices'");
    },
  );

  it('is made, left alone, not changed in place, removed', async () => {
    if (byConfiguration) cluster.server.configure(cluster.settings('unsafe_allow_api_audit_creation = true'));
    await cluster.server.reload();
    const made = await cluster.run(task());
    expect([made.statuses, made.message('it')]).toEqual([['it: changed'], undefined]);
    expect((await cluster.run(task())).statuses).toEqual(['it: ok']);
    const other = await cluster.run(task({options: {file_path: '/dev/null'}}), {check: true});
    expect(other.message('it')).toContain('cannot be changed in place to /dev/null');
    const absent = {name: 'it', vault_audit: {path: 'trail', state: 'absent', ...cluster.access}};
    expect((await cluster.run(absent)).statuses).toEqual(['it: changed']);
    expect((await cluster.run(absent)).statuses).toEqual(['it: ok']);
  });
});

describe('what is refused', () => {
  const message = async (task: Play, options = {}): Promise<string> =>
    (await cluster.run({name: 'it', ...task}, options)).message('it') ?? '';

  it('is what cannot be changed in place: nothing is mounted anew', async () => {
    const {access} = cluster;
    await cluster.asRoot('POST', 'sys/mounts/keep', {type: 'kv', options: {version: '2'}});
    const task = {vault_mount: {path: 'keep', type: 'transit', ...access}};
    expect(await message(task, {check: true})).toContain('cannot be changed in place to transit');
    const first = {vault_mount: {path: 'keep', type: 'kv', options: {version: 1}, ...access}};
    expect(await message(first)).toContain('cannot become one of version 1');
  });

  it('is what vprov itself works by', async () => {
    const {access} = cluster;
    expect(await message({vault_policy: {name: 'vprov-operator', state: 'absent', ...access}})).toContain(
      'is what vprov itself works by',
    );
    expect(
      await message({vault_auth: {path: 'vprov', state: 'absent', lose_data: true, ...access}}),
    ).toContain('where vprov itself logs in');
  });

  it('is told with the rule that is missing, where the rights of an older login do not reach', async () => {
    const {json} = await cluster.asRoot('GET', 'sys/policies/acl/vprov-operator');
    const {policy: whole} = (json as {data: {policy: string}}).data;
    const older = whole
      .split('\n')
      .filter((line) => !line.includes('sys/policies'))
      .join('\n');
    await cluster.asRoot('PUT', 'sys/policies/acl/vprov-operator', {policy: older});
    const ran = await cluster.run({name: 'it', vault_policy: {name: 'x', policy, ...cluster.access}});
    expect(ran.message('it')).toContain('permission denied: GET sys/policies/acl/x');
    expect(ran.tasks[0]?.hint).toContain('path "sys/policies/acl/x" { capabilities = ["read"] }');
    await cluster.asRoot('PUT', 'sys/policies/acl/vprov-operator', {policy: whole});
  });

  it('is a text that the server does not take, in its words', async () => {
    const task = {
      vault_policy: {name: 'bad', policy: 'path "a" { capabilities = ["nope"] }', ...cluster.access},
    };
    expect(await message(task)).toContain('invalid capability');
  });

  it('is told with what to do about it, where the server is asked with TLS that speaks none', async () => {
    const {keys, url} = cluster.access;
    const tls = {url: url?.replace('http:', 'https:') ?? '', keys: keys ?? ''};
    const ran = await cluster.run({name: 'it', vault_policy: {name: 'x', policy, ...tls}}, {check: true});
    expect(ran.message('it')).toContain('does not say how it is');
    expect(ran.tasks[0]?.hint).toBe('the server may speak no TLS: url: http://…');
  });

  it("is told with what to do about it, where vprov's own login is there no more", async () => {
    const id = await cluster.asRoot('GET', 'auth/vprov/role/operator/role-id');
    const dataOf = ({json}: {json: unknown}) => (json as {data: Record<string, unknown>}).data;
    await cluster.asRoot('PUT', 'auth/vprov/role/operator/role-id', {role_id: 'another'});
    const ran = await cluster.run({name: 'it', vault_policy: {name: 'x', policy, ...cluster.access}});
    await cluster.asRoot('PUT', 'auth/vprov/role/operator/role-id', {role_id: dataOf(id).role_id});
    expect(ran.message('it')).toContain('vprov cannot log in');
    expect(ran.tasks[0]?.hint).toMatch(/may be of another cluster, or somebody removed vprov's login/);
  });

  it('is a server that is sealed', async () => {
    await cluster.asRoot('PUT', 'sys/seal');
    const task = {vault_policy: {name: 'x', policy, ...cluster.access}};
    expect(await message(task)).toContain('is sealed');
    const {keys: _, ...access} = cluster.access;
    const byToken = {vault_policy: {name: 'x', policy, ...access, token: cluster.server.token}};
    expect(await message(byToken)).toContain('is sealed');
    await cluster.server.unseal();
  });
});

describe('a server that is not initialised', () => {
  it('is refused, and unknown to a check where the same run initialises it', async () => {
    const {server} = await newServer();
    const access = {url: server.url, keys: '.vprov/keys/new.age'};
    const task = {name: 'it', vault_policy: {name: 'x', policy, ...access}};
    const refused = await cluster.run(task, {check: true});
    expect(refused.message('it')).toContain('is not initialised');
    const begun = {
      name: 'begin',
      vault_init: {name: 'new', members: ['wallpi'], data_dir: '/nowhere', ...access},
    };
    const checked = await cluster.run(task, {check: true, more: [begun]});
    expect(checked.statuses).toEqual(['begin: would-change', 'it: unknown']);
    await server.remove();
    const gone = await cluster.run(task, {check: true});
    expect(gone.message('it')).toContain('no server answers');
  });
});

it('leaves no token, secret or login on the host, and in nothing that is told', async () => {
  const secrets = [cluster.server.token, await cluster.secretId(), 'CANARY-'];
  const forms = secrets.flatMap((one) => [
    one,
    Buffer.from(one).toString('base64').replace(/.?=*$/, ''),
    Buffer.from(one).toString('hex'),
    encodeURIComponent(one),
  ]);
  expect(cluster.shown(forms)).toEqual([]);
  // What is looked for would be found: this much the host was told.
  expect(cluster.shown(['sys/policies/acl/web'])).toHaveLength(1);
});

/** Of version 2, which may still be becoming one. */
async function write(at: string, data: object): Promise<void> {
  await waited(() => cluster.asRoot('POST', at, {data}));
}

/** What was just mounted answers nothing for a moment: asked until it does. */
async function waited(asking: () => Promise<{readonly status: number}>): Promise<void> {
  await expect.poll(async () => (await asking()).status).toBeLessThan(300);
}

/** Of what a server counts and dates. */
function withoutTimes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, one) => (['modified', 'version'].includes(name) ? 0 : one)));
}
