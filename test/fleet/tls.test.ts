import {X509Certificate} from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, type Keeper, newKeeper} from './bootstrap.ts';
import {must} from './docker.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {program} from './product.ts';
import {type Ran, runVprovIn, total, vprovIn} from './vprov.ts';

let fleet: Fleet;
let keeper: Keeper;
/** Where vprov runs: the authority is kept below it. */
let folder = '';

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  folder = mkdtempSync(join(tmpdir(), 'vprov-tls-'));
});

afterAll(() => {
  keeper?.remove();
  rmSync(folder, {recursive: true, force: true});
});

function run(playbook: string, ...options: readonly string[]): Promise<Ran> {
  return runVprovIn(
    folder,
    fleet,
    `playbooks/${playbook}.yml`,
    ...keeper.options,
    '-e',
    'vault_tls=on',
    ...options,
  );
}

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

const asking = 'export VAULT_ADDR=https://127.0.0.1:8200 VAULT_CACERT=/etc/vault.d/tls/ca.crt;';

/** Of what a member shows whoever connects to it. */
async function servedBy(host: string): Promise<X509Certificate> {
  return new X509Certificate(
    await fleet.read(host, 'openssl s_client -connect 127.0.0.1:8200 </dev/null 2>/dev/null | openssl x509'),
  );
}

describe('a cluster whose members speak TLS', () => {
  it('goes from bare hosts to five unsealed voters in one command', async () => {
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    for (const {name} of fleet.hosts) {
      const status = JSON.parse(await fleet.read(name, `${asking} ${program} status -format=json`)) as {
        sealed: boolean;
      };
      expect(status.sealed).toBe(false);
    }
  });

  it('changes nothing the second time', async () => {
    const ran = await run('vault');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 0]);
  });

  it('keeps the key of the authority encrypted here and on no host, and the keys of members for the server alone', async () => {
    const ca = join(folder, '.vprov/ca');
    expect(new X509Certificate(readFileSync(join(ca, `${clusterName}.crt`))).ca).toBe(true);
    expect(readFileSync(join(ca, `${clusterName}.key.age`), 'utf8')).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----/,
    );
    expect(statSync(join(ca, `${clusterName}.key.age`)).mode & 0o777).toBe(0o600);
    expect(await fleet.read('wallpi', 'cd /etc/vault.d/tls; stat -c "%n %U:%G %a" *')).toBe(
      'ca.crt root:vault 644\nserver.crt root:vault 644\nserver.key root:vault 640',
    );
  });

  it('gets new certificates by a reload when their names change, and stays unsealed', async () => {
    const before = await servedBy('wallpi');
    const more = ['-e', JSON.stringify({vault_tls_names: ['vault.home']})];
    const checked = await run('vault', '--check', ...more);
    expect([failures(checked), checked.exitCode]).toEqual([[], 0]);
    expect(JSON.stringify(checked.events)).toContain('it is not for vault.home');
    expect((await servedBy('wallpi')).fingerprint256).toBe(before.fingerprint256);
    const ran = await run('vault', ...more);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    const after = await servedBy('wallpi');
    expect(after.subjectAltName).toContain('DNS:vault.home');
    const status = JSON.parse(await fleet.read('wallpi', `${asking} ${program} status -format=json`)) as {
      sealed: boolean;
    };
    expect(status.sealed).toBe(false);
    const again = await run('vault', ...more);
    expect([failures(again), again.exitCode, total(again, 'changed')]).toEqual([[], 0, 0]);
  });

  it('is told of where a server goes on with the certificate before', async () => {
    // What somebody put there is replaced by the run, and the server is deaf when it is told.
    const dir = '/etc/vault.d/tls';
    await fleet.read(
      'deskpi',
      `cd ${dir} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=deskpi -days 9 -keyout server.key -out server.crt 2>/dev/null`,
    );
    const dropIn = '/etc/systemd/system/vault.service.d';
    await fleet.read(
      'deskpi',
      `mkdir ${dropIn}; printf '[Service]\\nExecReload=\\nExecReload=/bin/true\\n' >${dropIn}/deaf.conf; systemctl daemon-reload`,
    );
    const ran = await run('vault', '--limit', 'deskpi');
    expect(failures(ran)).toEqual([
      expect.stringMatching(
        /^deskpi: it serves the certificate that its file has: .*server\.crt: it serves the certificate \w{8} that ends on .*, and not the certificate \w{8}/,
      ),
    ]);
    await fleet.read('deskpi', `rm -r ${dropIn}; systemctl daemon-reload; systemctl reload vault`);
    const after = await run('vault', '--limit', 'deskpi');
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  });

  it('tells until when its certificates are valid', async () => {
    const {stdout, exitCode} = await vprovIn(folder, 'vault', 'status', '-i', fleet.inventory, '--json');
    const {nodes} = JSON.parse(stdout) as {nodes: Record<string, {certificate_ends: string}>};
    const days = (Date.parse(nodes.wallpi?.certificate_ends ?? '') - Date.now()) / 86_400_000;
    expect([Math.ceil(days), exitCode]).toEqual([730, 0]);
  });

  it('is restarted one after the other, each unsealed', async () => {
    const ran = await run('vault-restart', '-e', 'vault_restart_which=all');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 5]);
  });

  it('is left alone from a machine that does not have its authority', async () => {
    rmSync(join(folder, '.vprov/ca'), {recursive: true});
    const ran = await run('vault');
    expect(failures(ran)[0]).toMatch(/does not say how it is: .*certificate/);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
  });
});

