import type {Play} from '../loopback/engine.ts';
import type {Case, Condition, Entry, Step} from './case.ts';
import {type Home, moduleOf, packageOf, unitText} from './deeds.ts';

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

function made(entry: Entry, home: Home): string {
  const {folder, account} = home;
  if (entry.type === 'package') return `apt-get -y install ${packageOf(home)} >/dev/null`;
  if (entry.type === 'cron') {
    const line = `#Ansible: ${account}\\n1 * * * * ${entry.inFile ? 'root ' : ''}/bin/false\\n`;
    return entry.inFile
      ? `printf '${line}' >/etc/cron.d/${account}`
      : `{ crontab -l; printf '${line}'; } | crontab -`;
  }
  if (entry.type === 'packaged-unit')
    return `printf '${unitText('lasting').replaceAll('\n', '\\n')}' >/usr/lib/systemd/system/${account}.service`;
  if (entry.type === 'user') return `useradd -M ${account}`;
  if (entry.type === 'group') return `groupadd ${account}`;
  const path = `${folder}/${'path' in entry ? entry.path : ''}`;
  const free = `[ ! -e ${path} ] && [ ! -L ${path} ]`;
  switch (entry.type) {
    case 'mount': {
      const row = `tmpfs ${path} tmpfs ${entry.options} 0 0`;
      return `${free} && mkdir ${path} && mount -t tmpfs -o ${entry.options} tmpfs ${path}${entry.inTable ? ` && echo '${row}' >>/etc/fstab` : ''}`;
    }
    case 'directory':
      return `${free} && mkdir ${path} && ${entry.setgid ? `chgrp 20001 ${path} && ` : ''}chmod ${entry.mode} ${path}`;
    case 'file':
      return `${free} && printf %s ${quoted(entry.content)} >${path} && chmod ${entry.mode} ${path}`;
    case 'twin': {
      const file = `${folder}/${entry.of}`;
      const isFile = `[ -f ${file} ] && [ ! -L ${file} ]`;
      return `${free} && { [ -e ${file} ] || [ -L ${file} ] || printf 'one\\ntwo\\n' >${file}; } && ${isFile} && ln ${file} ${path}`;
    }
    case 'link':
      return `${free} && ln -s ${quoted(entry.target.replace('@', folder))} ${path}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
