import {errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import type {ReleasedProgram, ReleaseRef} from '../modules/index.ts';
import {
  type Architecture,
  architectureInWords,
  architectureNamed,
  architectureNames,
  boardNamed,
  boardNames,
  type Cluster,
  type ClusterHost,
  isArchitecture,
  products,
  type ReleaseStore,
  releaseCodes,
  type Telling,
} from '../releases/index.ts';
import {entryOf} from '../source/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {isMap, type Scope, type Value} from '../values/index.ts';
import {ask, type EventBody, type Interpretation, type ReleaseEffect} from './effect.ts';
import type {TaskLabel} from './events.ts';
import {placeOfTask} from './once.ts';
import type {Pass} from './pass.ts';

/** Whether a task is about which release a host runs. */
export function asksForRelease({module}: Pick<TaskLabel, 'module'>): boolean {
  return module === 'release' || module === 'release_info';
}

/** What references to releases come to on this host, as the driver has it. @throws VprovError, UnknownRead */
export function* releasesOf(
  refs: readonly ReleaseRef[],
  pass: Pass,
): Interpretation<ReadonlyMap<string, ReleasedProgram>> {
  const found = new Map<string, ReleasedProgram>();
  for (const ref of refs) {
    const {label} = pass;
    const source = sourceOf('version', pass);
    const cluster = yield* clusterOf(ref, pass, source);
    const architecture = ownArchitecture(pass, source);
    found.set(
      ref.name,
      yield* ask({
        type: 'release',
        ref: ref.keyFile === undefined ? ref : {...ref, keySource: sourceOf('key', pass)},
        cluster,
        architecture,
        source,
        task: label,
      }),
    );
  }
  return found;
}

/** Where the version (or another argument) was said: several tasks may ask for it, and what is wrong with it is one mistake. */
function sourceOf(argument: string, {task, scope}: Pass): Source | undefined {
  const written = entryOf(task.args, argument)?.value;
  const named = /^\{\{\s*(?:default\s+(\w+)\s+\w+|(\w+))\s*\}\}$/;
  const [, orElse, name = orElse] = (written?.type === 'scalar' && named.exec(written.text)) || [];
  const [origin] = name !== undefined && scope.has(name) ? scope.origins(name) : [];
  return origin ? origin.source : (written?.source ?? task.source);
}

/**
 * The members of the group, whichever of them this run is limited to. Where the inventory does not say of all of them
 * what they are, the hosts of the batch wait for one another, so that the facts of all are gathered.
 */
function* clusterOf(ref: ReleaseRef, pass: Pass, source: Source | undefined): Interpretation<Cluster> {
  const {context, scope, task} = pass;
  const {group} = ref;
  const names = group === undefined ? [context.host] : membersOf(group, scope, source);
  const expected = names.map((host) => expectedOf(host, scope, source));
  if (names.length > 1 && expected.some((one) => one.architecture === undefined)) {
    const {order} = placeOfTask(task, context);
    yield* ask({type: 'meet', place: {name: `releases ${order.join('.')} ${ref.name}`, order}});
  }
  const hosts = expected.map((one) =>
    one.architecture === undefined ? {...one, ...factsSay(one.host, pass)} : one,
  );
  const isOpen = context.entersUnknown || context.continues;
  return {
    name: group ?? context.host,
    hosts,
    ...(isOpen ? {openBecause: 'its facts are not gathered yet'} : {}),
  };
}

function membersOf(group: string, scope: Scope, source: Source | undefined): readonly string[] {
  const groups = scope.get('groups');
  const members = isMap(groups) ? groups[group] : undefined;
  if (Array.isArray(members) && members.length > 0) return members as readonly string[];
  throw wrong(`the inventory has no host in a group '${group}'`, source, 'group names an inventory group');
}

/** What the inventory says of a host. @throws VprovError for a board or an architecture that does not exist */
function expectedOf(host: string, scope: Scope, source: Source | undefined): ClusterHost {
  const hostvars = scope.get('hostvars');
  const vars = isMap(hostvars) ? hostvars[host] : undefined;
  const read = (name: string): string | undefined => {
    const value = isMap(vars) ? vars[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const board = read('board');
  const arch = read('arch');
  const known = board === undefined ? undefined : boardNamed(board);
  if (board !== undefined && !known)
    throw wrong(
      `${host}: no board '${board}' is known`,
      source,
      `known: ${boardNames.join(', ')}; or say arch`,
    );
  const architecture = arch === undefined ? known?.architecture : architectureNamed(arch);
  if (arch !== undefined && !architecture)
    throw wrong(`${host}: '${arch}' is no architecture`, source, `known: ${architectureNames.join(', ')}`);
  return {host, ...(architecture ? {architecture} : {}), ...(known ? {cpu: known.cpu} : {})};
}

function factsSay(host: string, {context, facts}: Pass): {architecture?: Architecture} {
  const found = host === context.host ? facts : context.learnedOf(host).facts;
  const architecture = architectureIn(found);
  return isArchitecture(architecture) ? {architecture} : {};
}

/** Undefined where the facts are not known. */
function architectureIn(facts: Value): string | undefined {
  if (facts instanceof Unknown || !isMap(facts)) return undefined;
  const {architecture} = facts;
  return typeof architecture === 'string' ? architecture : undefined;
}

/**
 * What the host of the task is: as it says itself, once it was asked, which must be what the inventory expects.
 * Undefined while that is not known.
 */
function ownArchitecture(
  {context, scope, facts}: Pass,
  source: Source | undefined,
): Architecture | undefined {
  const {architecture: expected} = expectedOf(context.host, scope, source);
  const found = architectureIn(facts);
  if (found === undefined) return expected;
  if (!isArchitecture(found))
    throw wrong(`${context.host} is ${found}, for which no release is known`, source, undefined);
  if (expected === undefined || expected === found) return found;
  throw wrong(
    `the inventory says that ${context.host} is ${architectureInWords(expected)}, and the host says ${architectureInWords(found)} (${found})`,
    source,
    `set arch: ${found} for ${context.host} in the inventory: what its cluster runs depends on it`,
  );
}

/**
 * Whether a host is what the inventory says of it, where that says something of all hosts of the play.
 * @returns undefined where what it says cannot be read: whoever needs it tells that
 */
export function isAsExpected(
  host: string,
  facts: Value,
  scope: Scope,
): 'yes' | 'no' | 'some are not said' | undefined {
  const hosts = scope.get('play_hosts');
  if (!Array.isArray(hosts)) return undefined;
  try {
    const isSaid = (name: Value): boolean =>
      expectedOf(String(name), scope, undefined).architecture !== undefined;
    if (!hosts.every(isSaid)) return 'some are not said';
    const found = architectureIn(facts);
    return found === undefined || found === expectedOf(host, scope, undefined).architecture ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof VprovError) return undefined;
    throw error;
  }
}

function wrong(message: string, source: Source | undefined, hint: string | undefined): VprovError {
  return new VprovError(errorDiagnostic(releaseCodes, 'REL004', message, {source, hint}));
}

/** Validation (by what is written down), look-ahead and check: nothing is fetched and nothing written down. */
export async function releaseAsKnown(
  effect: ReleaseEffect,
  store: ReleaseStore,
  by: 'lock' | 'cache',
): Promise<ReleasedProgram> {
  const {ref, cluster, source} = effect;
  const version = await store.resolve(ref, cluster, source);
  const program = programOf(ref);
  if (!ref.program) return {version, program};
  const known = await store.known({request: ref, version, architecture: needed(effect), source}, by);
  return {version, program, ...contentOf(known)};
}

/** A run: what is not known is fetched, and what was resolved holds from now on. */
export async function releaseAtHand(
  effect: ReleaseEffect,
  store: ReleaseStore,
  telling: Telling,
  signal: AbortSignal,
): Promise<ReleasedProgram> {
  const {ref, cluster, source} = effect;
  const version = await store.resolve(ref, cluster, source);
  const program = programOf(ref);
  if (!ref.program) return {version, program};
  const build = {request: ref, version, architecture: needed(effect), source};
  const found = await store.obtain(build, telling, signal);
  await store.keep(ref, cluster, version);
  return {version, program, ...contentOf(found)};
}

function programOf({product, download}: ReleaseRef): string {
  if (download) return download.program ?? product;
  return products.get(product)?.program ?? product;
}

function needed({architecture}: ReleaseEffect): Architecture {
  if (architecture !== undefined) return architecture;
  throw new UnknownRead(new Unknown('which program it is depends on facts that were not gathered'));
}

function contentOf({
  file,
  sha256,
  sizeBytes,
  archiveSha256,
}: Awaited<ReturnType<ReleaseStore['known']>>): Pick<ReleasedProgram, 'content' | 'archiveSha256'> {
  return {
    ...(archiveSha256 === undefined ? {} : {archiveSha256}),
    ...(sha256 === undefined || sizeBytes === undefined
      ? {}
      : {content: {sha256, sizeBytes, from: file, gzip: `${file}.gz`}}),
  };
}

/** What fetching tells, as events of the task. */
export function tellingOf(emit: (event: EventBody) => void, host: string, task: TaskLabel): Telling {
  return {
    progress: (message, sentBytes, totalBytes) =>
      emit({
        type: 'progress',
        host,
        task,
        message,
        ...(sentBytes === undefined || totalBytes === undefined ? {} : {sentBytes, totalBytes}),
      }),
    note: (message) => emit({type: 'note', message}),
  };
}
