import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {startRing} from '../loopback/ring.ts';
import {faults} from './relay.ts';
import {bytesOfRun, startWorldBehind, tryFault, type World} from './trial.ts';

const instants = 20;

const legs: readonly {readonly leg: string; readonly start: () => Promise<World>}[] = [
  {leg: 'to the host', start: async () => ({ring: await startRing({shell: 'dash'})})},
  {leg: 'to a host on the way', start: startWorldBehind},
];
const trials = legs.flatMap((one) => faults.map((fault) => ({...one, fault})));

describe.concurrent.each(trials)('a run with changes over a network $leg that fails: $fault', (trial) => {
  const {leg, fault, start} = trial;
  let world: World | undefined;
  let bytes = 0;

  beforeAll(async () => {
    world = await start();
    bytes = await bytesOfRun(world);
  });

  afterAll(async () => {
    await world?.bastion?.stop();
    await world?.ring.stop();
  });

  it('ends right or says why, and the next one ends right, at each instant', {
    timeout: 1_200_000,
  }, async () => {
    if (!world) throw new Error('there is no world');
    const exitCodes: number[] = [];
    for (let index = 0; index < instants; index++) {
      const seed = faults.indexOf(fault) * 1000 + index;
      const exitCode = await tryFault(world, bytes, {fault, seed});
      expect([0, 2, 4, 6], `seed ${seed}`).toContain(exitCode);
      exitCodes.push(exitCode);
    }
    const well = exitCodes.filter((code) => code === 0).length;
    process.stdout.write(`${fault}, ${leg}: ${well} of ${instants} ended right by themselves\n`);
  });
});

describe.concurrent.each([
  ['300 ms there and back', {delayMs: 300}],
  ['30 % of loss', {lossPercent: 30}],
  ['both', {delayMs: 300, lossPercent: 30}],
])('a run with changes over %s', (_, weather) => {
  it('ends right', {timeout: 600_000}, async () => {
    const ring = await startRing({shell: 'dash'});
    for (let seed = 0; seed < 3; seed++) expect(await tryFault({ring}, 0, {weather, seed})).toBe(0);
    await ring.stop();
  });
});
