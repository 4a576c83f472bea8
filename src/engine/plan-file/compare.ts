import type {PlanContents, PlannedChange, PlannedTask} from './format.ts';

/** How what would be done now differs from what a plan says; none: it is the same. One line each. */
export function differencesOf(plan: PlanContents, now: PlanContents): readonly string[] {
  return [
    ...sourceDifferences(plan.sources, now.sources),
    ...changeDifferences(plan.changes, now.changes),
    ...taskDifferences('run', plan.actions, now.actions),
    ...taskDifferences('be known only after the run', plan.unknown, now.unknown),
  ];
}

function sourceDifferences(plan: PlanContents['sources'], now: PlanContents['sources']): readonly string[] {
  const before = new Map(plan.map(({file, hmac}) => [file, hmac]));
  const after = new Map(now.map(({file, hmac}) => [file, hmac]));
  return [
    ...[...before.keys()].flatMap((file) => {
      if (!after.has(file)) return [`${file} is not read any more`];
      return after.get(file) === before.get(file) ? [] : [`${file} has changed`];
    }),
    ...[...after.keys()]
      .filter((file) => !before.has(file))
      .map((file) => `${file} is read, and was not before`),
  ];
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
  return `${host}, ${task}: ${ref.replace(/^path:/, '')}`;
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
