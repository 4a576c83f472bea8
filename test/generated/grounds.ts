import path from 'node:path';
import fc from 'fast-check';
import {Bench} from '../loopback/engine.ts';
import type {Ring} from '../loopback/ring.ts';
import type {Case} from './case.ts';
import {type Counts, noCounts} from './counts.ts';
import {treeOf} from './deeds.ts';
import {asScript, type Grounds, tellsTheTruth} from './property.ts';
import {smallest} from './smaller.ts';
import {trees} from './trees.ts';
import {Witness} from './witness.ts';

/** How many playbooks are tried: as many as a project of vitest.config.ts says, or VPROV_GENERATED. */
export const wantedCases = Number(process.env.VPROV_GENERATED ?? process.env.VPROV_GENERATED_USUAL ?? 25);

/**
 * Of what is tried; printed, so that it can be tried again. `make test` tries the same each time, so that it fails for
 * nothing but a change; `make test-generated` tries others each time.
 */
const usualSeed = process.env.VPROV_GENERATED_USUAL === undefined ? 20_261 : Date.now() % 1_000_000;
export const seed = Number(process.env.VPROV_SEED ?? usualSeed);

export const mostTogether = 25;
/** Looking for a smaller counterexample ends then. */
const shrinkLimitMs = 120_000;

/** A host that answers to `pi` on 127.0.0.1. */
export type Reachable = Pick<Ring, 'port' | 'keyFile' | 'knownHostsFile' | 'directory'>;

export function groundsOn(host: Reachable): Grounds {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${host.knownHostsFile}`,
    'LogLevel=ERROR',
  ];
  const words = ['-F', 'none', '-i', host.keyFile, '-p', String(host.port)];
  const witness = new Witness([
    'ssh',
    ...words,
    ...options.flatMap((option) => ['-o', option]),
    'pi@127.0.0.1',
    'sudo sh -s',
  ]);
  const bench = new Bench({wallpi: host});
  for (const [number, tree] of trees.entries())
    for (const [name, text] of Object.entries(tree)) bench.write(`${treeOf(number)}/${name}`, text);
  let aheadMs = 0;
  const recorded = () => {
    aheadMs += 1_000;
    const ownMs = aheadMs;
    return {records: path.join(bench.directory, '.vprov', 'runs'), now: () => Date.now() + ownMs};
  };
  return {bench, witness, folder: '/run/cases', counts: noCounts(), recorded};
}

export async function leave({bench, witness}: Grounds): Promise<void> {
  await witness.end();
  bench.remove();
}

/** Tries so many cases, several in one playbook. @throws Error with a small playbook that is not told the truth of */
export async function allTellTheTruth(
  sort: fc.Arbitrary<Case>,
  cases: number,
  firstSeed: number,
  grounds: Grounds,
): Promise<Counts> {
  const counts = noCounts();
  const here: Grounds = {...grounds, counts};
  const size = Math.min(mostTogether, cases);
  const several = fc.noBias(fc.array(sort, {minLength: size, maxLength: size, size: 'max'}));
  for (let round = 0; counts.cases < cases; round++) {
    const [some = []] = fc.sample(several, {seed: firstSeed + round, numRuns: 1});
    const {wrong, guilty} = await tellsTheTruth(some, here);
    if (wrong.length > 0) throw new Error(await accusation(guilty, some, wrong, grounds));
  }
  return counts;
}

/** What is wrong, with the smallest playbook in which it is; with what all of them did when none does it alone. */
async function accusation(
  guilty: readonly Case[],
  all: readonly Case[],
  wrong: readonly string[],
  grounds: Grounds,
): Promise<string> {
  const alone = {...grounds, counts: noCounts()};
  const fails = async (one: Case): Promise<boolean> => (await tellsTheTruth([one], alone)).wrong.length > 0;
  for (const one of guilty) {
    if (!(await fails(one))) continue;
    const small = await smallest(one, fails, shrinkLimitMs);
    const again = (await tellsTheTruth([small], alone)).wrong;
    // What does not come each time is told as it came first.
    return asScript([small], again.length > 0 ? again : ['(not each time)', ...wrong], grounds.folder);
  }
  return asScript(all, wrong, grounds.folder);
}
