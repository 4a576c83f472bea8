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
import {killedAfter, killedAt, type TaskMoment} from './killed.ts';

/** Of the random instants: printed, so that a run can be had again. */
const seed = Number(process.env.VPROV_SEED ?? Date.now() % 1_000_000);
/** Each takes most of a minute. */
const instants = Number(process.env.VPROV_BOOTSTRAPS ?? 6);
const playbook = 'playbooks/vault.yml';
const longestMs = 15_000;

const initialises = 'the cluster is initialised, once';
const unseals = 'the members are unsealed';
const joins = 'the others join, one after the other';
const handsOver = 'the initial root token hands over, and is revoked';

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
    (delayMs) => isHealed((args) => killedAfter(delayMs, initialises, args)),
  );

  it.each(boundaries())(
    '%s, and run again, is one cluster whose keys are there',
    {timeout: 600_000},
    (_, isMoment) => isHealed((args) => killedAt(isMoment, args)),
  );
});

async function isHealed(killed: (args: readonly string[]) => Promise<void>): Promise<void> {
  await forgetCluster(fleet);
  const keeper = await newKeeper();
  try {
    await killed(runArguments(fleet, playbook, bootstrap(keeper)));
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
}

/** As each of what a bootstrap does begins, and as each host has done it. */
function boundaries(): readonly (readonly [words: string, (moment: TaskMoment) => boolean])[] {
  const begins = [initialises, unseals, joins, handsOver].map(
    (name) =>
      [
        `as "${name}" begins`,
        ({type, task}: TaskMoment) => type === 'task-start' && task.name === name,
      ] as const,
  );
  const ends = [
    [initialises, 'sense'],
    [unseals, 'sense'],
    ...['wallpi', 'frontpi', 'deskpi', 'atticpi'].map((host) => [joins, host] as const),
    [handsOver, 'sense'],
  ].map(
    ([name = '', at = '']) =>
      [
        `when ${at} has done "${name}"`,
        ({type, task, host, status}: TaskMoment) =>
          type === 'task' && task.name === name && host === at && status === 'changed',
      ] as const,
  );
  return [...begins, ...ends];
}

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
