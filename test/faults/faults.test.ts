import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Ring, startRing} from '../loopback/ring.ts';
import {faults} from './relay.ts';
import {bytesOfRun, tryFault} from './trial.ts';

const instants = 20;

describe.concurrent.each(faults)('a run with changes over a network that fails by a %s', (fault) => {
  let ring: Ring;
  let bytes = 0;

  beforeAll(async () => {
    ring = await startRing({shell: 'dash'});
    bytes = await bytesOfRun(ring);
  });

  afterAll(() => ring?.stop());

  it('ends right or says why, and the next one ends right, at each instant', {
    timeout: 1_200_000,
  }, async () => {
    const exitCodes: number[] = [];
    for (let index = 0; index < instants; index++) {
      const seed = faults.indexOf(fault) * 1000 + index;
      const exitCode = await tryFault(ring, bytes, {fault, seed});
      expect([0, 2, 4], `seed ${seed}`).toContain(exitCode);
      exitCodes.push(exitCode);
    }
    const well = exitCodes.filter((code) => code === 0).length;
    process.stdout.write(`${fault}: ${well} of ${instants} ended right by themselves\n`);
  });
});

describe.concurrent.each([
  ['300 ms there and back', {delayMs: 300}],
  ['30 % of loss', {lossPercent: 30}],
  ['both', {delayMs: 300, lossPercent: 30}],
])('a run with changes over %s', (_, weather) => {
  it('ends right', {timeout: 600_000}, async () => {
    const ring = await startRing({shell: 'dash'});
    for (let seed = 0; seed < 3; seed++) expect(await tryFault(ring, 0, {weather, seed})).toBe(0);
    await ring.stop();
  });
});
