import type {Play} from '../loopback/engine.ts';
import type {Case, Condition, Deed, Entry, Step} from './world.ts';

/** Where a case lives: its folder, and the name of its own user and group. */
export interface Home {
  readonly folder: string;
  readonly account: string;
}

/** The case as a play. A task that fails does not end it. */
export function playOf({steps, variable}: Case, home: Home): Play {
  return {
    name: home.folder,
    vars: {v: variable},
    tasks: tasksOf(steps, home),
    handlers: [0, 1]
      .filter((number) => steps.some(({notify}) => notify === number))
      .map((number) => ({
        name: handlerName(number, home),
        copy: {content: 'it ran\n', dest: `${home.folder}/handler-${number}`},
      })),
  };
}

type Placed = Readonly<Record<'block' | 'rescue' | 'always', readonly Play[]>>;

/** The steps as tasks; those that are in blocks, in theirs. Every failure in a block is rescued. */
function tasksOf(steps: readonly Step[], home: Home): readonly Play[] {
  const tasks: Play[] = [];
  let open: Placed | undefined;
  for (const [index, step] of steps.entries()) {
    const before = [...steps.keys()].filter((other) => other < index && steps[other]?.deed.type !== 'flush');
    // A flush in a block that fails would end the host.
    const part = step.deed.type === 'flush' ? undefined : step.part;
    if (part === undefined) {
      open = undefined;
      tasks.push({
        ...taskOf(step, index, before, home),
        ...(step.deed.type === 'flush' ? {} : {ignore_errors: true}),
      });
      continue;
    }
    if (!open) {
      const rescued = {name: `${home.account} ${index} rescued`, debug: 'rescued'};
      open = {
        block: [{name: `${home.account} ${index} begins`, debug: 'begins'}],
        rescue: [rescued],
        always: [],
      };
      tasks.push(open);
    }
    const task = taskOf(step, index, before, home);
    (open[part] as Play[]).push(part === 'block' ? task : {...task, ignore_errors: true});
  }
  return tasks;
}

function handlerName(number: number, {account}: Home): string {
  return `handler ${number} of ${account}`;
}

function taskOf({deed, when, notify}: Step, index: number, before: readonly number[], home: Home): Play {
  if (deed.type === 'flush') return {name: `${home.account} ${index} flush`, meta: 'flush_handlers'};
  const paths = 'paths' in deed ? deed.paths.map((path) => `${home.folder}/${path}`) : [];
  const [only] = paths;
  return {
    name: `${home.account} ${index} ${deed.type}`,
    ...moduleOf(deed, paths.length > 1 ? '{{ item }}' : (only ?? ''), home),
    ...(paths.length > 1 ? {loop: paths} : {}),
    ...(when ? {when: conditionOf(when, before)} : {}),
    ...(notify === undefined ? {} : {notify: handlerName(notify, home)}),
    register: `r${index}`,
  };
}

function moduleOf(deed: Exclude<Deed, {type: 'flush'}>, path: string, home: Home): Play {
  const own = (text: string): string => text.replace('@', home.folder).replace('%', home.account);
  const attributes = Object.fromEntries(
    (['mode', 'owner', 'group'] as const).flatMap((name) => {
      const value = name in deed ? (deed as Readonly<Record<string, string | undefined>>)[name] : undefined;
      return value === undefined ? [] : [[name, own(value)]];
    }),
  );
  switch (deed.type) {
    case 'absent':
      return {file: {path, state: 'absent'}};
    case 'directory':
      return {file: {path, state: 'directory', ...attributes, follow: deed.follow ?? false}};
    case 'attributes':
      return {file: {path, state: 'file', ...attributes, follow: deed.follow ?? false}};
    case 'link':
      return {
        file: {path, state: 'link', target: own(deed.target), ...attributes, force: deed.force ?? false},
      };
    case 'copy':
      return {
        copy: {
          dest: path,
          content: deed.content,
          ...attributes,
          follow: deed.follow ?? false,
          write: deed.inPlace ? 'in_place' : 'atomic',
        },
      };
    case 'user': {
      const {shell, comment} = deed;
      if (deed.state === 'absent') return {user: {name: home.account, state: 'absent'}};
      return {
        user: {
          name: home.account,
          create_home: false,
          ...(shell === undefined ? {} : {shell}),
          ...(comment === undefined ? {} : {comment}),
        },
      };
    }
    case 'unit-file':
      return deed.sort === 'none'
        ? {file: {path: unitFileOf(home), state: 'absent'}}
        : {copy: {dest: unitFileOf(home), content: unitText(deed.sort)}};
    case 'unit':
      return {systemd: {name: home.account, ...stateOf(deed)}};
    case 'group':
      return {group: {name: home.account, state: deed.state}};
  }
}

function stateOf({state, enabled}: Extract<Deed, {type: 'unit'}>): Play {
  if (state === undefined && enabled === undefined) return {state: 'stopped'};
  return {...(state === undefined ? {} : {state}), ...(enabled === undefined ? {} : {enabled})};
}

function unitFileOf({account}: Home): string {
  return `/etc/systemd/system/${account}.service`;
}

function unitText(sort: 'oneshot' | 'lasting'): string {
  const service =
    sort === 'oneshot'
      ? 'Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true'
      : 'ExecStart=/bin/sleep 1000';
  return `[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`;
}

/** @param before the numbers of the tasks that have a result by then */
function conditionOf(condition: Condition, before: readonly number[]): string {
  const not = condition.negated ? 'not ' : '';
  const number = condition.about === 'result' ? before[condition.back % before.length] : undefined;
  return condition.about === 'variable' || number === undefined
    ? `${not}v`
    : `${not}r${number}.${condition.field}`;
}

/** What makes the world as it is before, as a person would type it. */
export function setUpOf({entries}: Case, home: Home): readonly string[] {
  return [`mkdir ${home.folder}`, ...entries.map((entry) => `{ ${made(entry, home)}; } 2>/dev/null || :`)];
}

function made(entry: Entry, {folder, account}: Home): string {
  if (entry.type === 'user') return `useradd -M ${account}`;
  if (entry.type === 'group') return `groupadd ${account}`;
  const path = `${folder}/${'path' in entry ? entry.path : ''}`;
  const free = `[ ! -e ${path} ] && [ ! -L ${path} ]`;
  switch (entry.type) {
    case 'directory':
      return `${free} && mkdir ${path} && ${entry.setgid ? `chgrp 20001 ${path} && ` : ''}chmod ${entry.mode} ${path}`;
    case 'file':
      return `${free} && printf %s ${quoted(entry.content)} >${path} && chmod ${entry.mode} ${path}`;
    case 'link':
      return `${free} && ln -s ${quoted(entry.target.replace('@', folder))} ${path}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
