import {X509Certificate} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, type Keeper, newKeeper} from './bootstrap.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
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

const bao = 'export BAO_ADDR=https://127.0.0.1:8200 BAO_CACERT=/etc/vault.d/tls/ca.crt;';

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
      const status = JSON.parse(await fleet.read(name, `${bao} bao status -format=json`)) as {
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
    const status = JSON.parse(await fleet.read('wallpi', `${bao} bao status -format=json`)) as {
      sealed: boolean;
    };
    expect(status.sealed).toBe(false);
    const again = await run('vault', ...more);
    expect([failures(again), again.exitCode, total(again, 'changed')]).toEqual([[], 0, 0]);
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
