import type {Source} from '../errors/index.ts';
import {connectionAliases, connectionNames} from '../inventory/index.ts';
import {type Play, type Playbook, type Task, tasksIn} from '../playbook/index.ts';
import {entryOf, type MapEntry, type Node} from '../source/index.ts';
import {reveal, Unknown, UnknownRead} from '../text/index.ts';
import {asText, isStatic, type Layer, type Value, type ValueMap} from '../values/index.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation} from './effect.ts';
import {placeOfTask} from './once.ts';
import type {BarePass} from './pass.ts';
import {fine, type ItemResult, type TaskResult, unknown} from './result.ts';
import type {HostGrowth} from './run-inventory.ts';

/** Arguments of `add_host` that are no variables of the host. With a name beside it, `host` is its address. */
const ownArguments = ['name', 'hostname', 'groups', 'groupname', 'group'];

/** Variables of `add_host` may be meant as one of its arguments. */
export const argumentsOfAddHost: ReadonlySet<string> = new Set(ownArguments);

/** The variables that a task sets by its arguments. */
export function givenBy({module, args}: Task): readonly MapEntry[] {
  if (module === 'set_fact') return args.entries;
  return module === 'add_host' ? args.entries.filter(({key}) => !ownArguments.includes(key)) : [];
}

/** Whether tasks of a playbook may add to the inventory, those of files among them that nobody knows yet. */
export function growsInventory({plays}: Pick<Playbook, 'plays'>): boolean {
  return plays.some(({tasks, handlers}) => [...tasksIn([...tasks, ...handlers])].some(isGrowing));
}

/**
 * The hosts and groups that each task of a play that lets the inventory grow names as it is written; undefined where a
 * template does.
 */
export function namesGivenBy({
  tasks,
  handlers,
}: Play): readonly {readonly names: readonly string[] | undefined; readonly source: Source}[] {
  return [...tasksIn([...tasks, ...handlers])].filter(isGrowing).map((task) => {
    const nodes = namingArguments.flatMap((name) => entryOf(task.args, name)?.value ?? []);
    const isPlain = task.type === 'task' && nodes.every(isStatic);
    return {names: isPlain ? nodes.flatMap(wordsOf) : undefined, source: task.source};
  });
}

const namingArguments = ['name', 'hostname', 'host', 'groups', 'groupname', 'group', 'key', 'parents'];

function wordsOf(node: Node): readonly string[] {
  if (node.type === 'list') return node.items.flatMap(wordsOf);
  return node.type === 'scalar' ? node.text.split(',').map(groupNameOf) : [];
}

function isGrowing(task: Task): boolean {
  if (task.type === 'include') return task.known === undefined || [...tasksIn(task.known)].some(isGrowing);
  return task.module === 'add_host' || task.module === 'group_by';
}

/** After a task of which nobody knows whether it is done, or to what: what it would have added is not known either. */
export function* growUnforeseen(task: Task, {host}: Context): Interpretation<void> {
  if (!isGrowing(task)) return;
  const {module, source} = task;
  const growth = module === 'group_by' ? {host, groups: undefined, variables: new Map(), source} : undefined;
  yield* ask({type: 'grow', growth});
}

/** `add_host`: a host, in the inventory or not, is in it from now on, with these variables and groups. */
export function* addHost(args: ValueMap, {task, context}: BarePass): Interpretation<ItemResult> {
  const named = args.name ?? args.hostname ?? args.host;
  const name = named instanceof Unknown ? named : hostNameOf(named);
  const groups = namesIn(args.groups ?? args.groupname ?? args.group);
  const port = name instanceof Unknown ? undefined : name.port;
  const given = givenBy(task).map(({key, keySource}) => [key, dataOf(args[key], keySource)] as const);
  const variables: Layer = new Map([
    ...(port === undefined ? [] : [['port', dataOf(port, task.source)] as const]),
    ...given.filter(([key]) => args[key] !== undefined),
  ]);
  const nameSource = placeOf(task, ['name', 'hostname', 'host']);
  const groupSource = (one: string) => sourceField(placeOf(task, ['groups', 'groupname', 'group'], one));
  return yield* grow(
    {
      host: name instanceof Unknown ? undefined : name.host,
      groups:
        groups instanceof Unknown
          ? undefined
          : groups.map((one) => ({name: one, parents: [], ...groupSource(one)})),
      variables,
      source: task.source,
      ...(nameSource ? {nameSource} : {}),
    },
    [name, groups, unknownAddress(variables)].find((one) => one instanceof Unknown),
    context,
    ({host, groups: into}) => {
      const names = into.map((group) => group.name);
      return fine(
        {add_host: {host_name: host, groups: names}},
        `added ${host}${names.length > 0 ? ` to ${names.join(', ')}` : ''}`,
      );
    },
  );
}

