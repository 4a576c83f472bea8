import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {isAsRemembered, rememberedFromBytes} from './checksums.ts';
import {managed, presentState} from './managed.ts';
import type {PathChange} from './predict.ts';
import type {PathState, PathType} from './state.ts';

/**
 * Fails where a path is not what its change was planned from any more: another type, mode, owner, contents or target,
 * or something where nothing was. A directory that is to be made may have come since.
 */
export function pathStands(change: PathChange): Script | undefined {
  const {after} = change.want;
  const {path, state} = managed(change.ref.id, change.before, after);
  const leads = path === change.ref.id ? [] : [sh`[ "$(readlink -f ${change.ref.id})" = ${path} ] || exit 1`];
  if (!state)
    return after !== 'absent' && after.type === 'directory' && after.onHost === undefined
      ? undefined
      : sh`d=${path}
[ ! -e "$d" ] && [ ! -L "$d" ]`;
  return joinScripts([sh`d=${path}`, ...leads, ...attributesStand(state), ...contentsStand(change, path)]);
}

/** As `contentsStand`, where a program was asked for its word on the new contents meanwhile; with words. */
export function stillStands(change: PathChange): readonly Script[] {
  const {path} = managed(change.ref.id, change.before, change.want.after);
  return contentsStand(change, path).map(
    (script) =>
      sh`( ${script} ) || fail "$d was changed by something else while the new contents were looked at"`,
  );
}

/** The file type in the upper bits of st_mode, and the word that tells it. @see inode(7) */
const types: Readonly<Partial<Record<PathType, {readonly bits: number; readonly is: Script}>>> = {
  file: {bits: 8, is: sh`[ -f "$d" ] && [ ! -L "$d" ]`},
  directory: {bits: 4, is: sh`[ -d "$d" ] && [ ! -L "$d" ]`},
  link: {bits: 10, is: sh`[ -L "$d" ]`},
};

function attributesStand({type, mode, uid, gid}: Readonly<Partial<PathState>>): readonly Script[] {
  const known = type && types[type];
  if (!known) return [];
  const raw = mode === undefined || type === 'link' ? [] : [(known.bits << 12) | Number.parseInt(mode, 8)];
  const parts = [raw[0]?.toString(16), uid, gid].map((part) => (part === undefined ? sh`*` : sh`${part}`));
  return [
    sh`${known.is} || exit 1`,
    sh`case $(stat -c %f:%u:%g "$d") in ${joinScripts(parts, ':')}) ;; *) exit 1 ;; esac`,
  ];
}

/** Of a file whose contents give way, and of a link that is to lead elsewhere. */
function contentsStand({ref, before, attributes}: PathChange, path: string): readonly Script[] {
  const state = presentState(ref.id, before);
  const own = path === ref.id ? state : state?.followed;
  const changes = (name: string): boolean => attributes.some((attribute) => attribute.name === name);
  if (changes('content') && own?.sha256 !== undefined) {
    const read = sh`[ "$(sha256sum <"$d")" = ${`${own.sha256}  -`} ]`;
    const isLarge = (own.sizeBytes ?? 0) >= rememberedFromBytes;
    return [isLarge ? sh`{ ${isAsRemembered(path, own.sha256)}; } || ${read}` : read];
  }
  if (changes('target') && own?.target !== undefined && !own.target.endsWith('\n'))
    return [sh`[ "$(readlink "$d")" = ${own.target} ]`];
  return [];
}
