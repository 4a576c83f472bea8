import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {ensureFleet, type Fleet} from './fleet.ts';
import {newerVersion, olderVersion, program} from './product.ts';
import {attributesOf, type Ran, runVprov, total, vprov} from './vprov.ts';
import {changedSince, mark, type Seen, witness} from './witness.ts';

const playbook = 'playbooks/vault.yml';
let fleet: Fleet;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
});

function refsOf(ran: Ran, host: string): readonly string[] {
  return [
    ...new Set(
      ran.tasks
        .filter((task) => task.host === host)
        .flatMap((task) => task.changes.map((change) => change.ref)),
    ),
  ];
}

async function look(ran: Ran): Promise<ReadonlyMap<string, ReadonlyMap<string, Seen>>> {
  const seen = await Promise.all(
    fleet.hosts.map(async ({name}) => [name, await witness(fleet, name, refsOf(ran, name))] as const),
  );
  return new Map(seen);
}

/** The attributes of a resource that are not as they were, by the witness. */
function differences(before: Seen | undefined, after: Seen | undefined): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => before?.[name] !== after?.[name]);
}

/** What a new object brings with it that no task promises: a link's owner, a server's first invocation. */
function impliedBy(ref: string, after: Seen | undefined): readonly string[] {
  if (ref.startsWith('unit:')) return ['invocation'];
  return after?.type === 'link' ? ['owner', 'group'] : [];
}

/** Where users, enabled units, a unit's private /tmp and vprov's own notes are kept. */
const itsTraces = [
  /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?$/,
  /^\/etc\/\.pwd\.lock$/,
  /^\/etc\/systemd\/system\/multi-user\.target\.wants(\/vault\.service)?$/,
  /^(\/var)?\/tmp(\/systemd-private-[0-9a-f]+-vault\.service-.*)?$/,
  /^\/var\/lib\/vprov(\/|$)/,
];

/** What changes with what was made: the above, and directories on the way, which an overlay file system copies up. */
function comesWithIt(path: string, made: readonly string[]): boolean {
  const isOnTheWay = [...made, '/etc/systemd/system'].some((one) =>
    `${one}/`.startsWith(path === '/' ? '/' : `${path}/`),
  );
  return isOnTheWay || itsTraces.some((pattern) => pattern.test(path));
}

/** Those that bare hosts are for; the others are for clusters that serve (bootstrap.test.ts). */
describe.each(['vault.yml'])('playbooks/%s', (name) => {
  it('leaves at most 5 % of its tasks unknown in check mode on bare hosts', async () => {
    const {tasks, exitCode} = await runVprov(fleet, join('playbooks', name), '--check');
    expect(exitCode).toBe(0);
    for (const host of fleet.hosts) {
      const own = tasks.filter((task) => task.host === host.name);
      const unknown = own.filter(({status}) => status === 'unknown').map(({task}) => task.name);
      expect(own.length).toBeGreaterThan(0);
      expect(unknown.length / own.length, `${host.name}: ${unknown}`).toBeLessThanOrEqual(0.05);
    }
  });
});