/** Where the first of these arguments that is given says something: of a list, where its item stands as it is written. */
function placeOf({args}: Task, names: readonly string[], item?: string): Source | undefined {
  const [node] = names.flatMap((name) => entryOf(args, name)?.value ?? []);
  if (node?.type !== 'list') return node?.source;
  return (node.items.find((one) => one.type === 'scalar' && one.text.trim() === item) ?? node).source;
}

function sourceField(source: Source | undefined): {readonly source?: Source} {
  return source ? {source} : {};
}

/** What of how a host is reached is not known yet. */
export function unknownAddress(variables: Layer): Unknown | undefined {
  for (const [key, variable] of variables)
    if (connectionNames.includes(connectionAliases.get(key) ?? key) && 'data' in variable) {
      const {data} = variable;
      if (data instanceof Unknown) return data;
    }
  return undefined;
}

/** `group_by`: the host is in a group that a key names from now on. */
export function* groupBy(args: ValueMap, {task, context}: BarePass): Interpretation<ItemResult> {
  const [key] = [args.key].map((one) => (one instanceof Unknown ? one : groupNameOf(one)));
  const parents = args.parents instanceof Unknown ? args.parents : namesIn(args.parents, groupNameOf);
  const isKnown = !(key instanceof Unknown || parents instanceof Unknown) && key !== undefined;
  const parentsPlace = placeOf(task, ['parents']);
  const parentsSource = parentsPlace ? {parentsSource: parentsPlace} : {};
  return yield* grow(
    {
      host: context.host,
      groups: isKnown
        ? [{name: key, parents, ...sourceField(placeOf(task, ['key'])), ...parentsSource}]
        : undefined,
      variables: new Map(),
      source: task.source,
    },
    [key, parents].find((one) => one instanceof Unknown),
    context,
    ({groups: [group]}) =>
      fine({add_group: group?.name ?? '', parent_groups: group?.parents ?? []}, `in ${group?.name ?? ''}`),
  );
}

/** All hosts that come to the task do it together: none goes on before all are where they belong. */
export function* interpretTogether(
  task: Task,
  context: Context,
  work: () => Interpretation<TaskResult>,
): Interpretation<TaskResult> {
  const {name, order} = placeOfTask(task, context);
  yield* ask({type: 'meet', place: {name: `begin of ${name}`, order}});
  const result = yield* work();
  yield* ask({type: 'meet', place: {name: `all grouped by ${name}`, order}});
  return result;
}

type KnownGrowth = HostGrowth & {
  readonly host: string;
  readonly groups: NonNullable<HostGrowth['groups']>;
};

/** What is not known ends a run; check mode, and validation, reckon with all that it may be. */
function* grow(
  growth: HostGrowth,
  unread: Unknown | undefined,
  context: Context,
  told: (growth: KnownGrowth) => ItemResult,
): Interpretation<ItemResult> {
  const {host, groups} = growth;
  if (unread && !context.checkMode) throw new UnknownRead(unread);
  yield* ask({type: 'grow', growth});
  if (unread) return unknown(unread);
  if (host === undefined || groups === undefined) throw new Error('a growth that is known lacks its names');
  return told({...growth, host, groups});
}

/** As in Ansible, a port may stand behind the name. */
function hostNameOf(value: Value | undefined): {host: string; port: number | undefined} {
  const text = textOf(value);
  const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? {host: text, port: undefined} : {host, port: Number(port)};
}

/** Names in a list, or in one text between commas. */
function namesIn(value: Value | undefined, nameOf = textOf): readonly string[] | Unknown {
  if (value instanceof Unknown) return value;
  const values = Array.isArray(value) ? (value as readonly Value[]) : textOf(value).split(',');
  const unread = values.find((one) => one instanceof Unknown);
  if (unread instanceof Unknown) return unread;
  return [...new Set(values.map(nameOf).map((name) => name.trim()))].filter((name) => name !== '');
}

/** As in Ansible, what cannot be in a name becomes a dash. */
function groupNameOf(value: Value | undefined): string {
  return textOf(value).trim().replaceAll(' ', '-');
}

function textOf(value: Value | undefined): string {
  if (typeof value === 'number') return String(value);
  return reveal(asText(value ?? '') ?? []);
}

function dataOf(data: Value | undefined, source: Task['source']) {
  return {data: data ?? null, origin: {layer: 'add_host', source}};
}
