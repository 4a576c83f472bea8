import {type Script, sh} from '../../shell/index.ts';
import type {Ref} from '../contract.ts';
import {dropInNamesOf, unitFolders} from '../path/index.ts';
import {managedDirectories} from './makes.ts';
import {programSettings} from './start.ts';
import {isUnitName, ownDirectory} from './state.ts';

const properties = [
  'Id',
  'Names',
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
  'CanStart',
  'CanStop',
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
  'Triggers',
  'UpheldBy',
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'ConflictedBy',
  'PIDFile',
  'Listen',
  'Where',
  'RuntimeDirectoryPreserve',
  ...Object.keys(managedDirectories),
];

/** What is read of files themselves; of a command the program alone, as the rest is nothing to anybody. */
const readLines = `^[[:space:]]*((Alias|Also|WantedBy|RequiredBy|UpheldBy)[[:space:]]*=.*|(${programSettings.join('|')})[[:space:]]*=[[:space:]]*[^[:space:]]*)`;

/**
 * One `systemctl show` for all: blocks in the order asked, an empty line between them. Whether a unit is enabled systemd
 * keeps in memory until a reload: where the links in /etc say otherwise, `is-enabled` looks again, and its line counts.
 * Then the files of these units that are in /etc, and all their drop-ins: systemd does not notice a file that comes to
 * stand before the one it has read, nor the first drop-in of a folder. Behind a program that can be run stands that it is ready.
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
g='' a=''
while IFS= read -r l; do
printf '%s\n' "$l"
case $l in
'') shift ;;
Id=*)
n=\${l#Id=}
if [ "$r" ]; then printf '%s\n' "$r"; fi
if [ -L ${ownDirectory}"$1" ]; then echo IsLink=yes; fi
z=''
for f in ${unitFolders}; do
f=$f/$1
[ -z "$z" ] || continue
[ -e "$f" ] || [ -L "$f" ] || continue
z=no
if [ -L "$f" ] && [ "$(readlink -f -- "$f")" = /dev/null ]; then z=yes; fi
done
printf 'Mask=%s\n' "$z"
leads ${ownDirectory}"$1".d
k=''
for f in ${ownDirectory}*.wants/"$n" ${ownDirectory}*.requires/"$n"; do if [ -L "$f" ]; then k=1; fi; done
if [ "$k" ]; then echo Linked=yes; fi
t=$1 k=''
case $1 in *@?*.*) t=\${1%%@*}@.\${1##*.}; if [ -e ${ownDirectory}"$t" ]; then k=${ownDirectory}$t; fi ;; esac
for f in /run /usr/local/lib /usr/lib /lib; do
[ ! -L "$f" ] || continue
if [ -e "$f/systemd/system/$1" ]; then k="$k $f/systemd/system/$1"; fi
if [ "$t" != "$1" ] && [ -e "$f/systemd/system/$t" ]; then k="$k $f/systemd/system/$t"; fi
done
echo "OtherFiles=$k" ;;
Names=*' '*) a="$a \${l#*=}" ;;
DropInPaths=/*)
g="$g \${l#*=}"
for f in \${l#*=}; do leads "$f"; done ;;
FragmentPath=/*)
g="$g \${l#*=}"
leads "\${l#*=}"
k=1
for f in "\${l#*=}" /etc/systemd/system/"$1" /run/systemd/system/"$1" /usr/local/lib/systemd/system/"$1" /usr/lib/systemd/system/"$1" /lib/systemd/system/"$1"; do
if [ -e "$f" ]; then k=''; fi
done
if [ "$k" ]; then echo Gone=yes; fi ;;
UnitFileState=*)
k=''
for f in ${ownDirectory}*.wants/"$n" ${ownDirectory}*.requires/"$n"; do if [ -L "$f" ]; then k=1; fi; done
case \${l#*=}.$k.$z in
enabled..*|disabled.1.*|static.1.*|indirect.1.*|masked.*.no) l=$(systemctl is-enabled -- "$n" 2>/dev/null); printf 'UnitFileState=%s\n' "$l" ;;
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
for n in ${[...new Set(names.flatMap(dropInNamesOf))]} $a; do
for w in ${unitFolders}; do
if [ -L "\${w%/systemd/system}" ] || [ ! -d "$w/$n.d" ]; then continue; fi
for f in "$w/$n.d"/*.conf; do if [ -f "$f" ] && [ -s "$f" ]; then printf '%s\n' "$f"; fi; done
done
done
printf '\n%s\n' ${marker}
set -f
set --
for f in $g; do set -- "$@" "$f"; done
grep -sEo ${readLines} /dev/null "$@" | while IFS= read -r l; do
printf '%s\n' "$l"
case $l in *ExecStart*=*/*)
p=\${l##*=} p=/\${p#*/}
if [ -f "$p" ] && [ -x "$p" ]; then printf '%s\n' "\${l%%:*}:Ready=$p"; fi ;;
esac
done
printf '\n%s\n' ${marker}`;
}
