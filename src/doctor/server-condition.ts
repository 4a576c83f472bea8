import {type Script, sh} from '../shell/index.ts';
import {configurationArguments} from '../vault/index.ts';
import {readOnlyPoints, type Volume, volumesOf} from './volumes.ts';

/** What is asked of a server beyond what it says itself. */
export interface ServerPlaces {
  /** Empty: no unit starts it. */
  readonly unit: string;
  /** Its configuration, each file. */
  readonly files: readonly string[];
  /** Where its data are; empty where nobody says. */
  readonly data: string;
}

/** How a server's unit, files and data are. */
export interface ServerCondition {
  /** Undefined: no unit starts it, or there is no systemd. */
  readonly unit: UnitCondition | undefined;
  /** Those of its files, and of its data, that are there. */
  readonly paths: readonly OwnedPath[];
  /** Where its data are. */
  readonly volumes: readonly Volume[];
}

export interface UnitCondition {
  /** It runs as; a name, or a number. */
  readonly user: string;
  /** What `-config` names in its command. */
  readonly configurations: readonly string[];
  /** `enabled`, `disabled` …, as systemctl says it. */
  readonly fileState: string;
  /** Why it ended, `success` where it did not. */
  readonly result: string;
  /** Its file has changed since systemd read it. */
  readonly needsReload: boolean;
  /** There is a limit of memory for systemd to set. */
  readonly hasMemoryLimit: boolean;
  readonly maySwap: boolean;
  /** Since when it is what it is, by the host's clock, in seconds since the epoch: started, or told to read its files again. */
  readonly since: number | undefined;
}

export interface OwnedPath {
  readonly path: string;
  readonly owner: string;
  readonly uid: string;
  /** In seconds since the epoch. */
  readonly modified: number;
  /** It was changed since the unit started, and is as a run of vprov left it, which notes what is owed. */
  readonly isOurs: boolean;
}

/**
 * One script of four programs: `systemctl show`, `date`, `stat`, `df`; and three for each file of its configuration that has
 * changed since the unit started.
 * @see systemctl(1), org.freedesktop.systemd1(5)
 */
export function askServerCondition({unit, files, data}: ServerPlaces): Script {
  const paths = [...files, ...(data === '' ? [] : [data, `${data}/vault.db`, `${data}/raft/raft.db`])];
  return sh`LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH
one() { printf '%s\t%s\n' "$1" "$2"; }
unit=${unit} data=${data} since='' shown=''
if [ -n "$unit" ] && command -v systemctl >/dev/null; then
  shown=$(systemctl show --no-pager -p LoadState -p User -p UnitFileState -p Result -p NeedDaemonReload -p ExecStart \
    -p MemoryHigh -p MemoryMax -p MemorySwapMax -p StateChangeTimestamp -- "$unit")
fi
while IFS= read -r line; do
  case $line in
  StateChangeTimestamp=*' '*) since=$(date -d "\${line#* }" +%s 2>/dev/null); one since "$since" ;;
  ?*) one unit "$line" ;;
  esac
done <<SHOWN
$shown
SHOWN
# The last change of a file that a run noted says what it left.
ours() {
  noted=$(grep -hF "\"id\":\"$1\"" /var/lib/vprov/backup/*/changes 2>/dev/null | tail -n 1)
  [ -n "$noted" ] && sum=$(sha256sum <"$1" 2>/dev/null) || return 1
  case $noted in *"\${sum%% *}"*) return 0 ;; esac
  return 1
}
set -- ${paths}
for path do
  # One that is not there is no error.
  [ ! -e "$path" ] || set -- "$@" "$path"
  shift
done
[ "$#" = 0 ] || stat -L -c '%Y %u %U %n' -- "$@" | while IFS= read -r line; do
  one path "$line"
  path=\${line#* * * }
  [ "\${line%% *}" -gt "\${since:-9999999999}" ] || continue
  case $path in "\${data:-/nowhere}"/*) ;; *) [ ! -f "$path" ] || ! ours "$path" || one ours "$path" ;; esac
done
[ ! -d "$data" ] || df -Pk "$data" 2>/dev/null | while IFS= read -r line; do one blocks "$line"; done
if [ -r /proc/mounts ]; then
  while read -r device point type options rest; do
    case ,$options, in *,ro,*) one read_only "$point" ;; *) one writable "$point" ;; esac
  done </proc/mounts
fi
one end ''`;
}

/** @throws Error when it is not what the script prints */
export function parseServerCondition(stdout: Buffer): ServerCondition {
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'));
  const all = (name: string): readonly string[] =>
    lines.flatMap(([key, ...value]) => (key === name ? [value.join('\t')] : []));
  if (all('end').length !== 1) throw new Error('it breaks off');
  const since = Number(all('since')[0]);
  const ours = new Set(all('ours'));
  return {
    unit: unitOf(all('unit'), since > 0 ? since : undefined),
    paths: all('path').flatMap((line) => {
      const [, modified, uid = '', owner = '', path = ''] = /^(\d+) (\d+) (\S+) (.*)$/s.exec(line) ?? [];
      return modified === undefined
        ? []
        : [{path, owner, uid, modified: Number(modified), isOurs: ours.has(path)}];
    }),
    volumes: volumesOf(all('blocks'), [], readOnlyPoints(lines)),
  };
}

function unitOf(lines: readonly string[], since: number | undefined): UnitCondition | undefined {
  const properties = new Map(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  if (properties.get('LoadState') !== 'loaded') return undefined;
  const of = (name: string): string => properties.get(name) ?? '';
  const [, command = ''] = /argv\[\]=(.*?) ;/.exec(of('ExecStart')) ?? [];
  return {
    user: of('User') || 'root',
    configurations: configurationArguments(command.split(' ')),
    fileState: of('UnitFileState'),
    result: of('Result'),
    needsReload: of('NeedDaemonReload') === 'yes',
    hasMemoryLimit: ['MemoryHigh', 'MemoryMax', 'MemorySwapMax'].some((name) => /^\d+$/.test(of(name))),
    maySwap: of('MemorySwapMax') !== '0',
    since,
  };
}
