import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type ProbeOutput, type Ref, type RefKey, refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {parseSimulations, type Simulated, simulations, unwritten} from './simulation.ts';
import {isInstallation, isPackageName, type PackageState} from './state.ts';

/**
 * One `dpkg-query` for all, and one `apt-cache` for those that are not installed, or whose candidate is asked for. Of what
 * is to go or to come, what apt would remove for it, or why it would not do it. Nothing on the host changes by it.
 * @see dpkg-query(1), apt-cache(8) "policy", apt-get(8) "--simulate"
 */
export function probePackages(refs: readonly Ref<'package'>[], marker: string): Script {
  const asked = refs.filter(({id}) => isPackageName(id));
  const names = asked.map(({id}) => id);
  const candidates = asked.filter(({facets}) => facets.includes('candidate')).map(({id}) => id);
  const coming = asked.filter(({facets}) => facets.some(isInstallation)).map(({id}) => id);
  const here = sh`command -v dpkg-query >/dev/null 2>&1 || { echo 'dpkg-query is not on the host: packages are those of Debian and its like' >&2; exit 1; }`;
  if (names.length === 0) return here;
  return sh`${here}
dpkg --print-architecture || exit 1
o=$(dpkg-query -W -f='\${Package} \${Architecture} \${db:Status-Want} \${db:Status-Status} \${Version}\n' -- ${names} 2>/dev/null)
printf '%s\n%s\n' "$o" ${marker}
i=' ' b=' ' m=${candidates.join(' ')}
while read -r p a w s v; do
[ "$s" != installed ] || i="$i$p $p:$a " b="$b$p=$v $p:$a=$v "
done <<EOF
$o
EOF
for n in ${names}; do
case $i in *" $n "*) ;; *) m="$m $n" ;; esac
done
c= e=
${unwritten}
[ -z "$m" ] || c=$(LC_ALL=C $as apt-cache $no policy $m 2>/dev/null)
printf '%s\n%s\n' "$c" ${marker}
while read -r k v; do
case $k in
Installed:) w=$v ;;
Candidate:) case " "${coming.join(' ')}" " in *" $p "*) [ "$v" = '(none)' ] || [ "$v" = "$w" ] || e="$e $p" ;; esac ;;
*:) p=\${k%:} ;;
esac
done <<EOF
$c
EOF
${simulations(asked)}
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
  const simulated = parseSimulations(linesTo(cursor, marker), asked);
  for (const ref of asked) {
    const [name, architecture] = ref.id.split(':');
    const row = rows.find(
      ([found, arch = '']) =>
        found === name && (architecture ? arch === architecture : arch === native || arch === 'all'),
    );
    answers.set(refKey(ref), withRemovals(ref, observedOf(row, candidates.get(ref.id)), simulated));
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

/** What is to go and is installed has dependents; what is to come, what goes for it. */
function withRemovals(
  {id, facets}: Ref<'package'>,
  observed: Observed<PackageState>,
  {going, coming}: Simulated,
): Observed<PackageState> {
  const state = observed.status === 'present' ? observed.state : undefined;
  const {removed, automatic, fails} = (state?.installed ? going.get(id) : undefined) ?? {};
  const found = facets.filter(isInstallation).flatMap((facet) => {
    const installation = coming(facet, id);
    if (!installation) return [];
    const isNothing = installation.removed.length + installation.automatic.length === 0;
    return isNothing && installation.fails === undefined ? [] : [[facet, installation] as const];
  });
  if (!removed && found.length === 0) return observed;
  const missing = {installed: false, version: undefined, held: undefined, candidate: undefined};
  return {
    status: 'present',
    state: {
      ...(state ?? missing),
      ...(removed ? {dependents: removed, automatic, ...(fails === undefined ? {} : {fails})} : {}),
      ...Object.fromEntries(found),
    },
  };
}
