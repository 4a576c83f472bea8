import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {
  clusterName,
  forgetCluster,
  type Keeper,
  newKeeper,
  sealStatuses,
  votersOf,
} from '../fleet/bootstrap.ts';
import {ensureFleet, type Fleet} from '../fleet/fleet.ts';
import {runArguments, runVprov} from '../fleet/vprov.ts';
import {killedAfter} from './killed.ts';

/** Of the random instants: printed, so that a run can be had again. */
const seed = Number(process.env.VPROV_SEED ?? Date.now() % 1_000_000);
/** Each takes most of a minute. */
const instants = Number(process.env.VPROV_BOOTSTRAPS ?? 6);
const playbook = 'playbooks/vault.yml';
const longestMs = 15_000;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  const {exitCode, stderr} = await runVprov(fleet, playbook);
  if (exitCode !== 0) throw new Error(stderr);
}, 600_000);

afterAll(() => fleet?.stop());

describe(`a bootstrap that is killed (VPROV_SEED=${seed})`, () => {
  it.each(delays())(
    '%d ms after it began to initialise, and run again, is one cluster whose keys are there',
    {timeout: 600_000},
    async (delayMs) => {
      await forgetCluster(fleet);
      const keeper = await newKeeper();
      try {
        await killedAfter(
          delayMs,
          'the cluster is initialised, once',
          runArguments(fleet, playbook, bootstrap(keeper)),
        );
        const again = await runVprov(fleet, playbook, ...bootstrap(keeper));
        expect(again.tasks.filter(({status}) => status === 'failed')).toEqual([]);
        expect(again.exitCode).toBe(0);
        const statuses = await sealStatuses(fleet);
        expect(new Set(statuses.map(({cluster_id: id}) => id)).size).toBe(1);
        const kept = await keeper.keys();
        expect(kept.root_token).toBeUndefined();
        expect(await votersOf(fleet, kept)).toEqual(fleet.hosts.map(({name}) => name).toSorted());
      } finally {
        keeper.remove();
      }
    },
  );
});

function bootstrap(keeper: Keeper): readonly string[] {
  return [...keeper.options, '-t', 'bootstrap', '-e', `vault_bootstrap=${clusterName}`];
}

/** Spread over the whole of it, each at a random place of its share. */
function delays(): readonly number[] {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  // The first half where most is at stake: while the server answers, and the keys are written.
  const early = Math.ceil(instants / 2);
  return Array.from({length: instants}, (_, index) =>
    index < early
      ? Math.round(((index + random()) * 3_000) / early)
      : Math.round(3_000 + ((index - early + random()) * (longestMs - 3_000)) / (instants - early)),
  );
}
