import {joinScripts, quoteText, Script, sh} from '../../shell/index.ts';
import type {Text} from '../../text/index.ts';
import {keepRemembered} from './checksums.ts';
import {type LinkDesired, type PathType, parentPath} from './state.ts';

/** Where and as what an object is put in place. Owner, group and mode are what the scripts have to set. */
export interface Place {
  readonly path: string;
  readonly temporary: string;
  readonly temporaryStem: string;
  /** The object is there, and only its contents or attributes change. */
  readonly exists: boolean;
  readonly replaces: boolean;
  /** What else stands at the path and has to give way. */
  readonly occupant: PathType | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly mode: string | undefined;
}

/**
 * Parts as one script with `$d` the destination, `$t` the temporary file and `$p` the directory of both. Whatever
 * happens, the temporary file is gone at the end, and those of earlier runs that were killed are too.
 */
export function scriptFor(place: Place, parts: readonly Script[]): Script {
  return joinScripts([
    sh`LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
umask 077
d=${place.path} t=${place.temporary} p=${parentPath(place.path)}
fail() { [ $# -eq 0 ] || printf '%s\n' "$1" >&2; exit 1; }`,
    ...(place.replaces ? [cleanup(place)] : []),
    ...parts,
  ]);
}

function cleanup(place: Place): Script {
  return sh`trap 'if [ -e "$t" ] || [ -L "$t" ]; then rm -f "$t"; fi' EXIT
trap 'exit 143' HUP INT TERM
for f in ${place.temporaryStem}*; do
if [ "$f" != "$t" ]; then if [ -e "$f" ] || [ -L "$f" ]; then rm -f "$f"; fi; fi
done`;
}

export const fillEmpty = sh`: >"$t" || fail`;

export function fillInline(text: Text, sha256: string): Script {
  return sh`printf %s ${new Script(quoteText(text))} >"$t" || fail
[ "$(sha256sum <"$t")" = ${`${sha256}  -`} ] || fail "$t: what was written is not what was sent (is the disk full?)"`;
}

/** From a file of the host itself. */
export function fillFrom(file: string, sha256: string): Script {
  return sh`cp ${file} "$t" || fail
[ "$(sha256sum <"$t")" = ${`${sha256}  -`} ] || fail "the version that was kept is not what it was"`;
}

/** Nothing takes its place that the program has a word against. */
export function validation(place: Place, words: readonly string[]): Script {
  const command = words.map((word) => word.replaceAll('%s', place.temporary));
  return sh`m=$(${command} 2>&1 </dev/null) || fail "the new contents were not approved of: \${m:-exit code $?}"`;
}

/** Puts `$t` into the place of `$d` by a rename, so that nobody ever sees half a file, nor loses both to a power cut. */
export function replaceFile(place: Place): Script {
  const hint = 'write: in_place writes into the file that is there, not atomically';
  const acl = sh`case $(ls -ld "$d") in ??????????+*) fail "$d has an access control list, which a new file would lose; "${hint} ;; esac`;
  // Who is not root cannot open (and sync) a file whose mode takes that from its owner.
  const synced = sh`sync "$t" || fail`;
  const mayOpen = (Number.parseInt(place.mode ?? '0600', 8) & 0o600) === 0o600;
  return joinScripts([
    sh`[ ! -d "$d" ] || fail "$d is a directory"`,
    ...(place.exists ? [acl] : []),
    ...owned(place, sh`"$t"`),
    ...(mayOpen ? [...moded(place, sh`"$t"`), synced] : [synced, ...moded(place, sh`"$t"`)]),
    sh`m=$(mv -f "$t" "$d" 2>&1) || case $m in
*usy*) fail "$d is a mount point, which no new file can replace; "${hint} ;;
*) fail "$m" ;;
esac
sync "$p" || fail`,
  ]);
}

