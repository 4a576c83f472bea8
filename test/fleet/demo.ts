import {relative} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {$} from 'zx';
import {ensureFleet, type Fleet} from './fleet.ts';
import {checkout} from './layout.ts';
import {olderVersion} from './product.ts';
import {healthOf} from './serving.ts';

/** How long a unit must have been active without a break. */
const stableMs = 10_000;
const patienceMs = 90_000;

/** Of `vprov run`: done, and a server that somebody has initialised since is sealed. It has said so itself. */
const wantsAttention = 3;

/** Where the time starts to count: make's start (in seconds), else this program's. */
const startedMs = Number(process.env.VPROV_STARTED ?? Date.now() / 1_000) * 1_000;

/** `make demo`: the hosts, one run of the playbook, and five servers that stay up. */
async function demo(): Promise<number> {
  const fleet = await ensureFleet();
  const inventory = relative(checkout, fleet.inventory);
  const {exitCode} = await $({
    cwd: checkout,
    stdio: 'inherit',
    nothrow: true,
  })`node dist/vprov.mjs run playbooks/vault.yml -i ${inventory}`;
  if (exitCode !== 0 && exitCode !== wantsAttention) {
    console.error(`demo: vprov ended with ${exitCode}`);
    return exitCode ?? 1;
  }
  console.log(`\nwaiting until each vault.service has been active for ${stableMs / 1_000} s …`);
  await Promise.all(fleet.hosts.map(({name}) => stable(fleet, name)));
  const healths = await Promise.all(fleet.hosts.map((host) => healthOf(fleet, host)));
  for (const {host, status, version} of healths) {
    console.log(`  ${host.padEnd(8)} GET /v1/sys/health: ${status} (${meaning(status)}), version ${version}`);
  }
  const wrong = healths.filter(({status, version}) => !servesAsWanted(status) || version !== olderVersion);
  if (wrong.length > 0) {
    console.error(
      `demo: ${wrong.map(({host}) => host).join(', ')} should answer 501 with version ${olderVersion}`,
    );
    return 1;
  }
  console.log(
    `${healths.length} servers up, ${Math.round((Date.now() - startedMs) / 1_000)} s in all. Next, try:\n${commands(inventory, fleet.sshConfig)}`,
  );
  return 0;
}

/** A new server is not initialised; one that somebody has initialised since is sealed, standby or active. */
function servesAsWanted(status: number): boolean {
  return status === 501 || initialised.has(status);
}

const initialised = new Map([
  [200, 'active'],
  [429, 'standby'],
  [503, 'sealed'],
]);

function meaning(status: number): string {
  return status === 501 ? 'not initialised' : (initialised.get(status) ?? 'unexpected');
}

/** Three commands to go on with, narrow enough for 80 columns. */
function commands(inventory: string, sshConfig: string): string {
  // Set where make brought a Node of its own, which the shell of whoever called it does not know.
  const {VPROV_NODE_DIR: nodeDirectory} = process.env;
  return [
    ...(nodeDirectory ? [`  export PATH="${nodeDirectory}:$PATH"`] : []),
    `  node dist/vprov.mjs run playbooks/vault.yml -i ${inventory}`,
    `  node dist/vprov.mjs run playbooks/vault.yml -i ${inventory} \\`,
    '      --limit wallpi --check --diff -e vault_log_level=debug',
    `  ssh -F ${relative(checkout, sshConfig)} wallpi`,
    '(make fleet-down removes the hosts)',
  ].join('\n');
}

/** Waits until the unit has been active for `stableMs` in one invocation; asked of systemd and not of vprov. */
async function stable(fleet: Fleet, host: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const shown = await fleet.read(
      host,
      // How long it is in this state, on the host's own clock; a restart begins anew.
      `systemctl show vault.service -p ActiveState -p ActiveEnterTimestampMonotonic
       read -r up idle </proc/uptime; echo "Uptime=$up"`,
    );
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
    const activeMs = Number(value('Uptime')) * 1_000 - Number(value('ActiveEnterTimestampMonotonic')) / 1_000;
    const active = value('ActiveState') === 'active';
    if (active && activeMs >= stableMs) return;
    if (Date.now() > deadline) {
      const journal = await fleet.read(host, 'journalctl -u vault.service -n 20 --no-pager');
      throw new Error(`${host}: vault.service is ${value('ActiveState')}\n${journal}`);
    }
    await after(active ? stableMs - activeMs : 500);
  }
}

process.exitCode = await demo();
