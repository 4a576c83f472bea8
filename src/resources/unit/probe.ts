import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type ProbeOutput, type Ref, type RefKey, refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {dropInNamesOf, isOfUnit, parentPath} from '../path/index.ts';
import {isUnitName, ownDirectory, type UnitState} from './state.ts';

const properties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'NeedDaemonReload',
  'InvocationID',
  'NRestarts',
  'Type',
  'RemainAfterExit',
  'CanReload',
  'ConditionResult',
  'FragmentPath',
  'DropInPaths',
  'ActiveEnterTimestampMonotonic',
  'InactiveExitTimestampMonotonic',
  'RequiredBy',
  'RequisiteOf',
  'WantedBy',
  'BoundBy',
  'ConsistsOf',
  'TriggeredBy',
];

/**
 * One `systemctl show` for all: blocks in the order asked, an empty line between them. Whether a unit is enabled systemd
 * keeps in memory until a reload: where the links in /etc say otherwise, `is-enabled` looks again, and its line counts.
 * Then the files of these units that are in /etc, and all their drop-ins: systemd does not notice a file that comes to
 * stand before the one it has read, nor the first drop-in of a folder.
 * @see systemctl(1), systemd.unit(5) "Unit File Load Path"
 */
export function probeUnits(refs: readonly Ref<'unit'>[], marker: string): Script {
  const names = refs.map((ref) => ref.id).filter(isUnitName);
  const here = sh`[ -d /run/systemd/system ] || { echo 'systemd does not run on this host' >&2; exit 1; }`;
  if (names.length === 0) return here;
  return sh`${here}
o=$(systemctl show --no-pager -p ${properties.join(',')} -- ${names}) || exit 1
r=$(systemctl show -p UnitsLoadTimestampMonotonic) || r=''
leads() {
p=$1
case $p in /lib/*) if [ -L /lib ]; then p=/usr$p; fi ;; esac
while [ "$p" ]; do
if [ -L "$p" ]; then printf 'LeadsTo=%s\n' "$(readlink -f -- "$1")"; return; fi
p=\${p%/*}
done
}
set -- ${names}
while IFS= read -r l; do
printf '%s\n' "$l"
case $l in
'') shift ;;
Id=*)
if [ "$r" ]; then printf '%s\n' "$r"; fi
leads ${ownDirectory}"$1".d
k=''
for f in ${ownDirectory}*.wants/"$1" ${ownDirectory}*.requires/"$1"; do if [ -L "$f" ]; then k=1; fi; done
if [ "$k" ]; then echo Linked=yes; fi
t=$1 k=''
case $1 in *@?*.*) t=\${1%%@*}@.\${1##*.}; if [ -e ${ownDirectory}"$t" ]; then k=${ownDirectory}$t; fi ;; esac
for f in /run /usr/local/lib /usr/lib /lib; do
[ ! -L "$f" ] || continue
if [ -e "$f/systemd/system/$1" ]; then k="$k $f/systemd/system/$1"; fi
if [ "$t" != "$1" ] && [ -e "$f/systemd/system/$t" ]; then k="$k $f/systemd/system/$t"; fi
done
echo "OtherFiles=$k" ;;
DropInPaths=/*) for f in \${l#*=}; do leads "$f"; done ;;
FragmentPath=/*)
leads "\${l#*=}"
k=1
for f in "\${l#*=}" /etc/systemd/system/"$1" /run/systemd/system/"$1" /usr/local/lib/systemd/system/"$1" /usr/lib/systemd/system/"$1" /lib/systemd/system/"$1"; do
if [ -e "$f" ]; then k=''; fi
done
if [ "$k" ]; then echo Gone=yes; fi ;;
UnitFileState=*)
k=''
for f in ${ownDirectory}*.wants/"$1" ${ownDirectory}*.requires/"$1"; do if [ -L "$f" ]; then k=1; fi; done
case \${l#*=}.$k in
enabled.|disabled.1) l=$(systemctl is-enabled -- "$1" 2>/dev/null); printf 'UnitFileState=%s\n' "$l" ;;
esac ;;
esac
done <<EOF
$o
EOF
printf '\n%s\n' ${marker}
for u in ${names}; do
f=${ownDirectory}$u
if [ -f "$f" ] && [ ! -L "$f" ]; then printf '%s\n' "$f"; fi
done
for n in ${[...new Set(names.flatMap(dropInNamesOf))]}; do
for w in ${unitRoots}; do
if [ -L "\${w%/systemd/system}" ] || [ ! -d "$w/$n.d" ]; then continue; fi
for f in "$w/$n.d"/*.conf; do if [ -f "$f" ] && [ -s "$f" ]; then printf '%s\n' "$f"; fi; done
done
done
printf '\n%s\n' ${marker}`;
}

