import {spawn} from 'node:child_process';
import {relative} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {ensureFleet, type Fleet} from './fleet.ts';
import {checkout} from './layout.ts';
import {program} from './product.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
});

/** What `make demo` starts once everything is built: its exit code and the lines that it prints. */
function demo(): Promise<{exitCode: number | null; lines: readonly string[]}> {
  return new Promise((resolve, reject) => {
    const program = ['--import', 'tsx', 'test/fleet/demo.ts'];
    const child = spawn(process.execPath, program, {cwd: checkout, stdio: ['ignore', 'pipe', 'pipe']});
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({exitCode, lines: text.trimEnd().split('\n')}));
  });
}

describe('the demo', () => {
  it.each(['from nothing', 'again'])(
    '%s brings up five servers, and ends in a summary of one screen',
    async () => {
      const {exitCode, lines} = await demo();
      expect(exitCode, lines.join('\n')).toBe(0);
      const summary = lines.slice(lines.findLastIndex((line) => /^host +ok +changed/.test(line)));
      expect(summary.length).toBeLessThanOrEqual(24);
      expect(summary.filter((line) => line.length > 80)).toEqual([]);
      for (const {name} of fleet.hosts)
        expect(summary.filter((line) => line.includes(`${name} `)).join('\n')).toMatch(
          /GET \/v1\/sys\/health: 501 \(not initialised\), version 2\.6\.2/,
        );
      const text = summary.join('\n');
      expect(text).toMatch(/^5 servers up, [0-9]+ s in all\. Next, try:$/m);
      const run = `  node dist/vprov.mjs run playbooks/vault.yml -i ${relative(checkout, fleet.inventory)}`;
      expect(text.slice(text.indexOf('Next, try:')).split('\n').slice(1)).toEqual([
        run,
        `${run} \\`,
        '      --limit wallpi --check --diff -e vault_log_level=debug',
        `  ssh -F ${relative(checkout, fleet.sshConfig)} wallpi`,
        '(make fleet-down removes the hosts)',
      ]);
    },
  );

  it('leaves hosts on which the next run changes nothing', async () => {
    const {lines} = await demo();
    expect(lines.find((line) => /^5 hosts, /.test(line))).toMatch(/^5 hosts, 0 changed/);
  });

  it('goes on over a server that somebody has initialised since, and that is sealed', async () => {
    await fleet.read(
      'sense',
      `VAULT_ADDR=http://127.0.0.1:8200 ${program} operator init -key-shares=1 -key-threshold=1 >/dev/null`,
    );
    const {exitCode, lines} = await demo();
    expect(exitCode, lines.join('\n')).toBe(0);
    expect(lines.join('\n')).toMatch(/^attention +.*sense.*: sealed/m);
    expect(lines.join('\n')).toContain('/v1/sys/health: 503 (sealed)');
  });
});