describe('a cluster whose certificates were given', () => {
  /** Of the house's own authority, below which every member has one. */
  let given = '';
  const run = (playbook: string, ...options: readonly string[]): Promise<Ran> =>
    runVprovIn(
      folder,
      fleet,
      `playbooks/${playbook}.yml`,
      ...keeper.options,
      ...['-e', 'vault_tls=on', '-i', join(given, 'given.yml')],
      ...options,
    );
  const issue = (): Promise<unknown> =>
    must(
      'sh',
      ['-s', given, ...fleet.hosts.map(({name}) => name)],
      `set -e; cd "$1"; shift
key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
[ -e house.key ] || openssl req -x509 $key -subj '/CN=the house' -days 99 -keyout house.key -out house.crt 2>/dev/null
for name do
  openssl req $key -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$name" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA house.crt -CAkey house.key -CAcreateserial -days 9 -extfile "$name.ext" -out "$name.crt" 2>/dev/null
done`,
    );

  beforeAll(async () => {
    await fleet.reset();
    rmSync(keeper.keysFile);
    rmSync(join(folder, '.vprov'), {recursive: true, force: true});
    given = mkdtempSync(join(tmpdir(), 'vprov-given-'));
    await issue();
    const variables = {
      vault_tls_cert: join(given, '{{ inventory_hostname }}.crt'),
      vault_tls_key: join(given, '{{ inventory_hostname }}.key'),
      vault_tls_ca: join(given, 'house.crt'),
    };
    writeFileSync(join(given, 'given.yml'), JSON.stringify({all: {vars: variables}}));
    mkdirSync(join(folder, '.vprov/ca'), {recursive: true});
    copyFileSync(join(given, 'house.crt'), join(folder, '.vprov/ca/house.crt'));
  });

  afterAll(() => rmSync(given, {recursive: true, force: true}));

  it('goes from bare hosts to five unsealed voters, and makes no authority', async () => {
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect((await servedBy('wallpi')).issuer).toBe('CN=the house');
    expect(existsSync(join(folder, `.vprov/ca/${clusterName}.crt`))).toBe(false);
    expect(JSON.stringify(ran.events)).not.toContain('PRIVATE KEY');
    const again = await run('vault');
    expect([failures(again), again.exitCode, total(again, 'changed')]).toEqual([[], 0, 0]);
  });

  it('gets new ones by a reload, and serves them, unsealed', async () => {
    const before = await servedBy('wallpi');
    await issue();
    const ran = await run('vault');
    expect([failures(ran), ran.exitCode, total(ran, 'owed')]).toEqual([[], 0, 0]);
    const after = await servedBy('wallpi');
    expect(after.fingerprint256).not.toBe(before.fingerprint256);
    expect(after.fingerprint256).toBe(
      new X509Certificate(readFileSync(join(given, 'wallpi.crt'))).fingerprint256,
    );
    expect(await fleet.read('wallpi', `${asking} ${program} status -format=json`)).toContain(
      '"sealed": false',
    );
  });
});
