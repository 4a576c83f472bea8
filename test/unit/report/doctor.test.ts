import {describe, expect, it} from 'vitest';
import type {Finding, HostDiagnosis} from '../../../src/engine/index.ts';
import {doctorLines} from '../../../src/report/index.ts';
import {displayWidth} from '../../../src/report/width.ts';

const well = {
  arch: 'ok',
  swap: 'ok',
  clock: 'ok',
  cgroup: 'ok',
  names: 'ok',
  disk: 'ok',
  server: 'ok',
  unit: 'none',
  net: 'ok',
  version: 'ok',
} as const;
const finding = (changes: Partial<Finding> = {}): Finding => ({
  id: 'swap-on',
  check: 'swap',
  level: 'note',
  message:
    'swap is on (/var/swap, 100 MiB), and what the server has in memory, keys among it, may be written there',
  fix: "let the unit's MemorySwapMax=0 hold",
  ...changes,
});

function host(name: string, ...findings: readonly Finding[]): HostDiagnosis {
  const checks = Object.fromEntries(findings.map(({check, level}) => [check, level]));
  return {name, isMember: true, checks: {...well, ...checks}, findings};
}

const look = {colour: false, columns: 80};

describe('what the doctor says', () => {
  it('is a line for each healthy host, and no more', () => {
    expect(doctorLines({cluster: [], hosts: [host('sense'), host('wallpi')]}, look)).toEqual([
      'host    arch  swap  clock  cgroup  names  disk  server  unit  net  version',
      'sense   ok    ok    ok     ok      ok     ok    ok      ·     ok   ok',
      'wallpi  ok    ok    ok     ok      ok     ok    ok      ·     ok   ok',
    ]);
  });

  it('is said once of all that have it, problems first, each with what to do', () => {
    const clock = finding({
      id: 'clock-far',
      check: 'clock',
      level: 'problem',
      message: 'its clock is 3 days behind',
      fix: 'see timedatectl there',
    });
    const hosts = [host('sense', finding()), host('wallpi', finding(), clock), host('frontpi', finding())];
    expect(doctorLines({cluster: [], hosts}, look).join('\n')).toBe(`\
host     arch  swap  clock  cgroup  names  disk  server  unit  net  version
sense    ok    note  ok     ok      ok     ok    ok      ·     ok   ok
wallpi   ok    note  ✗      ok      ok     ok    ok      ·     ok   ok
frontpi  ok    note  ok     ok      ok     ok    ok      ·     ok   ok

problem: wallpi: clock: its clock is 3 days behind
  hint: see timedatectl there

note: all hosts: swap: swap is on (/var/swap, 100 MiB), and what the server has
  in memory, keys among it, may be written there
  hint: let the unit's MemorySwapMax=0 hold`);
  });

  it('fits narrow terminals', () => {
    const lines = doctorLines(
      {cluster: [], hosts: [host('sense'), host('wallpi', finding())]},
      {...look, columns: 40},
    );
    expect(lines.slice(0, 2)).toEqual(['sense: ok', 'wallpi: swap note']);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  it('says what is of the cluster and of no one host', () => {
    const discord = finding({
      id: 'cluster-discord',
      check: 'server',
      level: 'problem',
      message: 'no member says who leads',
      fix: 'vprov vault status',
    });
    const lines = doctorLines({cluster: [discord], hosts: [host('sense')]}, look);
    expect(lines.slice(2)).toEqual([
      '',
      'problem: the cluster: server: no member says who leads',
      '  hint: vprov vault status',
    ]);
  });

  it('obeys no host: what it says of itself is made visible', () => {
    const lines = doctorLines(
      {cluster: [], hosts: [host('sense', finding({message: '\u001b[31mred'}))]},
      look,
    );
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});
