import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureFleet, type Fleet} from '../fleet/fleet.ts';
import {type Counts, excesses, sumOf} from './counts.ts';
import {allTellTheTruth, groundsOn, leave, seed, wantedCases} from './grounds.ts';
import type {Grounds} from './property.ts';
import {accountCase, calmCase, mountCase, pathCase, unitCase} from './world.ts';

let fleet: Fleet;
const all: Counts[] = [];

beforeAll(async () => {
  fleet = await ensureFleet();
});

/** A fifth of what the other ring tries, on a host of each release. */
const wanted = wantedCases / 10;

describe.each([
  ['sense', seed],
  ['wallpi', seed + 500_000],
] as const)('on %s', (name, ownSeed) => {
  let grounds: Grounds;

  beforeAll(() => {
    const plan = fleet.hosts.find((host) => host.name === name);
    if (!plan) throw new Error(`the fleet has no ${name}`);
    grounds = groundsOn({
      port: plan.port,
      keyFile: path.join(fleet.dir, 'id_ed25519'),
      knownHostsFile: path.join(fleet.dir, 'known_hosts'),
      directory: '/run',
    });
  });

  afterAll(() => leave(grounds));

  it.each([
    ['files that meet', pathCase, 0.2],
    ['files that do not meet', calmCase, 0.2],
    ['files, users and groups', accountCase, 0.2],
    ['files and units', unitCase, 0.3],
    ['files and mounts', mountCase, 0.1],
  ] as const)(
    `check foretells generated playbooks over %s (VPROV_SEED=${seed})`,
    async (_, sort, share) => {
      const counts = await allTellTheTruth(sort, Math.ceil(wanted * share), ownSeed, grounds);
      console.log(JSON.stringify(counts));
      all.push(counts);
      expect(counts.cases).toBeGreaterThanOrEqual(wanted * share);
    },
    60_000 + wanted * 10_000,
  );
});

it('little is unknown to check, and little is left by undo', () => {
  const sum = sumOf(all);
  console.log(`of all: ${JSON.stringify(sum)}`);
  expect(sum.tasks).toBeGreaterThan(0);
  expect(excesses(sum)).toEqual([]);
});
