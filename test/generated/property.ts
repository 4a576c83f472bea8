import {posix} from 'node:path';
import {stringify} from 'yaml';
import type {Bench, Play, Ran} from '../loopback/engine.ts';
import type {Case} from './case.ts';
import {type Counts, noCounts} from './counts.ts';
import {type Home, packageOf, secondGroupOf, settingOf} from './deeds.ts';
import {Model} from './model.ts';
import {playOf, setUpOf} from './play.ts';
import {differences, unrestoredBy} from './restored.ts';
import {trees} from './trees.ts';
import type {Named, Snapshot, Witness} from './witness.ts';

/** A host to try cases on, and what was found so far. */
export interface Grounds {
  readonly bench: Bench;
  readonly witness: Witness;
  /** A folder for all cases, made and removed for each batch. */
  readonly folder: string;
  /** Where records of runs are, and when a run is begun: each a second after the one before, as its name says. */
  readonly recorded: () => {readonly records: string; readonly now: () => number};
  readonly counts: Counts;
}

type TaskEvent = Ran['tasks'][number];

/**
 * What must be so of every playbook: check writes nothing; what it predicts is what the run then changes, attribute
 * by attribute; what is told is what has changed, and nothing else has, byte by byte; what contradicts itself nowhere
 * has nothing to do the second time; and undo makes the host what it was. Several cases are the plays of one playbook,
 * over one connection.
 */
export async function tellsTheTruth(
  cases: readonly Case[],
  grounds: Grounds,
): Promise<{readonly wrong: readonly string[]; readonly guilty: readonly Case[]}> {
  const {bench, witness, folder, counts, recorded} = grounds;
  const homes = cases.map((_, index) => homeOf(index, counts.cases + index, folder));
  counts.cases += cases.length;
  counts.playbooks += 1;
  const plays = cases.map((one, index) => playOf(one, homeAt(homes, index)));
  const script = [
    `rm -rf ${folder}`,
    `mkdir ${folder}`,
    ...cases.flatMap((one, index) => setUpOf(one, homeAt(homes, index))),
  ];
  await witness.run(`${script.join('\n')}\n: >${folder}.mark`);
  const named = namesOf(cases, homes);
  const look = (): Promise<Snapshot> => witness.look(folder, named);
  const wrong: string[] = [];
  try {
    const before = await look();
    const checked = await bench.check(plays, {diff: true});
    const untouched = await look();
    if (untouched.whole !== before.whole) wrong.push(`check changed something:\n${untouched.whole}`);
    const written = await witness.run(
      `find /etc /var/lib/vprov ${folder} -cnewer ${folder}.mark 2>/dev/null`,
    );
    if (written !== '') wrong.push(`check wrote ${written}`);
    const ran = await bench.run(plays, {diff: true, ...recorded()});
    const after = await look();
    wrong.push(...mispredicted(checked, ran, counts), ...untold(ran, before, after, plays));
    const again = await bench.run(plays, {diff: true, ...recorded()});
    const last = await look();
    wrong.push(...untold(again, after, last, plays).map((one) => `second run: ${one}`));
    cases.forEach((one, index) => {
      wrong.push(...restless(one, homeAt(homes, index), ran, again, [before, after], counts));
    });
    const unrestored = [];
    for (const [one, left] of [
      [again, last],
      [ran, undefined],
    ] as const) {
      const begun = left ?? (await look());
      const {undone, wrong: lies} = await takeBack(one, begun, look, grounds);
      wrong.push(...lies.map((words) => `undo of ${one === ran ? 'the run' : 'the second run'}: ${words}`));
      if (undone) unrestored.push(unrestoredBy(one, undone));
    }
    const excused = {
      refused: new Set(unrestored.flatMap(({refused}) => [...refused])),
      lost: new Set(unrestored.flatMap(({lost}) => [...lost])),
    };
    wrong.push(...differences(before, await look(), excused));
  } finally {
    await witness.run(tearDownOf(homes, folder, named));
  }
  const words = wrong.join('\n');
  const guilty = cases.filter((_, index) => {
    const home = homeAt(homes, index);
    return [`${home.folder}/`, `${home.account} `, `${packageOf(home)} `, `${settingOf(home)} `].some(
      (name) => words.includes(name),
    );
  });
  return {wrong, guilty};
}

/** Takes back one run, after a check of that: what is told of it must be so, too. Of what changed nothing, nothing is. */
async function takeBack(
  ran: Ran,
  begun: Snapshot,
  look: () => Promise<Snapshot>,
  {bench, counts, recorded}: Grounds,
): Promise<{readonly undone?: Ran; readonly wrong: readonly string[]}> {
  const start = ran.events.find((event) => event.type === 'run');
  if (!start || !ran.events.some((event) => event.type === 'writes')) return {wrong: []};
  const foretold = await bench.undo(start.run, {mode: 'check', diff: true, ...recorded()});
  const undone = await bench.undo(start.run, {diff: true, ...recorded()});
  const own = noCounts();
  const wrong = [
    ...mispredicted(foretold, undone, own),
    ...untold(undone, begun, await look(), [], true),
    ...undone.tasks
      .filter(({status, refused}) => status === 'failed' && refused !== true)
      .map((task) => `${task.task.name}: ${outcome(task)}`),
  ];
  for (const {task, status, message} of undone.tasks)
    if (status === 'failed') console.log(`undo of ${task.name} was refused: ${message}`);
  counts.unknown += own.unknown;
  counts.tasks += own.tasks;
  counts.undone += own.changes;
  counts.refused += undone.tasks.filter(({status}) => status === 'failed').length;
  counts.lost += undone.tasks.filter(
    ({status, attention}) => status === 'changed' && attention !== undefined,
  ).length;
  return {undone, wrong};
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
    `# Below files/tree-N, beside the playbook: ${JSON.stringify(trees.map((tree) => Object.keys(tree)))}`,
    '# The playbook:',
    stringify(plays.map((play) => ({...play, hosts: 'all', become: true, gather_facts: false}))),
  ].join('\n');
}

