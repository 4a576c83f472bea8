import {createHash} from 'node:crypto';
import {rawScript, type Script, sh} from '../../shell/index.ts';

const home = '/var/lib/vprov';

/**
 * Checksums of large files, kept on the host so that a run without changes need not read 200 MB from a card. One small
 * file per path: what `stat` says of the file's identity and times, then its SHA-256. Whatever writes to a file changes
 * its ctime, which no program can set; so an entry whose first line still holds is true. Root's alone, and written only
 * together with a change. Where it cannot be written, the file is read again in each run: slower, not wrong.
 */
export const checksumsDirectory = `${home}/checksums`;

/** Smaller files are read faster than it is worth to remember them. */
export const rememberedFromBytes = 1024 * 1024;

/** Inode, size, mtime, ctime (nanoseconds where stat has them), in UTC. @see stat(1) */
export const statIdentity: Script = rawScript("stat -L -c '%i:%s:%y:%z'");

/** Prints it of the files that follow. */
const identity: Script = sh`TZ=UTC0 ${statIdentity}`;

/** The name of a path's entry. */
export function entryName(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24);
}

/** Keeps the checksum of what now stands at `$d`, for root. */
export function remember(path: string, sha256: string): Script {
  return sh`if [ "$(id -u)" = 0 ] && mkdir -p ${checksumsDirectory} && chmod 0700 ${home} && k=$(${identity} "$d"); then
printf '%s\n%s\n' "$k" ${sha256} >${entryPath(path)} || :
fi`;
}

/** Keeps an entry true over an act that changes nothing but owner and mode, which changes the ctime too. */
export function keepRemembered(path: string, act: Script): Script {
  return sh`k=''
if [ -r ${entryPath(path)} ]; then
{ IFS= read -r k && IFS= read -r v; } <${entryPath(path)}
[ "$k" = "$(${identity} "$d")" ] || k=''
fi
${act}
if [ -n "$k" ] && k=$(${identity} "$d"); then printf '%s\n%s\n' "$k" "$v" >${entryPath(path)} || :; fi`;
}

/** Whether the file at `$d` is the one of which this checksum is kept. Nothing is said where none is. */
export function isAsRemembered(path: string, sha256: string): Script {
  return sh`k=''
[ -r ${entryPath(path)} ] && { IFS= read -r k && IFS= read -r v; } <${entryPath(path)} && [ "$v" = ${sha256} ] && [ "$k" = "$(${identity} "$d")" ]`;
}

export function forget(path: string): Script {
  return sh`if [ -e ${entryPath(path)} ]; then rm -f ${entryPath(path)}; fi`;
}

function entryPath(path: string): string {
  return `${checksumsDirectory}/${entryName(path)}`;
}
