import {joinScripts, type Script, sh} from '../../shell/index.ts';
import type {Facet, Ref} from '../contract.ts';
import {type Installation, isInstallation, wordsOf} from './state.ts';

/**
 * Sets `$as` and `$no`, the words before and after the name of a program of apt that is to leave apt's caches as they are:
 * as root it writes them anew where they are missing or stale, also when it only answers. Whether it may it asks for the
 * real user, which without setpriv is root: then it uses none of them, which is slow.
 * @see access(2), setpriv(1), apt.conf(5) "Dir::Cache"
 */
export const unwritten: Script = sh`as='' no=''
if [ -O / ]; then
as='setpriv --ruid 65534'
$as true 2>/dev/null || as='' no='-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache='
fi`;

/**
 * What a simulated `apt-get` says of those that are to go and are installed, and of the installations of which something
 * is not there yet: each with the words of the real command. Only where one removes something is each of its packages tried
 * by itself, which tells whose doing that is. Needs `$i` (what is installed), `$b` (the same with versions), `$e` (what
 * has another candidate), and what `unwritten` sets.
 *
 * Prints of a removal `<NAME`, of an installation `>` and its number, of one of its packages `NAME:`; below each what apt
 * removes, and `auto` with those that are marked as installed automatically, or `!` and each of apt's last words where it
 * fails. @see apt-get(8) "--simulate", apt-mark(8)
 */
export function simulations(refs: readonly Ref<'package'>[]): Script {
  const going = refs.filter(({facets}) => facets.includes('dependents')).map(({id}) => id);
  const coming = installationsOf(refs);
  if (going.length + coming.length === 0) return sh`:`;
  return joinScripts([
    sh`simulate() {
if r=$(LC_ALL=C $as apt-get $no -s -y -q "$@" 2>&1); then r=$(printf '%s\n' "$r" | grep '^Remv ')
else r=$(printf '%s\n' "$r" | tail -n 60 | sed 's/^/!/')
fi
}
marks() {
while read -r k p v; do [ "$k" != Remv ] || set -- "$@" "$p"; done <<EOF
$r
EOF
[ $# -eq 0 ] || printf 'auto %s\n' "$($as apt-mark $no showauto -- "$@" 2>/dev/null | tr '\n' ' ')"
}`,
    ...going.map(removed),
    ...coming.map(installed),
  ]);
}

function removed(name: string): Script {
  return sh`case $i in *${` ${name} `}*)
printf '<%s\n' ${name}
simulate remove -- ${name}
printf '%s\n' "$r"
marks ${name} ;;
esac`;
}

function installed(facet: Facet, number: number): Script {
  const {flags, specs} = wordsOf(facet);
  const each = sh`for s in ${specs}; do
printf '%s:\n' "\${s%%=*}"
simulate ${flags} install -- "$s"
printf '%s\n' "$r"
done`;
  return sh`x=
for s in ${specs}; do
n=\${s%%=*} y=
case $s in
*=*) for z in $b; do case $z in $s) y=1 ;; esac; done ;;
*) case $i in *" $n "*) case "$e " in *" $n "*) ;; *) y=1 ;; esac ;; esac ;;
esac
[ -n "$y" ] || x=1
done
if [ -n "$x" ]; then
printf '>%s\n' ${number}
simulate ${flags} install -- ${specs}
printf '%s\n' "$r"
set --
for s in ${specs}; do
case $i in *" \${s%%=*} "*) set -- "$@" "\${s%%=*}" ;; esac
done
marks "$@"
${specs.length < 2 ? sh`:` : sh`[ -z "$r" ] || ${each}`}
fi`;
}

function installationsOf(refs: readonly Ref<'package'>[]): readonly Facet[] {
  return [...new Set(refs.flatMap(({facets}) => facets.filter(isInstallation)))];
}

/** What was found, by the name of what is to go, and by the installation and what is to come. */
export interface Simulated {
  readonly going: ReadonlyMap<string, Installation>;
  readonly coming: (facet: Facet, id: string) => Installation | undefined;
}

interface Draft {
  readonly removed: Map<string, string>;
  automatic: readonly string[];
  /** apt's words. */
  readonly failed: string[];
}

/** What `simulations` printed. */
export function parseSimulations(lines: readonly string[], refs: readonly Ref<'package'>[]): Simulated {
  const drafts = draftsOf(lines);
  const numbers = new Map(installationsOf(refs).map((facet, number) => [facet, number]));
  return {
    going: new Map(
      [...drafts].flatMap(([key, draft]) =>
        key.startsWith('<') ? [[key.slice(1), without(key.slice(1), draft)] as const] : [],
      ),
    ),
    coming: (facet, id) => {
      const key = `>${numbers.get(facet)}`;
      const draft = drafts.get(key);
      return draft && without(id, ownOf(id, draft, key, drafts));
    },
  };
}

function draftsOf(lines: readonly string[]): ReadonlyMap<string, Draft> {
  const drafts = new Map<string, Draft>();
  let place = '';
  let whole = '';
  for (const line of lines) {
    const start = /^[<>]\S+$/.test(line);
    if (start) whole = line;
    if (start || /^[^!].*:$/.test(line)) place = start ? line : `${whole} ${line.slice(0, -1)}`;
    const draft: Draft = drafts.get(place) ?? {removed: new Map(), automatic: [], failed: []};
    drafts.set(place, draft);
    readInto(draft, line);
  }
  return drafts;
}

function readInto(draft: Draft, line: string): void {
  if (line.startsWith('!')) draft.failed.push(line.slice(1));
  else if (line.startsWith('auto ')) draft.automatic = line.slice(5).split(' ').filter(Boolean);
  const [, name, version] = /^Remv (\S+) \[([^\]]+)\]/.exec(line) ?? [];
  if (name !== undefined && version !== undefined) draft.removed.set(name, version);
}

/** Of all that an installation removes, what goes for this package's sake, and what goes for that of none by itself. */
function ownOf(id: string, draft: Draft, key: string, drafts: ReadonlyMap<string, Draft>): Draft {
  const isOthers = (name: string): boolean =>
    [...drafts].some(
      ([other, alone]) => other.startsWith(`${key} `) && other !== `${key} ${id}` && alone.removed.has(name),
    );
  const own = drafts.get(`${key} ${id}`);
  const found = [...draft.removed].filter(([name]) => own?.removed.has(name) || !isOthers(name));
  return {...draft, removed: new Map(found)};
}

function without(id: string, {removed: found, automatic, failed}: Draft): Installation {
  const others = [...found].filter(([name]) => name !== id && name !== id.split(':')[0]);
  const names = new Set([id, ...others.map(([name]) => name)]);
  return {
    removed: others.map(([name, version]) => `${name}=${version}`),
    automatic: automatic.filter((name) => names.has(name)),
    ...(failed.length > 0 ? {fails: reasonOf(failed)} : {}),
  };
}

/** Its errors, and before them the dependencies that cannot be had, from apt's words: not how apt 3 came to them. */
function reasonOf(words: readonly string[]): string {
  const errors = words.flatMap((line) => /^(?:E|Error): (.*[^:])$/.exec(line)?.[1] ?? []);
  const unmet = words.filter((line) => /^ \S+ : | {5,}\S+: /.test(line)).map((line) => line.trim());
  return [...unmet, ...errors].join('; ') || (words.at(-1) ?? '');
}