/** What the cases have to do with beside their folders: nothing else is asked for, as not every host has it. */
function namesOf(cases: readonly Case[], homes: readonly Home[]): Named {
  const has = (...types: readonly string[]): boolean =>
    cases.some(({steps}) => steps.some(({deed}) => types.includes(deed.type)));
  return {
    units: has('unit', 'unit-file') ? homes.map(({account}) => account) : [],
    packages: has('package') ? homes.map(packageOf) : [],
    settings: has('sysctl') ? homes.map(settingOf) : [],
    names: has('cron') ? homes.map(({account}) => account) : [],
  };
}

function tearDownOf(homes: readonly Home[], folder: string, named: Named): string {
  const {units, packages, settings, names} = named;
  return `{
while read -r place; do umount -l "$place"; done <<EOF
$(cut -d' ' -f5 /proc/self/mountinfo | grep '^${folder}/' | sort -r)
EOF
sed -i '\\|^tmpfs ${folder}/|d' /etc/fstab
rm -rf ${folder} ${folder}.mark /etc/sysctl.d/90-vprov.conf
for name in ${homes.map(({account}) => account).join(' ')}; do userdel $name; groupdel $name; done
for name in ${homes.map(secondGroupOf).join(' ')}; do groupdel $name; done
for name in ${units.join(' ')}; do systemctl disable --now $name; rm -f /etc/systemd/system/$name.service /usr/lib/systemd/system/$name.service; done
${units.length > 0 ? 'systemctl daemon-reload' : ''}
${packages.length > 0 ? `dpkg --purge ${packages.join(' ')}` : ''}
for name in ${settings.join(' ')}; do echo 1 >"/proc/sys/$(echo "$name" | tr . /)"; done
for name in ${names.join(' ')}; do rm -f "/etc/cron.d/$name"; done
${names.length > 0 ? 'crontab -r' : ''}
} >/dev/null 2>&1`;
}

function homeOf(index: number, number: number, folder: string): Home {
  return {folder: `${folder}/${index}`, account: `t${number}`, place: index};
}

function homeAt(homes: readonly Home[], index: number): Home {
  const home = homes[index];
  if (!home) throw new Error(`no home for case ${index}`);
  return home;
}

/** Where check and run differ. What check does not know, it says; what it says must be so, whatever is unknown beside it. */
function mispredicted(checked: Ran, ran: Ran, counts: Counts): readonly string[] {
  const wrong: string[] = [];
  const mistakes = [...checked.mistakes, ...ran.mistakes];
  if (mistakes.length > 0) return mistakes.map((message) => `mistake: ${message}`);
  const [foretold, made] = [numbered(checked.tasks), numbered(ran.tasks)];
  // Of a case of which something is unknown, a task may turn out to be there or not: a rescue. A handler that may run is told.
  const open = new Set(
    checked.tasks.filter(({status}) => status === 'unknown').map(({task}) => accountOf(task.name)),
  );
  for (const [key, task] of made) {
    const prediction = foretold.get(key);
    counts.tasks++;
    counts.changes += task.changes.length;
    if (!prediction) {
      if (task.task.handler || !open.has(accountOf(key)))
        wrong.push(`${key} ran, and check has nothing there`);
    } else if (prediction.status === 'unknown') counts.unknown++;
    else if (outcome(prediction) !== outcome(task))
      wrong.push(`${task.task.name}: check said\n  ${outcome(prediction)}\nthen the run\n  ${outcome(task)}`);
  }
  for (const key of foretold.keys())
    if (!made.has(key) && !open.has(accountOf(key))) wrong.push(`${key} was foretold, and did not run`);
  const both = (keys: Iterable<string>, others: ReadonlyMap<string, TaskEvent>): string =>
    [...keys].filter((key) => others.has(key)).join(', ');
  const orders = [both(foretold.keys(), made), both(made.keys(), foretold)];
  if (orders[0] !== orders[1]) wrong.push(`foretold in this order: ${orders[0]}, run in this: ${orders[1]}`);
  return wrong;
}

/** By their names, and which of that name they are. */
function numbered(tasks: readonly TaskEvent[]): ReadonlyMap<string, TaskEvent> {
  const seen = new Map<string, number>();
  return new Map(
    tasks.map((task) => {
      const {name} = task.task;
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return [`${name} #${number}`, task];
    }),
  );
}

/** Whose case a task is of, by its name. */
function accountOf(name: string): string {
  return /\bt\d+\b/.exec(name)?.[0] ?? '';
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
function untold(
  ran: Ran,
  before: Snapshot,
  after: Snapshot,
  plays: readonly Play[],
  restores = false,
): readonly string[] {
  const follows = new Set(
    plays
      .flatMap((play) => (play.tasks as readonly Play[]).flatMap(flat))
      .filter((task) => JSON.stringify(task).includes('"follow":true'))
      .map((task) => String(task.name)),
  );
  const model = new Model(before, after, restores);
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
      const files = snapshots.flatMap(({paths}) => names.flatMap((name) => paths.get(name)?.inode ?? []));
      places.push([`${folder}/${path}`, ...names, ...files]);
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