/** A file of the host is given a name where there is nothing: besides its own, or instead of it. */
export function giveName(file: string, besides: boolean): Script {
  return sh`[ ! -e "$d" ] && [ ! -L "$d" ] || fail "there is something at $d"
${besides ? sh`ln` : sh`mv`} ${file} "$d" || fail
sync "$p" || fail`;
}

/** Writes through the file that is there: for mount points and hard links. */
export function writeInPlace(place: Place): Script {
  return joinScripts([
    sh`[ -f "$d" ] || fail "$d is no file any more"
cat "$t" >"$d" || fail`,
    ...owned(place, sh`"$d"`),
    ...moded(place, sh`"$d"`),
    sh`sync "$d" || fail`,
  ]);
}

/**
 * The directory is ours alone until it has its owner and mode. One that has come since it was looked for, as vprov's own
 * with the notes of this very change, is as good; what it is like is verified.
 */
export function makeDirectory(place: Place): Script {
  return joinScripts([
    sh`if why=$(mkdir "$d" 2>&1); then
trap 'rmdir "$d"' EXIT
else
[ -d "$d" ] && [ ! -L "$d" ] || fail "$why"
fi`,
    ...owned(place, sh`"$d"`),
    ...moded(place, sh`"$d"`),
    sh`trap - EXIT
sync "$p" || fail`,
  ]);
}

/** A whole directory of the host takes the place where there is nothing. */
export function putBack(place: Place, directory: string): Script {
  return joinScripts([
    sh`[ ! -e "$d" ] && [ ! -L "$d" ] || fail "there is something at $d"
mv ${directory} "$d" || fail`,
    ...owned(place, sh`"$d"`),
    ...moded(place, sh`"$d"`),
    sh`sync "$p" || fail`,
  ]);
}

/**
 * A rename that would move the link *into* a directory is refused by `mv -T`. Where mv has no -T, or takes the link and
 * what it leads to for the same file (a link to itself), it is done in two acts.
 */
export function makeLink(place: Place, after: LinkDesired): Script {
  return joinScripts([
    place.occupant === 'directory'
      ? sh`[ -L "$d" ] || rmdir "$d" || fail`
      : sh`[ -L "$d" ] || [ ! -d "$d" ] || fail "$d is a directory"`,
    sh`ln -s -- ${after.target} "$t" || fail`,
    ...owned(place, sh`"$t"`),
    sh`mv -fT "$t" "$d" 2>/dev/null || { rm -f -- "$d" && ln -s -- ${after.target} "$d"; } || fail`,
    ...owned(place, sh`"$d"`).map((script) => sh`[ ! -L "$t" ] || { ${script}; }`),
    sh`[ ! -d "$p" ] || sync "$p" || fail`,
  ]);
}

/** Changes what is there, after a last look that it is still what was planned for. */
export function changeAttributes(place: Place, type: 'file' | 'directory' | 'link'): Script {
  const flag = {file: sh`-f`, directory: sh`-d`, link: sh`-L`}[type];
  const change = joinScripts([...owned(place, sh`"$d"`), ...moded(place, sh`"$d"`)]);
  return joinScripts([
    type === 'link'
      ? sh`[ -L "$d" ] || fail "$d is no link any more"`
      : sh`[ ${flag} "$d" ] && [ ! -L "$d" ] || fail "$d is no ${new Script([type])} any more"`,
    type === 'file' ? keepRemembered(place.path, change) : change,
  ]);
}

function owned(place: Place, object: Script): readonly Script[] {
  const {owner, group} = place;
  if (owner === undefined && group === undefined) return [];
  if (owner === undefined) return [sh`chgrp -h -- ${group ?? ''} ${object} || fail`];
  return [sh`chown -h -- ${group === undefined ? owner : `${owner}:${group}`} ${object} || fail`];
}

/** Five digits: with four, chmod of coreutils leaves setgid of a directory as it is. */
function moded(place: Place, object: Script): readonly Script[] {
  return place.mode === undefined ? [] : [sh`chmod ${`0${place.mode}`} ${object} || fail`];
}
