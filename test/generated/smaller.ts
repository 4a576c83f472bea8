import type {Case, Deed, Step} from './case.ts';

/**
 * The smallest case found that still fails, by leaving out one thing after the other: fast-check shrinks what it
 * generated as a whole, many cases at a time, which takes ten times as long.
 */
export async function smallest(
  failing: Case,
  fails: (one: Case) => Promise<boolean>,
  limitMs: number,
): Promise<Case> {
  const end = Date.now() + limitMs;
  let best = failing;
  for (let next: Case | undefined = best; next; ) {
    next = undefined;
    for (const candidate of smallerThan(best)) {
      if (Date.now() > end) return best;
      if (!(await fails(candidate))) continue;
      best = candidate;
      next = candidate;
      break;
    }
  }
  return best;
}

function smallerThan(one: Case): readonly Case[] {
  const {entries, steps} = one;
  return [
    ...without(steps).map((fewer) => ({...one, steps: fewer})),
    ...without(entries).map((fewer) => ({...one, entries: fewer})),
    ...steps.flatMap((step, index) =>
      simplerThan(step).map((simpler) => ({...one, steps: steps.with(index, simpler)})),
    ),
  ].filter((smaller) => smaller.steps.length > 0);
}

function without<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.map((_, index) => list.filter((_one, other) => other !== index));
}

function simplerThan(step: Step): readonly Step[] {
  const {when, notify, deed} = step;
  const {when: _when, ...unconditional} = step;
  const {notify: _notify, ...silent} = step;
  const {part, ...apart} = step;
  return [
    ...(part ? [apart] : []),
    ...(when ? [unconditional] : []),
    ...(notify === undefined ? [] : [silent]),
    ...simplerDeeds(deed).map((simpler) => ({...step, deed: simpler})),
  ];
}

const optional = new Set([
  'mode',
  'owner',
  'group',
  'follow',
  'inPlace',
  'force',
  'shell',
  'comment',
  'state',
  'enabled',
]);

/** Tasks that must say it. */
const stateful = new Set<Deed['type']>(['mount', 'cron', 'user', 'group', 'package']);

function simplerDeeds(deed: Deed): readonly Deed[] {
  const fewer = Object.keys(deed)
    .filter((name) => optional.has(name) && !(name === 'state' && stateful.has(deed.type)))
    .map(
      (name) =>
        Object.fromEntries(Object.entries(deed).filter(([other]) => other !== name)) as unknown as Deed,
    );
  const single =
    'paths' in deed && deed.paths.length > 1 ? deed.paths.map((path) => ({...deed, paths: [path]})) : [];
  return [...fewer, ...single];
}
