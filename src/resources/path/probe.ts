import {joinScripts, rawScript, type Script, sh} from '../../shell/index.ts';
import type {Facet, Ref} from '../contract.ts';
import {checksumsDirectory, entryName, statIdentity} from './checksums.ts';
import {countKeptLinks, countKeptLinksOfAll, statFormat} from './kept-links.ts';
import {pathProblem} from './state.ts';

export const textLimitBytes = 256 * 1024;

/** References that the script can ask about: the others are answered without it. */
export function askable(refs: readonly Ref<'path'>[]): readonly Ref<'path'>[] {
  return refs.filter((ref) => pathProblem(ref.id) === undefined);
}

/**
 * One script for many paths. What is there and what is not is told apart by builtins first, because stat(1) leaves
 * missing files out; then one `stat`, one `sha256sum` and one `grep` for all. File names never come back: order tells. What `eval` starts
 * takes its shell's place (`exec`): on a small board each process counts.
 *
 * Prints: a letter per path (m missing, x in a directory that may not be entered, f file, d directory, o other; links:
 * F D O by what they lead to, L where they lead nowhere), the numbers of those that may not be written, and for who is
 * not root, and has no capability, `|`, the number of the user and those of the groups;
 * a stat line per path that is there, with the number of its links that vprov keeps where it has several; then what each facet needs. busybox says of everything that root may write it, and of a directory without a bit for it that root may not enter it.
 * @param believes checksums that are remembered on the host; without, every file that is asked for is read
 */
export function probePaths(
  refs: readonly Ref<'path'>[],
  marker: string,
  {believes = true}: {readonly believes?: boolean} = {},
): Script {
  const asked = askable(refs);
  const numbers = (facet: Facet): readonly number[] =>
    asked.flatMap((ref, index) => (ref.facets.includes(facet) ? [index + 1] : []));
  const parts = [sh`set -- ${asked.map((ref) => ref.id)}`, classifyAndStat];
  const hashed = numbers('sha256');
  if (hashed.length > 0) parts.push(hashing(asked, hashed, marker, believes));
  if (numbers('link').length > 0) parts.push(linking(numbers('link'), marker));
  if (numbers('text').length > 0) parts.push(reading(numbers('text'), marker));
  if (numbers('empty').length > 0) parts.push(emptiness(numbers('empty'), marker));
  if (numbers('mounts').length > 0) parts.push(mounting(numbers('mounts'), marker));
  return joinScripts(parts);
}

const classifyAndStat = joinScripts([
  rawScript(`n=0 c='' s='' w='' f=${statFormat}:%d:%i
for p do
n=$((n+1)) k=m
if [ -L "$p" ]; then
if [ -f "$p" ]; then k=F; elif [ -d "$p" ]; then k=D; elif [ -e "$p" ]; then k=O; else k=L; fi
elif [ -f "$p" ]; then k=f; elif [ -d "$p" ]; then k=d; elif [ -e "$p" ]; then k=o
else
q=$p
while :; do
q=\${q%/*}
[ -n "$q" ] || q=/
if [ -d "$q" ]; then [ -x "$q" ] || [ -O / ] || k=x; break; fi
if [ -e "$q" ] || [ -L "$q" ] || [ "$q" = / ]; then break; fi
done
fi
case $k in [mx]) ;; *) s="$s "'"\${'$n'}"' ;; esac
case $k in
[fdo]) [ -w "$p" ] || w="$w $n" ;;
[FDO]) [ -O / ] || [ -w "$p" ] || w="$w $n" ;;
esac
c=$c$k
eval "c$n=$k"
done
i=''
if [ ! -O / ] && [ -r /proc/self/status ]; then
while read -r k v; do
case $k in
Uid:) v=\${v#*[!0-9]} i="| \${v%%[!0-9]*}" ;;
Gid:) v=\${v#*[!0-9]} i="$i \${v%%[!0-9]*}" ;;
Groups:) i="$i $v" ;;
CapEff:) case $v in *[!0]*) i='' ;; esac; break ;;
esac
done </proc/self/status
fi
[ -O / ] || [ -n "$i" ] || w=''
printf '%s%s %s\\n' "$c" "$w" "$i"
if [ -n "$s" ]; then
o=$(eval "exec stat -c $f $s" 2>/dev/null) || o=$(eval "for p in $s; do stat -c $f \\"\\$p\\" || echo -; done")`),
  countKeptLinksOfAll,
  sh`printf '%s\n' "$o"
fi`,
]);

/**
 * Prints a letter per path: y (hashed), c (remembered), n (may not be read) or - (no file); then the remembered digests,
 * those of `sha256sum`, and the mounts that are on the paths.
 */
