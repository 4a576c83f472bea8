import {afterEach, describe, expect, it} from 'vitest';
import {faults} from '../faults/relay.ts';
import {bytesOfRun, startWorldBehind, tryFault} from '../faults/trial.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring | undefined;

afterEach(() => ring?.stop());

/** `make test-faults` tries twenty instants each. */
describe('a run with changes over a network that fails', () => {
  it.each(faults.map((fault, index) => ({fault, seed: 1000 + index})))(
    'ends right or says why, and the next one ends right: $fault',
    {timeout: 120_000},
    async ({fault, seed}) => {
      ring = await startRing({shell: 'dash'});
      const bytes = await bytesOfRun({ring});
      expect([0, 2, 4, 6]).toContain(await tryFault({ring}, bytes, {fault, seed}));
    },
  );

  it('ends right or says why where it fails before a host on the way', {timeout: 120_000}, async () => {
    const world = await startWorldBehind();
    ring = world.ring;
    try {
      const bytes = await bytesOfRun(world);
      for (const fault of ['drop', 'silence'] as const)
        expect([0, 2, 4, 6]).toContain(await tryFault(world, bytes, {fault, seed: 1000}));
    } finally {
      await world.bastion.stop();
    }
  });

  it('ends right where it is slow and loses much', {timeout: 120_000}, async () => {
    ring = await startRing({shell: 'dash'});
    expect(await tryFault({ring}, 0, {weather: {delayMs: 20, lossPercent: 10}, seed: 7})).toBe(0);
  });
});