describe('playbooks/vault.yml on five bare hosts', () => {
  it('changes nothing where the release is not to be had', async () => {
    await mark(fleet);
    const {exitCode, tasks} = await runVprov(fleet, playbook, '-e', 'vault_version=9.9.9');
    expect(exitCode).toBe(2);
    const failed = tasks.filter(({status}) => status === 'failed');
    expect(new Set(failed.map(({task}) => task.name))).toEqual(new Set(['the program is at hand, verified']));
    expect(tasks.filter(({status}) => status === 'changed')).toEqual([]);
    for (const {name} of fleet.hosts) expect(await changedSince(fleet, name), name).toEqual([]);
  });

  let predicted: Ran;
  let before: ReadonlyMap<string, ReadonlyMap<string, Seen>>;

  it('predicts in check mode, and writes nothing', async () => {
    await mark(fleet);
    predicted = await runVprov(fleet, playbook, '--check');
    expect(predicted.exitCode).toBe(0);
    expect(total(predicted, 'failed')).toBe(0);
    for (const {name} of fleet.hosts) expect(await changedSince(fleet, name), name).toEqual([]);
    before = await look(predicted);
  });

  it('knows before all but what the server says of its version, and tells what it has not looked at yet', async () => {
    const hosts = fleet.hosts.length;
    const named = (picked: (task: (typeof predicted.tasks)[number]) => boolean): readonly string[] => [
      ...new Set(predicted.tasks.filter(picked).map(({task}) => task.name)),
    ];
    // Nobody can say before what a server that is not there will answer.
    expect(named(({status}) => status === 'unknown')).toEqual([
      'the server is of the version that is wanted',
    ]);
    expect(named(({wouldRun}) => wouldRun === true)).toEqual([
      'ask the server whether it serves',
      'the server answers',
      'a member is one still',
      'a member is unsealed',
    ]);
    expect(total(predicted, 'unknown')).toBe(hosts);
  });

  it('then changes exactly what it predicted, attribute by attribute', async () => {
    await mark(fleet);
    const ran = await runVprov(fleet, playbook);
    expect(ran.tasks.filter((task) => task.status === 'failed')).toEqual([]);
    expect(ran.exitCode).toBe(0);
    expect(attributesOf(ran)).toEqual(attributesOf(predicted));
    expect(attributesOf(ran).length).toBeGreaterThan(100);
    const after = await look(predicted);
    for (const {name} of fleet.hosts) {
      const reported = new Map<string, Set<string>>();
      for (const line of attributesOf(ran)) {
        const [host, , ref = '', attribute = ''] = line.split(' | ');
        if (host === name) reported.set(ref, (reported.get(ref) ?? new Set()).add(attribute));
      }
      for (const [ref, attributes] of reported) {
        const differs = differences(before.get(name)?.get(ref), after.get(name)?.get(ref));
        const implied = impliedBy(ref, after.get(name)?.get(ref));
        expect(differs.filter((attribute) => !implied.includes(attribute)).sort(), `${name} ${ref}`).toEqual(
          [...attributes].sort(),
        );
      }
      const paths = [...reported.keys()]
        .filter((ref) => ref.startsWith('path:'))
        .map((ref) => ref.slice('path:'.length));
      const elsewhere = (await changedSince(fleet, name)).filter(
        (path) => !paths.includes(path) && !comesWithIt(path, paths),
      );
      expect(elsewhere, `${name}: changed and not predicted`).toEqual([]);
    }
  });

  it('leaves five servers that answer with the pinned version, and say that they are not initialised', async () => {
    const ran = await runVprov(fleet, playbook, '--tags', 'verify');
    expect(ran.exitCode).toBe(0);
    for (const {name} of fleet.hosts) {
      const status = await fleet.read(
        name,
        `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json || [ $? = 2 ]`,
      );
      expect(JSON.parse(status)).toMatchObject({version: olderVersion, initialized: false, sealed: true});
    }
  });

  it.each(['--diff', '--check'])(
    'changes nothing the second time (%s), and writes nothing to the disk',
    async (option) => {
      await mark(fleet);
      const ran = await runVprov(fleet, playbook, option);
      expect(ran.exitCode).toBe(0);
      expect(Object.keys(ran.hosts)).toHaveLength(5);
      expect([total(ran, 'changed'), total(ran, 'unknown'), total(ran, 'owed')]).toEqual([0, 0, 0]);
      for (const {roundTrips} of Object.values(ran.hosts)) expect(roundTrips).toBeLessThanOrEqual(4);
      for (const {name} of fleet.hosts) expect(await changedSince(fleet, name), name).toEqual([]);
    },
  );
});

describe('what a run asks a host', () => {
  it('is printed as one script and nothing else, with each thing in it once, which runs there and writes nothing', async () => {
    const asked = ['run', playbook, '-i', fleet.inventory, '--print-probes', 'wallpi'];
    const {exitCode, stdout} = await vprov(...asked);
    expect(exitCode).toBe(0);
    await mark(fleet);
    expect(await fleet.exec('wallpi', stdout)).toMatchObject({exitCode: 0});
    expect(await changedSince(fleet, 'wallpi')).toEqual([]);
    const things = [...stdout.matchAll(/^set -- (.*)$/gm)].flatMap(([, words = '']) => words.split(' '));
    expect(things).toContain('/etc/vault.d/vault.hcl');
    expect(things).toContain('vault.service');
    expect(things.filter((thing, index) => things.indexOf(thing) !== index)).toEqual([]);
  });
});

