import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type ProbeOutput, type Ref, type RefKey, refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {isPackageName, type PackageState} from './state.ts';

/**
 * One `dpkg-query` for all, and one `apt-cache` for those that are not installed, or whose candidate is asked for. Of each
 * that is to go and is installed, what apt would remove; of those that are to come, too: one simulation for all, and one
 * for each only where something is removed or apt cannot have them all.
 * @see dpkg-query(1), apt-cache(8) "policy", apt-get(8) "--simulate"
 */
export function probePackages(refs: readonly Ref<'package'>[], marker: string): Script {
  const asked = refs.filter(({id}) => isPackageName(id));
  const names = asked.map(({id}) => id);
  const candidates = asked.filter(({facets}) => facets.includes('candidate')).map(({id}) => id);
  const going = asked.filter(({facets}) => facets.includes('dependents')).map(({id}) => id);
  const coming = asked.filter(({facets}) => facets.includes('displaced')).map(({id}) => id);
  const here = sh`command -v dpkg-query >/dev/null 2>&1 || { echo 'dpkg-query is not on the host: packages are those of Debian and its like' >&2; exit 1; }`;
  if (names.length === 0) return here;
  return sh`${here}
dpkg --print-architecture || exit 1
o=$(dpkg-query -W -f='\${Package} \${Architecture} \${db:Status-Want} \${db:Status-Status} \${Version}\n' -- ${names} 2>/dev/null)
printf '%s\n%s\n' "$o" ${marker}
i=' ' m=${candidates.join(' ')}
while read -r p a w s v; do
[ "$s" != installed ] || i="$i$p $p:$a "
done <<EOF
$o
EOF
for n in ${names}; do
case $i in *" $n "*) ;; *) m="$m $n" ;; esac
done
c= e=
[ -z "$m" ] || c=$(LC_ALL=C apt-cache policy $m 2>/dev/null)
printf '%s\n%s\n' "$c" ${marker}
while read -r k v; do
case $k in
Installed:) b=$v ;;
Candidate:) case " "${coming.join(' ')}" " in *" $p "*) [ "$v" = '(none)' ] || [ "$v" = "$b" ] || e="$e $p" ;; esac ;;
*:) p=\${k%:} ;;
esac
done <<EOF
$c
EOF
for n in ${going}; do
case $i in *" $n "*)
printf '%s:\n' "$n"
LC_ALL=C apt-get -s -q remove -- "$n" 2>/dev/null | grep '^Remv ' ;;
esac
done
if [ -n "$e" ] && { ! o=$(LC_ALL=C apt-get -s -q install -- $e 2>/dev/null) || case $o in *"
Remv "*) ;; *) false ;; esac; }; then
for n in $e; do
printf '%s:\n' "$n"
LC_ALL=C apt-get -s -q install -- "$n" 2>/dev/null | grep '^Remv '
done
fi
printf '%s\n' ${marker}`;
}

/** @throws Error when the output is not what the script prints */
export function parsePackages(
  output: ProbeOutput,
  refs: readonly Ref<'package'>[],
  marker: string,
): ReadonlyMap<RefKey, Observed<PackageState>> {
  const answers = new Map<RefKey, Observed<PackageState>>(
    refs.map((ref) => [
      refKey(ref),
      {status: 'unreadable', reason: `'${ref.id}' is not the name of a package`},
    ]),
  );
  const asked = refs.filter(({id}) => isPackageName(id));
  if (asked.length === 0) return answers;
  const cursor = new Cursor(output.stdout);
  const native = cursor.line();
  const rows = linesTo(cursor, marker).map((line) => line.split(' '));
  const candidates = candidatesOf(linesTo(cursor, marker));
  const removals = removalsOf(linesTo(cursor, marker));
  for (const ref of asked) {
    const [name, architecture] = ref.id.split(':');
    const row = rows.find(
      ([found, arch = '']) =>
        found === name && (architecture ? arch === architecture : arch === native || arch === 'all'),
    );
    answers.set(
      refKey(ref),
      withRemovals(ref, observedOf(row, candidates.get(ref.id)), removals.get(ref.id)),
    );
  }
  return answers;
}

function linesTo(cursor: Cursor, marker: string): readonly string[] {
  const lines: string[] = [];
  for (let line = cursor.line(); line !== marker; line = cursor.line()) if (line !== '') lines.push(line);
  return lines;
}

/** What is not unpacked whole, or not removed whole, is as good as not installed. */
function observedOf(
  row: readonly string[] | undefined,
  candidate: string | null | undefined,
): Observed<PackageState> {
  const [, , want, status, version] = row ?? [];
  const held = want === 'hold';
  if (status === 'installed') return {status: 'present', state: {installed: true, version, held, candidate}};
  const isLeftOver = status !== undefined && status !== 'not-installed';
  if (!isLeftOver && candidate) return {status: 'absent'};
  return {
    status: 'present',
    state: {installed: false, version: undefined, held, candidate: candidate ?? null, leftOver: isLeftOver},
  };
}

/** By name, as apt-cache prints them: a line with the name, and below it `  Candidate: VERSION`. */
function candidatesOf(lines: readonly string[]): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  let name = '';
  for (const line of lines) {
    name = /^(\S+):$/.exec(line)?.[1] ?? name;
    const candidate = /^ {2}Candidate: (.+)$/.exec(line)?.[1];
    if (candidate !== undefined) found.set(name, candidate === '(none)' ? null : candidate);
  }
  return found;
}

/** By the name that was asked for, what a simulated removal or installation removes besides: `Remv NAME [VERSION] …`. */
function removalsOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let name = '';
  for (const line of lines) {
    const asked = /^(\S+):$/.exec(line)?.[1];
    if (asked !== undefined) found.set(asked, []);
    name = asked ?? name;
    const [, other, version] = /^Remv (\S+) \[([^\]]+)\]/.exec(line) ?? [];
    if (other !== undefined && other !== name && other !== name.split(':')[0])
      found.get(name)?.push(`${other}=${version}`);
  }
  return found;
}

/** What is to go and is installed has dependents; what is to come, what it displaces. */
function withRemovals(
  {facets}: Ref<'package'>,
  observed: Observed<PackageState>,
  specs: readonly string[] | undefined,
): Observed<PackageState> {
  if (!specs) return observed;
  const state = observed.status === 'present' ? observed.state : undefined;
  if (state?.installed && facets.includes('dependents'))
    return {status: 'present', state: {...state, dependents: specs}};
  if (specs.length === 0 || !facets.includes('displaced')) return observed;
  const missing = {installed: false, version: undefined, held: undefined, candidate: undefined};
  return {status: 'present', state: {...(state ?? missing), displaced: specs}};
}
