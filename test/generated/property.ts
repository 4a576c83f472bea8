import {posix} from 'node:path';
import {stringify} from 'yaml';
import type {Bench, Play, Ran} from '../loopback/engine.ts';
import {Model} from './model.ts';
import {type Home, playOf, setUpOf} from './play.ts';
import type {Snapshot, Witness} from './witness.ts';
import type {Case} from './world.ts';

/** A host to try cases on, and what was found so far. */
export interface Grounds {
  readonly bench: Bench;
  readonly witness: Witness;
  /** A folder for all cases, made and removed for each batch. */
  readonly folder: string;
  readonly counts: Counts;
}

export interface Counts {
  cases: number;
  tasks: number;
  unknown: number;
  changes: number;
  /** Cases of which a second run had to be empty. */
  settled: number;
}

export function noCounts(): Counts {
  return {cases: 0, tasks: 0, unknown: 0, changes: 0, settled: 0};
}

type TaskEvent = Ran['tasks'][number];

/**
 * What must be so of every playbook: check writes nothing; what it predicts is what the run then changes, attribute
 * by attribute; what is told is what has changed, and nothing else has, byte by byte; what contradicts itself nowhere
 * has nothing to do the second time. Several cases are the plays of one playbook, over one connection.
 */
export async function tellsTheTruth(
  cases: readonly Case[],
  grounds: Grounds,
): Promise<{readonly wrong: readonly string[]; readonly guilty: readonly Case[]}> {
  const {bench, witness, folder, counts} = grounds;
  const homes = cases.map((_, index) => homeOf(index, counts.cases + index, folder));
  counts.cases += cases.length;
  const plays = cases.map((one, index) => playOf(one, homeAt(homes, index)));
  const script = [
    `rm -rf ${folder}`,
    `mkdir ${folder}`,
    ...cases.flatMap((one, index) => setUpOf(one, homeAt(homes, index))),
  ];
  await witness.run(`${script.join('\n')}\n: >${folder}.mark`);
  const units = hasUnits(cases) ? homes.map(({account}) => account) : [];
  const wrong: string[] = [];
  try {
    const before = await witness.look(folder, units);
    const checked = await bench.check(plays, {diff: true});
    const untouched = await witness.look(folder, units);
    if (untouched.whole !== before.whole) wrong.push(`check changed something:\n${untouched.whole}`);
    const written = await witness.run(
      `find /etc /var/lib/vprov ${folder} -cnewer ${folder}.mark 2>/dev/null`,
    );
    if (written !== '') wrong.push(`check wrote ${written}`);
    const ran = await bench.run(plays, {diff: true});
    const after = await witness.look(folder, units);
    wrong.push(...mispredicted(checked, ran, counts), ...untold(ran, before, after, plays));
    const again = await bench.run(plays, {diff: true});
    const last = await witness.look(folder, units);
    wrong.push(...untold(again, after, last, plays).map((one) => `second run: ${one}`));
    cases.forEach((one, index) => {
      wrong.push(...restless(one, homeAt(homes, index), ran, again, [before, after], counts));
    });
  } finally {
    const accounts = homes.map(({account}) => account).join(' ');
    const end = 'systemctl stop $name; systemctl disable $name; rm -f /etc/systemd/system/$name.service';
    const each = units.length > 0 ? end : 'userdel $name; groupdel $name';
    await witness.run(
      `rm -rf ${folder} ${folder}.mark\nfor name in ${accounts}; do ${each}; done 2>/dev/null${units.length > 0 ? '\nsystemctl daemon-reload' : ''}`,
    );
  }
  const words = wrong.join('\n');
  const guilty = cases.filter((_, index) => {
    const home = homeAt(homes, index);
    return words.includes(`${home.folder}/`) || words.includes(`${home.account} `);
  });
  return {wrong, guilty};
}

/** What is wrong, and how a person sees it for themselves. */
export function asScript(cases: readonly Case[], wrong: readonly string[], folder: string): string {
  const homes = cases.map((_, index) => homeOf(index, index, folder));
  const plays = cases.map((one, index) => playOf(one, homeAt(homes, index)));
  return [
    ...wrong,
    '',
    '# The world before, as root:',
    `mkdir ${folder}`,
    ...cases.flatMap((one, index) => setUpOf(one, homeAt(homes, index))),
    '',
    '# The playbook:',
    stringify(plays.map((play) => ({...play, hosts: 'all', become: true, gather_facts: false}))),
  ].join('\n');
}