describe('one variable, on one host', () => {
  const options = ['-e', 'vault_log_level=debug', '--limit', 'wallpi', '--diff'];

  it('shows exactly that line and the handlers in check mode, and changes nothing', async () => {
    await mark(fleet);
    const ran = await runVprov(fleet, playbook, ...options, '--check');
    expect(Object.keys(ran.hosts)).toEqual(['wallpi']);
    // What becomes of the handler is known: the server that runs is asked before anything is planned.
    expect(attributesOf(ran)).toEqual([
      'wallpi | reload vault | unit:vault.service | reload',
      'wallpi | the configuration | path:/etc/vault.d/vault.hcl | content',
    ]);
    const [change] = ran.tasks.flatMap((task) => task.changes) as readonly {diff?: string}[];
    const changedLines = (change?.diff ?? '').split('\n').filter((line) => /^[-+](?![-+]{2} )/.test(line));
    expect(changedLines).toEqual([
      expect.stringMatching(/^-log_level += "info"$/),
      expect.stringMatching(/^\+log_level += "debug"$/),
    ]);
    expect(ran.tasks.flatMap((task) => task.notified ?? [])).toEqual(['reload vault']);
    expect(change).toMatchObject({impact: {type: 'reload', unit: 'vault.service', reason: 'log_level'}});
    expect(await changedSince(fleet, 'wallpi')).toEqual([]);
  });

  it('applies it, and the server reads it again once, without a restart', async () => {
    const invocation = (): Promise<string> =>
      fleet.read('wallpi', 'systemctl show -p InvocationID --value vault.service');
    const first = await invocation();
    const ran = await runVprov(fleet, playbook, ...options);
    expect(ran.exitCode).toBe(0);
    expect(ran.tasks.filter((task) => task.task.name === 'reload vault').map((task) => task.status)).toEqual([
      'changed',
    ]);
    expect(await fleet.read('wallpi', 'grep log_level /etc/vault.d/vault.hcl')).toContain('debug');
    // At the level before it says nothing of the sort.
    await fleet.read(
      'wallpi',
      `until journalctl -u vault --no-pager | grep -q "\\[DEBUG\\]"; do ${program} status -address=http://127.0.0.1:8200 >/dev/null; done`,
    );
    const again = await runVprov(fleet, playbook, ...options);
    expect([total(again, 'changed'), await invocation()]).toEqual([0, first]);
  });

  it('fails where the server did not take what it was to read again', async () => {
    // Nothing that vprov knows to be refused: what it does not know, the server tells its journal alone.
    const extra = 'user_lockout "all" {\n  lockout_counter_reset = "-1"\n}\n';
    const ran = await runVprov(
      fleet,
      playbook,
      ...options,
      '-e',
      JSON.stringify({vault_config_extra: extra}),
    );
    const reload = ran.tasks.find(({task}) => task.name === 'reload vault');
    expect([ran.exitCode, reload?.status]).toEqual([2, 'failed']);
    expect(reload?.message).toContain('the server goes on with what it had');
    expect(reload?.message).toContain('cannot be negative');
    const mended = await runVprov(fleet, playbook, ...options);
    const again = mended.tasks.find(({task}) => task.name === 'reload vault');
    expect([mended.exitCode, again?.status]).toEqual([0, 'changed']);
    await runVprov(fleet, playbook, '--limit', 'wallpi');
  });

  it('one that is read at the start only restarts the server once', async () => {
    const invocation = (): Promise<string> =>
      fleet.read('wallpi', 'systemctl show -p InvocationID --value vault.service');
    const first = await invocation();
    const atStart = ['-e', 'vault_ui=false', '--limit', 'wallpi'];
    const ran = await runVprov(fleet, playbook, ...atStart);
    expect(ran.exitCode).toBe(0);
    expect(ran.tasks.filter((task) => task.task.name === 'restart vault').map((task) => task.status)).toEqual(
      ['changed'],
    );
    const second = await invocation();
    expect(second).not.toBe(first);
    const again = await runVprov(fleet, playbook, ...atStart);
    expect([total(again, 'changed'), await invocation()]).toEqual([0, second]);
    await runVprov(fleet, playbook, '--limit', 'wallpi');
  });
});