function hashing(
  asked: readonly Ref<'path'>[],
  numbers: readonly number[],
  marker: string,
  believes: boolean,
): Script {
  const names = numbers.map((number) => asked[number - 1]?.id ?? '');
  // sha256sum of busybox prints a name with a newline as it is: such names go in by standard input.
  const together = names.every((name) => !/[\n\\]/.test(name));
  const singly = sh`o=$(eval "for p in $h; do sha256sum 2>/dev/null <\"\$p\" || echo -; done")`;
  const capture = together ? sh`o=$(eval "exec sha256sum $h" 2>/dev/null) || ${singly}` : singly;
  const patterns = names.map((name) => sh`-e ${` ${mountName(name)} `}`);
  const entries = numbers.map((number, index) => `${number}.${entryName(names[index] ?? '')}`);
  return sh`nl='
'
h='' y='' q='' g=''
for e in ${entries}; do
i=\${e%.*} e=${checksumsDirectory}/\${e#*.} r=-
eval 'k=$c'$i' p=\${'$i'}'
case $k in
[fF]) if [ ! -r "$p" ]; then r=n; elif ${believes ? sh`[ -r "$e" ]` : sh`false`}; then r=m q="$q "'"\${'$i'}"'; else r=y; fi ;;
esac
eval "r$i=$r"
done
${recalling(entries)}
for e in ${entries}; do
i=\${e%.*}
eval "r=\$r$i"
y=$y$r
[ $r != y ] || h="$h "'"\${'$i'}"'
done
printf '%s\n%s' "$y" "$g"
if [ -n "$h" ]; then
${capture}
printf '%s\n' "$o"
fi
if [ -n "$h$g" ] && [ -r /proc/self/mountinfo ]; then grep -F ${patterns} /proc/self/mountinfo; fi
printf '\n%s\n' ${marker}`;
}

/** One `stat` for all files of which a checksum is remembered; what it no longer fits is hashed. */
function recalling(entries: readonly string[]): Script {
  return sh`if [ -n "$q" ]; then
o=$(TZ=UTC0; export TZ; eval "exec ${statIdentity} $q" 2>/dev/null)$nl
for e in ${entries}; do
i=\${e%.*} e=${checksumsDirectory}/\${e#*.}
eval "r=\$r$i"
if [ $r = m ]; then
x=\${o%%"$nl"*} o=\${o#*"$nl"} r=y k='' v=''
{ IFS= read -r k && IFS= read -r v; } <"$e" || k=''
if [ -n "$k" ] && [ "$k" = "$x" ]; then r=c g=$g$v$nl; fi
eval "r$i=$r"
fi
done
fi`;
}

/** A path as it stands in mountinfo. @see proc_pid_mountinfo(5) */
export function mountName(path: string): string {
  return path.replaceAll(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** Prints for each link what it says, and for one that leads somewhere the end's path and stat line. */
function linking(numbers: readonly number[], marker: string): Script {
  return sh`for i in ${numbers}; do
eval 'k=$c'$i' p=\${'$i'}'
case $k in [FDOL]) readlink "$p"; printf '\n%s\n' ${marker} ;; esac
case $k in [FDO])
readlink -f "$p"
printf '\n%s\n' ${marker}
l=$(exec stat -L -c $f "$p") || l=-
case $l in 8???:1:*) ;; 8*) p=$(readlink -f "$p") ;; esac
${countKeptLinks}
printf '%s\n' "$l" ;;
esac
done`;
}

/** Prints for each file y or n (may not be read), then its text, cut one byte above the limit. */
function reading(numbers: readonly number[], marker: string): Script {
  return sh`for i in ${numbers}; do
eval 'k=$c'$i' p=\${'$i'}'
case $k in [fF])
if [ -r "$p" ]; then echo y; head -c ${textLimitBytes + 1} "$p"; else echo n; fi
printf '\n%s\n' ${marker}
;; esac
done`;
}

/** The first directory at or below `$p` in which is something that a user who is not root may not take away. */
const shutFolder = sh`find "$p" -type d -exec sh -c 'for d do
r=""
[ -r "$d" ] && [ -x "$d" ] || r=1
for x in "$d"/* "$d"/.[!.]* "$d"/..?*; do
[ -z "$r" ] || break
[ -e "$x" ] || [ -L "$x" ] || continue
[ -w "$d" ] || r=1
[ ! -k "$d" ] || [ -O "$d" ] || [ -O "$x" ] || [ -L "$x" ] || r=1
done
[ -z "$r" ] || { printf "%s\\n" "$d"; break; }
done' sh {} + 2>/dev/null`;

/**
 * Prints a letter per path: e (an empty directory), f (one with something in it), s (one with something in it that may not
 * all be taken away) or -; then of each s the first folder that may not be emptied.
 */
function emptiness(numbers: readonly number[], marker: string): Script {
  return sh`e='' g=''
for i in ${numbers}; do
eval 'k=$c'$i' p=\${'$i'}'
r=-
if [ $k = d ] && [ -r "$p" ]; then
r=e
for x in "$p"/* "$p"/.[!.]* "$p"/..?*; do
if [ -e "$x" ] || [ -L "$x" ]; then r=f; break; fi
done
fi
if [ $r = f ] && [ ! -O / ]; then
x=$(${shutFolder})
[ -z "$x" ] || r=s g="$g$x
${rawScript(marker)}
"
fi
e=$e$r
done
printf '%s\n%s' "$e" "$g"`;
}

/** Prints of each directory and file its real name, and what is mounted; the paths stand there as mountinfo has them. */
function mounting(numbers: readonly number[], marker: string): Script {
  return sh`m=''
for i in ${numbers}; do
eval 'k=$c'$i' p=\${'$i'}'
case $k in
d) (cd -P "$p" 2>/dev/null && pwd -P) ;;
f) (cd -P "\${p%/*}/" 2>/dev/null && printf '%s/%s\n' "$(pwd -P)" "\${p##*/}") ;;
*) continue ;;
esac
m=1
printf '\n%s\n' ${marker}
done
if [ -n "$m" ]; then
if [ -r /proc/self/mountinfo ]; then cut -d' ' -f5 /proc/self/mountinfo; fi
printf '\n%s\n' ${marker}
fi`;
}