/** The folders of units, those that stand before others first. @see systemd.unit(5) "Unit File Load Path" */
const unitRoots = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(
  (root) => `${root}/systemd/system`,
);

/** @throws Error when systemctl did not answer for each unit */
export function parseUnits(
  output: ProbeOutput,
  refs: readonly Ref<'unit'>[],
  marker: string,
): ReadonlyMap<RefKey, Observed<UnitState>> {
  const asked = refs.filter((ref) => isUnitName(ref.id));
  const cursor = new Cursor(output.stdout);
  const blocks = asked.length === 0 ? [] : blocksOf(cursor.block(marker).toString());
  const files = asked.length === 0 ? [] : cursor.block(marker).toString().split('\n');
  if (blocks.length !== asked.length) throw new Error(`${blocks.length} answers for ${asked.length} units`);
  const answers = new Map<RefKey, Observed<UnitState>>(
    refs.map((ref) => [refKey(ref), {status: 'unreadable', reason: `'${ref.id}' is not the name of a unit`}]),
  );
  asked.forEach((ref, index) => {
    answers.set(refKey(ref), observedOf(ref.id, blocks[index] ?? '', files));
  });
  return answers;
}

function blocksOf(text: string): readonly string[] {
  return text.split(/\n{2,}/).filter((block) => block.trim() !== '');
}

const running = new Set(['active', 'reloading', 'refreshing', 'maintenance']);

function observedOf(id: string, block: string, files: readonly string[]): Observed<UnitState> {
  const values = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const text = (name: string): string => values.get(name) ?? '';
  const yes = (name: string): boolean | undefined =>
    values.has(name) && text(name) !== '' ? text(name) === 'yes' : undefined;
  const number = (name: string): number | undefined => (text(name) === '' ? undefined : Number(text(name)));
  const activeState = text('ActiveState');
  const own = `${ownDirectory}${id}`;
  const dropIns = text('DropInPaths').split(' ');
  const isLoaded = text('LoadState') === 'loaded';
  const hasUnread =
    (files.includes(own) && text('FragmentPath') !== own) ||
    hasUnreadDropIn(isLoaded ? dropInNamesOf(id) : [id], files, dropIns);
  // systemd has yet to notice that the file it has read is gone, or that there is one.
  const gone = yes('Gone') === true;
  const isUnread = text('LoadState') === 'not-found' && files.includes(own);
  const linked = yes('Linked') === true;
  if (text('LoadState') === 'not-found' && activeState === 'inactive' && !files.includes(own) && !linked)
    return {status: 'absent'};
  const unitFileState = text('UnitFileState');
  const referrers = ['RequiredBy', 'RequisiteOf', 'WantedBy', 'BoundBy', 'ConsistsOf', 'TriggeredBy'];
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
    masked: !files.includes(own) && (text('LoadState') === 'masked' || unitFileState.startsWith('masked')),
    // A file that could not be read may be there by now: only a reload tells.
    needDaemonReload: yes('NeedDaemonReload') === true || text('LoadState') === 'error' || hasUnread,
    invocationId: text('InvocationID'),
    nRestarts: number('NRestarts'),
    type: text('Type') || undefined,
    remainAfterExit: yes('RemainAfterExit'),
    canReload: yes('CanReload'),
    conditionResult: yes('ConditionResult'),
    fragmentPath: text('FragmentPath') || undefined,
    activeEnterMonotonicUs: number('ActiveEnterTimestampMonotonic'),
    startedUs: number('InactiveExitTimestampMonotonic'),
    filesReadUs: number('UnitsLoadTimestampMonotonic'),
    leadsTo: block.split('\n').flatMap((line) => (line.startsWith('LeadsTo=/') ? [line.slice(8)] : [])),
    dropIns: [...new Set([...dropIns, ...files.filter((file) => file !== own && isOfUnit(file, id))])].filter(
      (file) => file !== '',
    ),
    otherFiles: text('OtherFiles')
      .split(' ')
      .filter((file) => file !== ''),
    pinned: activeState !== 'inactive' || referrers.some((name) => text(name) !== ''),
  };
  return {status: 'present', state};
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
  const folders = names.flatMap((name) => unitRoots.map((root) => `${root}/${name}.d`));
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