describe('the rest of the configuration', () => {
  const wanted = {
    vault_profile: 'pi_zero',
    vault_settings: {telemetry: {disable_hostname: true}, storage: {raft: {snapshot_threshold: 16_384}}},
    vault_config_extra: '# mine\nmax_lease_ttl   =   "900h"\n',
  };
  const options = ['-e', JSON.stringify(wanted), '--limit', 'wallpi'];

  it('settings, a text of our own and what suits a small board reach the server, which starts with them', async () => {
    const ran = await runVprov(fleet, playbook, ...options);
    expect([ran.exitCode, ran.tasks.filter(({status}) => status === 'failed')]).toEqual([0, []]);
    const config = await fleet.read('wallpi', 'cat /etc/vault.d/vault.hcl');
    expect(config).toContain('  performance_multiplier = 8\n');
    expect(config).toContain('  snapshot_threshold = 16384\n');
    expect(config).toContain('telemetry {\n  disable_hostname = true\n}\n');
    expect(config).toContain('cache_size = 8192\n');
    expect(config).toMatch(/\n\n# mine\nmax_lease_ttl {3}= {3}"900h"\s*$/);
    const environment = await fleet.read('wallpi', 'cat /etc/vault.d/vault.env');
    const memory = Number(
      await fleet.read('wallpi', "awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo"),
    );
    const limit = Number(/^GOMEMLIMIT="(\d+)MiB"$/m.exec(environment)?.[1]);
    expect(Math.abs(limit - memory / 2)).toBeLessThan(2);
    expect(environment).toContain('BAO_RAFT_DISABLE_MAP_POPULATE=1\nGOGC=50');
    const unit = await fleet.read('wallpi', 'cat /etc/systemd/system/vault.service');
    expect(unit).toContain('TimeoutStartSec=600\nTimeoutStopSec=180\n');
    expect(unit).not.toContain('MemoryMax');
    const again = await runVprov(fleet, playbook, ...options);
    expect([again.exitCode, total(again, 'changed')]).toEqual([0, 0]);
    await runVprov(fleet, playbook, '--limit', 'wallpi');
  });

  it.each([
    [{vault_settings: {listner: []}}, "'settings' sets 'listner', which no server reads"],
    [
      {vault_settings: {service_registration: {consul: {}}}},
      "'settings' has the block 'service_registration.consul', which OpenBao does not have",
    ],
  ])('%j is refused before any host is contacted', async (variables, message) => {
    const ran = await runVprov(fleet, playbook, '-e', JSON.stringify(variables), '--limit', 'wallpi');
    expect([ran.exitCode, ran.tasks]).toEqual([1, []]);
    expect(JSON.stringify(ran.events)).toContain(message);
  });

  it('text of its own that sets what is set already is refused before anything is changed', async () => {
    const ran = await runVprov(fleet, playbook, '-e', 'vault_config_extra=ui = false', '--limit', 'wallpi');
    expect(total(ran, 'changed')).toBe(0);
    expect(ran.tasks.find(({status}) => status === 'failed')?.message).toContain(
      "extra sets 'ui', which is set already (line 1)",
    );
  });
});

describe('sabotage is repaired by one run, and only that', () => {
  const cases = [
    {
      what: 'a directory removed',
      by: 'systemctl stop vault; rm -rf /var/lib/vault',
      tasks: ["the data's directory", 'the service is enabled and runs'],
    },
    {what: 'a mode changed', by: 'chmod 0777 /etc/vault.d', tasks: ["the configuration's directory"]},
    {
      what: 'the unit edited',
      by: 'echo "# edited" >>/etc/systemd/system/vault.service',
      tasks: ['the unit', 'the service is enabled and runs', 'restart vault'],
    },
    {what: 'the service stopped', by: 'systemctl stop vault', tasks: ['the service is enabled and runs']},
    {what: 'the service disabled', by: 'systemctl disable vault', tasks: ['the service is enabled and runs']},
    {
      what: 'the link removed that enables the service',
      by: 'rm /etc/systemd/system/multi-user.target.wants/vault.service',
      tasks: ['the service is enabled and runs'],
    },
    {
      what: 'that link removed, and the unit edited',
      by: 'rm /etc/systemd/system/multi-user.target.wants/vault.service; echo "# edited" >>/etc/systemd/system/vault.service',
      tasks: ['the unit', 'the service is enabled and runs', 'restart vault'],
    },
    {
      what: 'the unit masked by hand, and the mask taken away by hand',
      by: 'systemctl stop vault; ln -sf /dev/null /etc/systemd/system/vault.service; systemctl daemon-reload; rm /etc/systemd/system/vault.service',
      tasks: ['the unit', 'the service is enabled and runs'],
    },
    {
      what: 'the shell of the user that the server runs as',
      by: 'sed -i "/^vault:/s,[^:]*$,/bin/sh," /etc/passwd',
      tasks: ["the server's user"],
    },
    {
      what: 'the user put into another group',
      by: 'usermod -aG adm vault',
      tasks: ["the server's user", 'restart vault'],
    },
    {what: 'an owner changed', by: 'chown pi /etc/vault.d/vault.env', tasks: ['the environment']},
    {
      what: 'the link led elsewhere',
      by: `ln -sfn /bin/true /usr/local/bin/${program}`,
      tasks: ['the program', 'restart vault'],
    },
  ];
  it.each(cases)('$what', async ({by, tasks}) => {
    await fleet.read('frontpi', by);
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    const changed = ran.tasks.filter((task) => task.status === 'changed').map((task) => task.task.name);
    expect(ran.tasks.filter((task) => task.status === 'failed')).toEqual([]);
    expect([...changed].sort()).toEqual([...tasks].sort());
    expect(ran.exitCode).toBe(0);
    const again = await runVprov(fleet, playbook, '--limit', 'frontpi');
    expect(total(again, 'changed')).toBe(0);
  });

  it('a home that usermod does not change under a running server is refused with its reason', async () => {
    await fleet.read('frontpi', 'sed -i "/^vault:/s,:[^:]*:[^:]*$,:/tmp:/bin/sh," /etc/passwd');
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    const failed = ran.tasks.filter((task) => task.status === 'failed');
    expect([ran.exitCode, failed.map(({task}) => task.name)]).toEqual([1, ["the server's user"]]);
    expect(failed[0]?.message).toContain('user vault is given no other home while it runs something');
    expect(await fleet.read('frontpi', 'grep ^vault: /etc/passwd')).toMatch(/:\/tmp:\/bin\/sh$/);
    await fleet.read(
      'frontpi',
      'sed -i "/^vault:/s,:/tmp:/bin/sh,:/nonexistent:/usr/sbin/nologin," /etc/passwd',
    );
  });

  it('data that are gone from under a running server are refused, not made anew', async () => {
    await fleet.read('frontpi', 'mv /var/lib/vault /var/lib/vault.away');
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
    expect(ran.tasks.find(({status}) => status === 'failed')?.message).toContain(
      'its data in /var/lib/vault are gone',
    );
    await fleet.read('frontpi', 'mv /var/lib/vault.away /var/lib/vault');
  });

  it('another port, or another version while the server cannot say whether it is a member, is refused before a change', async () => {
    const refused = async (variable: string): Promise<string | undefined> => {
      const ran = await runVprov(fleet, playbook, '--limit', 'frontpi', '-e', variable);
      expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
      return ran.tasks.find(({status}) => status === 'failed')?.message;
    };
    expect(await refused('vault_port=8210')).toContain('listens on port 8200, not 8210');
    await fleet.read('frontpi', 'systemctl stop vault');
    expect(await refused(`vault_version=${newerVersion}`)).toContain('the server does not run');
    await fleet.read('frontpi', 'systemctl start vault');
  });

  it('a drop-in that runs another command is refused by its name, in check mode too, and one that does not is left alone', async () => {
    const folder = '/etc/systemd/system/vault.service.d';
    const dropIn = `${folder}/10-mine.conf`;
    await fleet.read(
      'frontpi',
      `mkdir ${folder}; printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 1000\\n' >${dropIn}; systemctl daemon-reload`,
    );
    for (const options of [['--check'], []]) {
      const ran = await runVprov(fleet, playbook, '--limit', 'frontpi', ...options);
      expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
      expect(ran.tasks.find(({status}) => status === 'failed')?.message).toContain(
        `${dropIn} puts another command in the place of the unit's`,
      );
    }
    await fleet.read('frontpi', `printf '[Service]\\nUser=root\\n' >${dropIn}; systemctl daemon-reload`);
    const weakened = await runVprov(fleet, playbook, '--limit', 'frontpi');
    expect(weakened.exitCode).toBe(1);
    expect(weakened.tasks.find(({status}) => status === 'failed')?.message).toContain(
      `${dropIn} takes the unit's hardening away (User)`,
    );
    await fleet.read('frontpi', `printf '[Service]\\nNice=5\\n' >${dropIn}; systemctl daemon-reload`);
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([0, 0]);
    await fleet.read('frontpi', `rm -r ${folder}; systemctl daemon-reload`);
  });

  it.each([
    ['a pipe in the place of its configuration', '/etc/vault.d/vault.hcl', 'mkfifo', 'the configuration'],
    ['a mask', '/etc/systemd/system/vault.service', 'ln -s /dev/null', 'nothing is in the way'],
  ])('%s is refused with the reason, and waited for by nobody', async (_, file, put, task) => {
    await fleet.read('frontpi', `mv ${file} ${file}.away; ${put} ${file}`);
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    const failed = ran.tasks.filter(({status}) => status === 'failed');
    expect([ran.exitCode, failed.map((one) => one.task.name)]).toEqual([1, [task]]);
    expect(failed[0]?.message).toMatch(/special file|masked/);
    await fleet.read('frontpi', `mv -f ${file}.away ${file}; systemctl daemon-reload`);
  });

  it('a file swapped for a link is refused with the reason, and left alone', async () => {
    await fleet.read(
      'frontpi',
      'mv /etc/vault.d/vault.env /etc/vault.d/elsewhere; ln -s elsewhere /etc/vault.d/vault.env',
    );
    const ran = await runVprov(fleet, playbook, '--limit', 'frontpi');
    expect(ran.exitCode).toBe(1);
    const failed = ran.tasks.filter((task) => task.status === 'failed');
    expect(failed.map((task) => task.task.name)).toEqual(['the environment']);
    expect(failed[0]?.message).toMatch(/symbolic link|link/);
    expect(await fleet.read('frontpi', 'readlink /etc/vault.d/vault.env')).toBe('elsewhere');
    await fleet.read('frontpi', 'mv -f /etc/vault.d/elsewhere /etc/vault.d/vault.env');
  });
});

describe('a member that serves', () => {
  const asking = (script: string): string => `export VAULT_ADDR=http://127.0.0.1:8200; ${script}`;
  const invocation = (): Promise<string> =>
    fleet.read('sense', 'systemctl show -p InvocationID --value vault.service');
  let key = '';

  it('is not restarted: the restart stays owed, in this run and the next, and the server goes on', async () => {
    const keys = JSON.parse(
      await fleet.read(
        'sense',
        asking(`${program} operator init -key-shares=1 -key-threshold=1 -format=json`),
      ),
    ) as {
      unseal_keys_b64: string[];
    };
    key = keys.unseal_keys_b64[0] ?? '';
    await fleet.read('sense', asking(`${program} operator unseal ${key} >/dev/null`));
    const serving = await invocation();
    const foretold = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false', '--check');
    expect(foretold.exitCode).toBe(2);
    expect(foretold.tasks.find((task) => task.status === 'failed')?.message).toContain('restart owed');
    for (const options of [
      ['-e', 'vault_ui=false'],
      ['-e', 'vault_ui=false'],
      ['-e', 'vault_ui=false', '--check'],
      ['-e', 'vault_ui=false'],
    ]) {
      const ran = await runVprov(fleet, playbook, '--limit', 'sense', ...options);
      expect(ran.exitCode).toBe(2);
      expect(ran.hosts.sense?.owed).toBeGreaterThan(0);
      expect(ran.tasks.find((task) => task.status === 'failed')?.message).toContain('restart owed');
      expect(await invocation()).toBe(serving);
    }
    expect(await fleet.read('sense', asking(`${program} status -format=json`))).toContain('"sealed": false');
  });

  it('is not given the address of another member', async () => {
    const another = ['-e', 'vault_ui=false', '-e', 'vault_address=wallpi'];
    const ran = await runVprov(fleet, playbook, '--limit', 'sense', ...another);
    expect([ran.exitCode, ran.tasks]).toEqual([1, []]);
    expect(JSON.stringify(ran.events)).toContain('each member needs a vault_address of its own');
  });

  it('reads its log level again without being sealed, beside the restart that is owed', async () => {
    const serving = await invocation();
    const ran = await runVprov(
      fleet,
      playbook,
      '--limit',
      'sense',
      '-e',
      'vault_ui=false',
      '-e',
      'vault_log_level=warn',
    );
    expect(ran.tasks.find(({task}) => task.name === 'reload vault')?.status).toBe('changed');
    const back = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false');
    expect([ran.exitCode, back.exitCode]).toEqual([2, 2]);
    expect([await invocation(), await fleet.read('sense', asking(`${program} status -format=json`))]).toEqual(
      [serving, expect.stringContaining('"sealed": false')],
    );
  });

  it('is guarded whatever tags say', async () => {
    for (const skipped of ['verify', 'install', 'configure', 'service']) {
      const ran = await runVprov(
        fleet,
        playbook,
        '--limit',
        'sense',
        '--skip-tags',
        skipped,
        '-e',
        'vault_version=2.7.2',
      );
      // A refusal; and the restart is still owed.
      expect([ran.exitCode, total(ran, 'changed')]).toEqual([2, 0]);
      expect(ran.tasks.find(({status}) => status === 'failed')?.message).toContain(
        'does not change the version',
      );
    }
  });

  it('is owed nothing any more once somebody who has the keys restarted it', async () => {
    await fleet.read(
      'sense',
      asking(
        `systemctl restart vault; until ${program} operator unseal ${key} >/dev/null 2>&1; do sleep 0.2; done`,
      ),
    );
    const restarted = await invocation();
    const ran = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false');
    expect([ran.exitCode, ran.hosts.sense?.owed]).toEqual([0, 0]);
    // It is seen unsealed for the first time.
    expect(ran.tasks.filter(({status}) => status === 'changed').map(({task}) => task.name)).toEqual([
      'the record of the cluster, on this machine',
    ]);
    expect(await invocation()).toBe(restarted);
  });

  it('owes nothing for another list of members, which it does not read any more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vprov-members-'));
    const more = join(folder, 'more.yml');
    await writeFile(
      more,
      'vault_servers:\n  hosts:\n    newpi: {host: newpi.example, ansible_host: newpi.example}\n',
    );
    const serving = await invocation();
    const ran = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false', '-i', more);
    const [change] = ran.tasks.flatMap((task) => task.changes) as readonly {impact?: unknown}[];
    // Who is in the inventory is no member yet, and is not written down as one.
    expect([ran.exitCode, ran.hosts.sense?.owed, total(ran, 'changed')]).toEqual([0, 0, 1]);
    expect(change?.impact).toEqual({type: 'none'});
    expect(await fleet.read('sense', 'cat /etc/vault.d/vault.hcl')).toContain('newpi.example:8200');
    const back = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false');
    expect([back.exitCode, back.hosts.sense?.owed, total(back, 'changed')]).toEqual([0, 0, 1]);
    expect(await invocation()).toBe(serving);
    await rm(folder, {recursive: true});
  });

  it.each(['--diff', '--check'])('is told to be sealed where it is, with what to do (%s)', async (option) => {
    await fleet.read('sense', asking(`${program} operator seal 2>/dev/null || systemctl restart vault`));
    const ran = await runVprov(fleet, playbook, '--limit', 'sense', '-e', 'vault_ui=false', option);
    expect([ran.exitCode, total(ran, 'changed'), total(ran, 'unknown')]).toEqual([3, 0, 0]);
    expect(ran.tasks.flatMap(({attention}) => attention ?? [])).toEqual([
      expect.stringContaining(`${program} operator unseal -address=http://127.0.0.1:8200`),
    ]);
  });
});
