import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {aptHost, publish} from '../loopback/apt-host.ts';
import {type Ring, startRing} from '../loopback/ring.ts';
import {type Counts, excesses, sumOf} from './counts.ts';
import {packageOf} from './deeds.ts';
import {allTellTheTruth, groundsOn, leave, mostTogether, seed, wantedCases} from './grounds.ts';
import type {Grounds} from './property.ts';
import {accountCase, calmCase, packageCase, pathCase, systemCase} from './world.ts';

let ring: Ring;
let grounds: Grounds;
let apt = '';
const all: Counts[] = [];

const places = Array.from({length: mostTogether}, (_, index) => index);
/** Of the cases. */
const ofPackages = 0.04;

beforeAll(async () => {
  apt = mkdtempSync(path.join(tmpdir(), 'vprov-apt-'));
  const ofApt = aptHost(apt);
  publish(
    apt,
    places.slice(0, Math.ceil(wantedCases * ofPackages)).map((place) => ({
      name: packageOf({place}),
      version: '1.0-1',
      files: {[`/opt/${place}/file`]: 'a', [`/opt/etc/${place}.conf`]: 'b'},
    })),
  );
  // Accounts are made by renaming files in /etc, which a mounted file would not let happen.
  const setUp = [
    'cp -a /etc "$directory/etc"',
    'echo pi:x:20077: >>"$directory/etc/group"',
    'mount --bind "$directory/etc" /etc; : >/etc/fstab',
    'ln -s /usr/bin/busybox /usr/local/sbin/crontab',
    'mkdir -p $directory/spool/cron/crontabs /etc/cron.d; mount --bind $directory/spool /var/spool',
    // Settings of the kernel that are files of ours.
    'mkdir -p $directory/kernel/generated; mount --bind $directory/kernel /proc/sys/dev',
    `for n in ${places.join(' ')}; do echo 1 >/proc/sys/dev/generated/v$n; done`,
    ...ofApt,
  ];
  ring = await startRing({shell: 'dash', setUp});
  grounds = groundsOn(ring);
  await grounds.witness.run('apt-get update >/dev/null 2>&1');
});

afterAll(async () => {
  if (grounds) await leave(grounds);
  await ring?.stop();
  rmSync(apt, {recursive: true, force: true});
});

it.each([
  ['files that meet', pathCase, 0.33],
  ['files that do not meet', calmCase, 0.25],
  ['files, users and groups', accountCase, 0.2],
  ['files, mounts, crontabs and settings', systemCase, 0.2],
  ['packages', packageCase, ofPackages],
] as const)(
  `check foretells generated playbooks over %s (VPROV_SEED=${seed})`,
  async (_, sort, share) => {
    const wanted = Math.ceil(wantedCases * share);
    const counts = await allTellTheTruth(sort, wanted, seed, grounds);
    console.log(JSON.stringify(counts));
    all.push(counts);
    expect(counts.cases).toBeGreaterThanOrEqual(wanted);
  },
  60_000 + wantedCases * 5_000,
);

it('little is unknown to check, and little is left by undo', () => {
  const sum = sumOf(all);
  console.log(`of all: ${JSON.stringify(sum)}`);
  expect(sum.tasks).toBeGreaterThan(0);
  expect(excesses(sum)).toEqual([]);
});
