import {type Effects, refKey} from '../contract.ts';
import {folderRef} from '../folder/index.ts';
import type {PathChange} from './predict.ts';
import {isWithin, parentPath} from './state.ts';

const unitDirectories =
  /^\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\/system\/([^/]+?)(?:\.d\/[^/]+\.conf)?$/;

/** The unit that a path belongs to, as its file or a drop-in. @see systemd.unit(5) */
function unitOfPath(path: string): string | undefined {
  const name = unitDirectories.exec(path)?.[1];
  return name !== undefined &&
    /\.(?:service|socket|timer|mount|path|target|slice|automount|swap|scope)$/.test(name)
    ? name
    : undefined;
}

/** A template is the file of all its instances, whose names are not known here. */
function effectsOnUnit(unit: string): Effects {
  if (unit.includes('@.')) return {type: 'kinds', kinds: ['unit']};
  return {type: 'refs', keys: [refKey({kind: 'unit', id: unit})]};
}

/** Whether a path is a file of the unit: its own, that of its template, or a drop-in. @see systemd.unit(5) */
export function isOfUnit(path: string, unit: string): boolean {
  const own = unitOfPath(path);
  return own !== undefined && (own === unit || own === unit.replace(/@.+(?=\.\w+$)/, '@'));
}

/** What other kinds read lies in files. @see crontab(1), passwd(5), group(5) */
const keptIn: readonly (readonly [place: string, kinds: readonly string[]])[] = [
  ['/var/spool/cron', ['crontab']],
  ['/etc/passwd', ['user', 'group']],
  ['/etc/shadow', ['user']],
  ['/etc/group', ['user', 'group']],
  ['/etc/gshadow', ['group']],
];

/** The kinds of what is kept at a path, below it, or in what it is below. */
export function kindsKeptAt(path: string): readonly string[] {
  return [
    ...new Set(
      keptIn.flatMap(([place, kinds]) => (isWithin(path, place) || isWithin(place, path) ? kinds : [])),
    ),
  ];
}

/** What a change makes stale: all below it, its parent, and the unit that it is a file of. */
export function effectsOfPath(change: PathChange): Effects {
  const {id} = change.ref;
  const subtree: Effects = {type: 'subtree', path: id};
  const unit = unitOfPath(id);
  const followed = change.before.status === 'present' ? change.before.state.followed?.path : undefined;
  return {
    type: 'several',
    effects: [
      subtree,
      ...(followed !== undefined ? [{type: 'subtree', path: followed} as const] : []),
      {type: 'refs', keys: [refKey(folderRef(id)), refKey(folderRef(parentPath(id)))]},
      ...(unit !== undefined ? [effectsOnUnit(unit)] : []),
      {type: 'kinds', kinds: [id, followed ?? id].flatMap(kindsKeptAt)},
    ],
  };
}
