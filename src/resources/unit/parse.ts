import {type Observed, type ProbeOutput, type Ref, type RefKey, refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {dropInNamesOf, isOfUnit, parentPath, unitFolders} from '../path/index.ts';
import {installOf} from './install.ts';
import {madeBy} from './makes.ts';
import {programIn, requiredIn} from './start.ts';
import {type Install, isUnitName, ownDirectory, type UnitState} from './state.ts';

/** @throws Error when systemctl did not answer for each unit */
export function parseUnits(
  output: ProbeOutput,
  refs: readonly Ref<'unit'>[],
  marker: string,
): ReadonlyMap<RefKey, Observed<UnitState>> {
  const asked = refs.filter((ref) => isUnitName(ref.id));
  const cursor = new Cursor(output.stdout);
  const blocks = asked.length === 0 ? [] : blocksOf(cursor.block(marker).toString());
  const lines = (): readonly string[] =>
    asked.length === 0 ? [] : cursor.block(marker).toString().split('\n');
  const files = lines();
  const settingLines = lines();
  if (blocks.length !== asked.length) throw new Error(`${blocks.length} answers for ${asked.length} units`);
  const answers = new Map<RefKey, Observed<UnitState>>(
    refs.map((ref) => [refKey(ref), {status: 'unreadable', reason: `'${ref.id}' is not the name of a unit`}]),
  );
  asked.forEach((ref, index) => {
    answers.set(refKey(ref), observedOf(ref.id, shownIn(blocks[index] ?? ''), files, settingLines));
  });
  return answers;
}

function blocksOf(text: string): readonly string[] {
  return text.split(/\n{2,}/).filter((block) => block.trim() !== '');
}

const running = new Set(['active', 'reloading', 'refreshing', 'maintenance']);

/** What systemctl and the script said of one unit. */
interface Shown {
  readonly block: string;
  text(name: string): string;
  yes(name: string): boolean | undefined;
  number(name: string): number | undefined;
  /** What several properties name, together. */
  named(...names: readonly string[]): readonly string[];
}

function shownIn(block: string): Shown {
  const values = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const text = (name: string): string => values.get(name) ?? '';
  return {
    block,
    text,
    yes: (name) => (text(name) === '' ? undefined : text(name) === 'yes'),
    number: (name) => (text(name) === '' ? undefined : Number(text(name))),
    named: (...names) => names.flatMap((name) => wordsOf(text(name))),
  };
}

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((one) => one !== '');
}

/**
 * systemd notices with the next reload only that a unit which it keeps in memory is masked, or no longer; systemctl sees
 * it at once. Of a masked one there is nothing to read, though systemd 252 says of its drop-ins that there is.
 */
function needsReload({text, yes}: Shown, hasUnread: boolean): boolean {
  const loadState = text('LoadState');
  const isMask = yes('Mask');
  if (loadState === 'masked') return isMask === false;
  // A file that could not be read may be there by now: only a reload tells.
  const isUnsure = loadState === 'error' || (isMask === true && loadState === 'loaded');
  return yes('NeedDaemonReload') === true || hasUnread || isUnsure;
}

function observedOf(
  id: string,
  shown: Shown,
  files: readonly string[],
  settingLines: readonly string[],
): Observed<UnitState> {
  const {text, yes, number, named} = shown;
  const activeState = text('ActiveState');
  const own = `${ownDirectory}${id}`;
  const isLoaded = text('LoadState') === 'loaded';
  const dropIns = named('DropInPaths');
  const all = [...new Set([id, ...named('Names')])];
  const hasUnread =
    (files.includes(own) && text('FragmentPath') !== own) ||
    hasUnreadDropIn(isLoaded ? all.flatMap(dropInNamesOf) : [id], files, dropIns);
  // systemd has yet to notice that the file it has read is gone, or that there is one.
  const gone = yes('Gone') === true;
  const isUnread = text('LoadState') === 'not-found' && files.includes(own);
  const isMask = yes('Mask');
  const wasMask = text('LoadState') === 'masked';
  const linked = yes('Linked') === true;
  if (text('LoadState') === 'not-found' && activeState === 'inactive' && !files.includes(own) && !linked)
    return {status: 'absent'};
  const lines = linesOf(shown, settingLines);
  const install = isLoaded ? installOf(lines) : undefined;
  const unitFileState = fileStateOf(id, shown, install);
  const state: UnitState = {
    loaded: isLoaded && !gone,
    loadState: gone ? 'not-found' : isUnread ? undefined : text('LoadState'),
    active: running.has(activeState),
    activeState,
    subState: text('SubState'),
    enabled: enabledOf(unitFileState),
    unitFileState,
    linked,
    // A file of its own in /etc stands before every mask but that in /etc, which is a link and would be in its place.
    masked: !files.includes(own) && (isMask ?? (wasMask || unitFileState.startsWith('masked'))),
    needDaemonReload: needsReload(shown, hasUnread),
    invocationId: text('InvocationID'),
    nRestarts: number('NRestarts'),
    type: text('Type') || undefined,
    remainAfterExit: yes('RemainAfterExit'),
    canReload: yes('CanReload'),
    canStart: yes('CanStart'),
    canStop: yes('CanStop'),
    conditionResult: yes('ConditionResult'),
    fragmentPath: text('FragmentPath') || undefined,
    activeEnterMonotonicUs: number('ActiveEnterTimestampMonotonic'),
    startedUs: number('InactiveExitTimestampMonotonic'),
    filesReadUs: number('UnitsLoadTimestampMonotonic'),
    leadsTo: shown.block.split('\n').flatMap((line) => (line.startsWith('LeadsTo=/') ? [line.slice(8)] : [])),
    dropIns: [
      ...new Set([
        ...dropIns,
        ...files.filter((file) => file !== own && all.some((one) => isOfUnit(file, one))),
      ]),
    ],
    otherFiles: named('OtherFiles'),
    pinned: activeState !== 'inactive' || named(...referrers).length > 0,
    install,
    program: programIn(lines),
    ...namesOf(id, shown),
    ...relationsOf(shown),
  };
  return {status: 'present', state};
}