function hasUnits(cases: readonly Case[]): boolean {
  return cases.some(({steps}) => steps.some(({deed}) => deed.type === 'unit' || deed.type === 'unit-file'));
}

function homeOf(index: number, number: number, folder: string): Home {
  return {folder: `${folder}/${index}`, account: `t${number}`};
}

function homeAt(homes: readonly Home[], index: number): Home {
  const home = homes[index];
  if (!home) throw new Error(`no home for case ${index}`);
  return home;
}

/** Where check and run differ. What check does not know, it says; what it says must be so. */
function mispredicted(checked: Ran, ran: Ran, counts: Counts): readonly string[] {
  const wrong: string[] = [];
  const mistakes = [...checked.mistakes, ...ran.mistakes];
  if (mistakes.length > 0) return mistakes.map((message) => `mistake: ${message}`);
  for (const [index, task] of ran.tasks.entries()) {
    const prediction = checked.tasks[index];
    counts.tasks++;
    counts.changes += task.changes.length;
    if (!prediction || prediction.task.name !== task.task.name) {
      // A handler that check knows nothing of may be owed, and one that it tells may turn out not to be.
      if (checked.tasks.some(({status}) => status === 'unknown')) return wrong;
      wrong.push(`${task.task.name} ran, and check has ${prediction?.task.name ?? 'nothing'} there`);
      return wrong;
    }
    if (prediction.status === 'unknown') counts.unknown++;
    else if (outcome(prediction) !== outcome(task))
      wrong.push(`${task.task.name}: check said\n  ${outcome(prediction)}\nthen the run\n  ${outcome(task)}`);
  }
  return wrong;
}

function outcome({status, ignored, changes, message}: TaskEvent): string {
  const shown = changes.map(({ref, attributes, diff}) =>
    [ref, ...attributes.map(({name, after}) => `${name}=${after}`), ...(diff ? [diff] : [])].join(' '),
  );
  const how =
    ignored || status === 'failed' ? `failed (${message})` : status.replace('would-change', 'changed');
  return [how, ...shown].join('\n    ');
}

/** A task, or those in a block. */
function flat(task: Play): readonly Play[] {
  const parts = [task.block, task.rescue, task.always].filter((part) => Array.isArray(part));
  return parts.length > 0 ? (parts.flat() as readonly Play[]) : [task];
}

/** What has changed and was not told, or was told and has not changed. */
function untold(ran: Ran, before: Snapshot, after: Snapshot, plays: readonly Play[]): readonly string[] {
  const follows = new Set(
    plays
      .flatMap((play) => (play.tasks as readonly Play[]).flatMap(flat))
      .filter((task) => JSON.stringify(task).includes('"follow":true'))
      .map((task) => String(task.name)),
  );
  const model = new Model(before, after);
  for (const {task, changes} of ran.tasks)
    for (const change of changes) model.change(change, follows.has(task.name));
  return model.differences();
}

/** What a second run did though no two tasks have to do with the same thing. Who failed may well succeed then. */
function restless(
  {steps}: Case,
  {folder, account}: Home,
  ran: Ran,
  again: Ran,
  snapshots: readonly Snapshot[],
  counts: Counts,
): readonly string[] {
  const own = (task: TaskEvent): boolean => task.task.name.startsWith(`${account} `);
  if (steps.some(({when}) => when?.about === 'result')) return [];
  const models = snapshots.map((snapshot) => new Model(snapshot, snapshot));
  const places: string[][] = [];
  const hasAccounts = steps.some(({deed}) => deed.type === 'user' || deed.type === 'group');
  for (const {deed} of steps) {
    if (!('paths' in deed)) {
      // Several tasks for one unit have to do with the same thing, whatever each wants of it.
      if (deed.type !== 'flush') places.push([account]);
      continue;
    }
    for (const path of deed.paths) {
      const names = models.flatMap((model) =>
        [false, true].map((follow) => model.resolve(posix.join(folder, path), follow) ?? path),
      );
      if (hasAccounts && JSON.stringify(deed).includes('%')) names.push(account);
      places.push([`${folder}/${path}`, ...names]);
    }
  }
  const meets = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  const conflict = places.some((mine, index) =>
    places.some((other, at) => at > index && mine.some((a) => other.some((b) => meets(a, b)))),
  );
  if (conflict) return [];
  counts.settled++;
  const done = ran.tasks.filter(({ignored, status}) => !ignored && status !== 'failed');
  const names = new Set(done.map(({task}) => task.name));
  return again.tasks
    .filter((task) => own(task) && task.changes.length > 0 && names.has(task.task.name))
    .map((task) => `not settled: ${outcome(task)}`);
}
