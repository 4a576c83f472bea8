import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, type Keeper, newKeeper} from './bootstrap.ts';
import {formsOf, placesOf, type Watching, watchProcesses} from './canaries.ts';
import {capture} from './docker.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {checkout, layout} from './layout.ts';
import {program} from './product.ts';
import {runArguments, startVprov, vprov} from './vprov.ts';

// What docs/security.md says of shares, root tokens, vprov's login and private keys: each is looked for, in each form, wherever it could be.

/** The server's own log of all that it was told and said, secrets and all: how else would the test know the tokens? */
const audited = '/var/log/canary/audit.log';
const serverKey = '/etc/vault.d/tls/server.key';
const settings = JSON.stringify({
  vault_tls: 'on',
  vault_performance_multiplier: 1,
  vault_writable_paths: ['/var/log/canary'],
  vault_settings: {audit: {file: {canary: {options: {file_path: audited, log_raw: true}}}}},
});

let fleet: Fleet;
let keeper: Keeper;
let folder = '';
let watching: Watching;
let rootToken = '';
/** All that was said by all runs. */
let said = '';

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  folder = mkdtempSync(join(tmpdir(), 'vprov-canaries-'));
  await Promise.all(fleet.hosts.map(({name}) => fleet.read(name, 'mkdir -m 0777 /var/log/canary')));
  rmSync(join(layout().dir, 'runs'), {recursive: true, force: true});
  watching = await watchProcesses(fleet);
});

afterAll(async () => {
  keeper?.remove();
  rmSync(folder, {recursive: true, force: true});
  await fleet.reset();
});

/** A run as talkative as can be, as text or as JSON lines. @param meanwhile is called until it says yes, or the run ends */
async function run(
  playbook: string,
  as: 'text' | 'json',
  options: readonly string[],
  meanwhile: () => Promise<boolean> = async () => true,
): Promise<void> {
  const words = runArguments(fleet, join(checkout, 'playbooks', `${playbook}.yml`), [
    ...keeper.options,
    ...['-e', settings, '-vvv', '--diff'],
    ...options,
  ]);
  const child = startVprov(
    as === 'json' ? words : words.filter((word) => word !== '--output' && word !== 'json'),
    folder,
  );
  let own = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      own += text;
    });
  const closed = once(child, 'close');
  let running = true;
  const looking = (async () => {
    while (running && !(await meanwhile()));
  })();
  const [exitCode] = await closed;
  running = false;
  await looking;
  said += own;
  expect([exitCode, exitCode === 0 ? '' : own.slice(-3000)]).toEqual([0, '']);
}

/** The root token, which is kept for as long as it is good for something. */
async function lookForRootToken(): Promise<boolean> {
  const {stdout, exitCode} = await vprov(
    ...['secrets', 'view', keeper.initialFile, ...keeper.options.slice(0, 2)],
  );
  if (exitCode !== 0) return false;
  rootToken = (JSON.parse(stdout) as {readonly root_token: string}).root_token;
  return true;
}

describe('what is secret of a cluster', () => {
  const canaries: Record<string, readonly string[]> = {};
  const all = (): readonly string[] => [...new Set(Object.values(canaries).flat())];

  it('is used: a bootstrap, an unsealing, a restart of all', async () => {
    await run('vault', 'text', ['-e', `vault_bootstrap=${clusterName}`], lookForRootToken);
    await fleet.read('wallpi', 'systemctl restart vault');
    await run('vault-unseal', 'json', []);
    await run('vault-restart', 'text', ['-e', 'vault_restart_which=all']);
    await run('vault', 'json', []);
    await watching.stop();
    expect(rootToken).toMatch(/^s\./);
  });

  it('is known to the test: shares, the root token, the login and each of its tokens, private keys', async () => {
    const {shares, operator} = await keeper.keys();
    const logs = await Promise.all(
      fleet.hosts.map(({name}) => fleet.read(name, `cat ${audited} 2>/dev/null || true`)),
    );
    const tokens = new Set(logs.join('\n').match(/\bs\.[A-Za-z0-9]{20,}/g));
    const authority = await vprov(
      ...['secrets', 'view', join(folder, `.vprov/ca/${clusterName}.key.age`), ...keeper.options.slice(0, 2)],
    );
    const serverKeys = await Promise.all(fleet.hosts.map(({name}) => fleet.read(name, `cat ${serverKey}`)));
    canaries.share = shares.flatMap(formsOf);
    canaries.root = formsOf(rootToken);
    canaries.secretId = formsOf(operator?.secret_id ?? '');
    canaries.tokens = [...tokens].flatMap(formsOf);
    canaries.authority = linesOf(authority.stdout);
    canaries.serverKeys = serverKeys.flatMap(linesOf);
    expect(tokens).toContain(rootToken);
    // Many logins: each gate of each restart makes one.
    expect(tokens.size).toBeGreaterThan(10);
    expect(shares).toHaveLength(5);
    expect(Object.values(canaries).every((forms) => forms.length > 0)).toBe(true);
  });

  it.each(['sense', 'wallpi', 'frontpi', 'deskpi', 'atticpi'])(
    'is in no file, no journal, no command and no environment of %s, but for the key of its own certificate',
    async (host) => {
      expect(await placesOf(fleet, host, all(), [audited, serverKey])).toEqual([]);
    },
  );

  it('is in nothing that was said, as text or as JSON lines', () => {
    expect(said.length).toBeGreaterThan(10_000);
    expect(all().filter((form) => said.includes(form))).toEqual([]);
  });

  it('is in no record of a run, nor in anything else that is kept on this machine', async () => {
    const runs = join(layout().dir, 'runs');
    expect(readdirSync(runs).filter((file) => file.endsWith('.jsonl'))).toHaveLength(4);
    const texts = join(folder, 'texts');
    writeFileSync(texts, `${all().join('\n')}\n`);
    // What of the cache is made of files that were read; the rest are programs that were fetched.
    const cache = ['documents', 'syntax'].map((name) => join(homedir(), '.cache', 'vprov', name));
    const places = [runs, folder, ...cache.filter((place) => existsSync(place))];
    const {exitCode, stdout} = await capture('grep', ['-rlaFf', texts, '--exclude=texts', ...places]);
    rmSync(texts);
    // 1: it was found nowhere.
    expect([stdout, exitCode]).toEqual(['', 1]);
  });

  it('is seen where it is: the looking itself works', async () => {
    const {operator} = await keeper.keys();
    const [, , shifted = ''] = formsOf(operator?.secret_id ?? '').filter((form) => form.length < 60);
    await fleet.read(
      'deskpi',
      `printf %s 'xx${shifted}yy' >/var/tmp/planted; systemd-cat -t planted echo '${rootToken}'`,
    );
    await expect
      .poll(() => placesOf(fleet, 'deskpi', all(), [audited, serverKey]))
      .toEqual(expect.arrayContaining(['/var/tmp/planted', 'journal']));
    await fleet.read('deskpi', 'rm /var/tmp/planted');
    for (const {name} of fleet.hosts) {
      const seen = await fleet.read(name, `grep -cE '(^|/)${program}$|^vprov|^server$' ${watching.file}`);
      expect(Number(seen), name).toBeGreaterThan(0);
    }
  });
});

/** Of a key in PEM what is not the same in all of them. */
function linesOf(pem: string): readonly string[] {
  return pem.split('\n').filter((line) => line.length >= 40 && !line.startsWith('-----'));
}