const referrers = ['RequiredBy', 'RequisiteOf', 'WantedBy', 'BoundBy', 'ConsistsOf', 'TriggeredBy'];

/** Its own name where it was asked for by another, and all of them. */
function namesOf(id: string, {text, named}: Shown): Pick<UnitState, 'realName' | 'names'> {
  const names = named('Names');
  const realName = text('Id') === '' || text('Id') === id ? {} : {realName: text('Id')};
  return names.length > 1 ? {...realName, names} : realName;
}

function relationsOf({block, named, yes}: Shown): Partial<UnitState> {
  const listens = block.split('\n').flatMap((line) => /^Listen=(\/\S+) /.exec(line)?.slice(1) ?? []);
  return {
    ...(named('Where').length > 0 ? {covers: named('Where').join(' ')} : {}),
    ...(yes('IsLink') ? {isLink: true} : {}),
    triggers: named('Triggers'),
    pulls: named('Requires', 'Wants', 'BindsTo', 'Upholds'),
    pulledBy: named('RequiredBy', 'WantedBy', 'BoundBy', 'UpheldBy'),
    requires: requiredIn(named('Requires', 'Requisite', 'BindsTo')),
    leansOn: named('Requires', 'Requisite', 'BindsTo', 'PartOf'),
    conflicts: named('Conflicts', 'ConflictedBy'),
    ...madeBy((name) => named(name), listens),
  };
}

/** What was read of its files, its own first. */
function linesOf({named}: Shown, lines: readonly string[]): readonly string[] {
  const ofFile = (file: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${file}:`) ? [line.slice(file.length + 1)] : []));
  return named('FragmentPath', 'DropInPaths').flatMap(ofFile);
}

/**
 * UnitFileState as far as it says something of the unit itself. A link to a file of another name is called an alias, and
 * is the unit's own file; `indirect` may say only that another name of it is linked. There the links in /etc decide.
 */
function fileStateOf(id: string, {text, yes}: Shown, install: Install | undefined): string {
  const state = text('UnitFileState');
  const isOwnLink = state === 'alias' && (text('Id') === '' || text('Id') === id);
  const isByOther = state === 'indirect' && !id.includes('@') && (install?.wantedBy.length ?? 0) > 0;
  if (!isOwnLink && !isByOther) return state;
  return yes('Linked') ? 'enabled' : 'disabled';
}

/**
 * Whether there is a drop-in that systemd would read, and has not: of several with one file name the most special counts.
 * @see systemd.unit(5) "Description"
 */
function hasUnreadDropIn(
  names: readonly string[],
  files: readonly string[],
  dropIns: readonly string[],
): boolean {
  const read = dropIns.map(withoutLibLink);
  const folders = names.flatMap((name) => unitFolders.map((root) => `${root}/${name}.d`));
  const first = new Map<string, string>();
  for (const folder of folders)
    for (const file of files) {
      if (parentPath(file) !== folder) continue;
      const name = file.slice(folder.length);
      if (!first.has(name)) first.set(name, withoutLibLink(file));
    }
  // What is read from elsewhere (a folder behind a link, `systemctl set-property`) is this one, or stands before it.
  const isElsewhere = (name: string) =>
    read.some((one) => one.endsWith(name) && !folders.map(withoutLibLink).includes(parentPath(one)));
  return [...first].some(([name, file]) => !read.includes(file) && !isElsewhere(name));
}

/** /lib leads to /usr/lib, and systemd may name either. */
function withoutLibLink(path: string): string {
  return path.replace(/^\/usr(?=\/lib\/)/, '');
}

/** @see systemctl(1), "is-enabled" */
function enabledOf(unitFileState: string): boolean | undefined {
  if (/^(?:static|generated|transient|indirect)$/.test(unitFileState)) return undefined;
  return /^(?:enabled|enabled-runtime|alias)$/.test(unitFileState);
}
