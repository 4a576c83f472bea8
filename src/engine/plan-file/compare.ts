import type {EventBody} from '../effect.ts';
import type {PlanContents, PlannedChange, PlannedTask} from './format.ts';

/** How what would be done now differs from what a plan says; none: it is the same. One line each. */
export function differencesOf(plan: PlanContents, now: PlanContents): readonly string[] {
  return [
    ...sourceDifferences(plan.sources, now.sources),
    ...changeDifferences(plan.changes, now.changes),
    ...taskDifferences('run', plan.actions, now.actions),
    ...argumentDifferences(plan.actions, now.actions),
    ...taskDifferences('be known only after the run', plan.unknown, now.unknown),
  ];
}

/** How a check that did not end well differs from the one that a plan was made of: what fails now, and which files changed. */
export function hindrancesIn(
  told: readonly EventBody[],
  plan: PlanContents,
  now: PlanContents,
): readonly string[] {
  const failures = told.flatMap((event) =>
    event.type === 'task' && event.status === 'failed' && !event.ignored && !event.rescued
      ? [`${event.host}, ${event.task.name}: would fail now: ${event.message ?? 'it says not why'}`]
      : [],
  );
  return failures.length === 0 ? [] : [...changedSources(plan.sources, now.sources), ...failures];
}

function sourceDifferences(plan: PlanContents['sources'], now: PlanContents['sources']): readonly string[] {
  const before = new Map(plan.map(({file, hmac}) => [file, hmac]));
  const after = new Map(now.map(({file, hmac}) => [file, hmac]));
  return [
    ...[...before.keys()].filter((file) => !after.has(file)).map((file) => `${file} is not read any more`),
    ...changedSources(plan, now),
    ...[...after.keys()]
      .filter((file) => !before.has(file))
      .map((file) => `${file} is read, and was not before`),
  ];
}

function changedSources(plan: PlanContents['sources'], now: PlanContents['sources']): readonly string[] {
  const after = new Map(now.map(({file, hmac}) => [file, hmac]));
  return plan.flatMap(({file, hmac}) =>
    after.has(file) && after.get(file) !== hmac ? [`${file} has changed`] : [],
  );
}

function changeDifferences(plan: readonly PlannedChange[], now: readonly PlannedChange[]): readonly string[] {
  const before = numbered(plan);
  const after = numbered(now);
  return [
    ...[...before].flatMap(([key, change]) => {
      const same = after.get(key);
      return same ? attributeDifferences(change, same) : [`${named(change)} would not change any more`];
    }),
    ...[...after]
      .filter(([key]) => !before.has(key))
      .map(([, change]) => `${named(change)} would change, too`),
  ];
}

function attributeDifferences(plan: PlannedChange, now: PlannedChange): readonly string[] {
  const names = new Set([...plan.attributes, ...now.attributes].map(({name}) => name));
  return [...names].flatMap((name) => {
    const before = plan.attributes.find((attribute) => attribute.name === name);
    const after = now.attributes.find((attribute) => attribute.name === name);
    if (!before) return [`${named(now)}: ${name} would change, too`];
    if (!after) return [`${named(plan)}: ${name} would not change any more`];
    return [
      ...(before.before === after.before ? [] : [`${named(plan)}: ${name} is not what it was`]),
      ...(before.after === after.after ? [] : [`${named(plan)}: ${name} would become something else`]),
    ];
  });
}

function named({host, task, ref}: PlannedChange): string {
  return `${host}, ${task}: ${ref.replace(/^path:/, '').replace(/^(\w+):/, '$1 ')}`;
}

/** A task may come to one resource several times. */
function numbered(changes: readonly PlannedChange[]): ReadonlyMap<string, PlannedChange> {
  const counts = new Map<string, number>();
  return new Map(
    changes.map((change) => {
      const key = JSON.stringify([change.host, change.task, change.ref]);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return [`${key} ${count}`, change];
    }),
  );
}

function taskDifferences(
  verb: string,
  plan: readonly PlannedTask[],
  now: readonly PlannedTask[],
): readonly string[] {
  const text = ({host, task}: PlannedTask): string => `${host}, ${task}`;
  const [before, after] = [new Set(plan.map(text)), new Set(now.map(text))];
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `${one} would not ${verb} any more`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `${one} would ${verb}, and did not before`),
  ];
}

/** What no file says may change as well: a secret of a program, a fact. */
function argumentDifferences(plan: readonly PlannedTask[], now: readonly PlannedTask[]): readonly string[] {
  const other = plan.filter(({host, task, hmac}) => {
    const same = now.find((one) => one.host === host && one.task === task);
    return hmac !== undefined && same?.hmac !== undefined && same.hmac !== hmac;
  });
  return [...new Set(other.map(({host, task}) => `${host}, ${task} would run with something else`))];
}
