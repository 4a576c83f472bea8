import {afterAll, beforeAll, expect, it} from 'vitest';
import {type Ring, startRing} from '../loopback/ring.ts';
import {allTellTheTruth, groundsOn, leave, seed, wantedCases} from './grounds.ts';
import type {Grounds} from './property.ts';
import {accountCase, calmCase, pathCase} from './world.ts';

let ring: Ring;
let grounds: Grounds;

beforeAll(async () => {
  // Accounts are made by renaming files in /etc, which a mounted file would not let happen.
  const setUp = [
    'cp -a /etc "$directory/etc"',
    'echo pi:x:20077: >>"$directory/etc/group"',
    'mount --bind "$directory/etc" /etc',
  ];
  ring = await startRing({shell: 'dash', setUp});
  grounds = groundsOn(ring);
});

afterAll(async () => {
  if (grounds) await leave(grounds);
  await ring?.stop();
});

it.each([
  ['files that meet', pathCase, 0.5],
  ['files that do not meet', calmCase, 0.3],
  ['files, users and groups', accountCase, 0.2],
] as const)(
  `check foretells generated playbooks over %s (VPROV_SEED=${seed})`,
  async (_, sort, share) => {
    const wanted = Math.ceil(wantedCases * share);
    const counts = await allTellTheTruth(sort, wanted, seed, grounds);
    console.log(JSON.stringify(counts));
    expect(counts.cases).toBeGreaterThanOrEqual(wanted);
  },
  60_000 + wantedCases * 5_000,
);
