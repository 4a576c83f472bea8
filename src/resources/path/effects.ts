import {type Effects, refKey} from '../contract.ts';
import {folderRef} from '../folder/index.ts';
import type {PathChange} from './predict.ts';
import {isWithin, parentPath} from './state.ts';

/** Where systemd looks for units. @see systemd.unit(5) "Unit File Load Path" */
const unitFolders = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(
  (root) => `${root}/systemd/system`,
);

const inUnitFolder =
  /^\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\/system\/([^/]+?)(\.d(?:\/[^/]+\.conf)?)?$/;

/**
 * The names by which drop-ins are read for a unit, the most special first: its own, that of its template, those that are
 * cut after a dash, that of its type. `a-b@1.service` reads `a-b@1.service.d`, `a-b@.service.d`, `a-@1.service.d`,
 * `a-@.service.d` and `service.d`. @see systemd.unit(5) "Description"
 */
export function dropInNamesOf(unit: string): readonly string[] {
  const [, stem = '', at = '', type = ''] = /^([^@]*)(@.*)?\.(\w+)$/.exec(unit) ?? [];
  const stems = [stem];
  const cut = stem.endsWith('-') ? stem.slice(0, -1) : stem;
  for (let end = cut.lastIndexOf('-'); end > 0; end = cut.lastIndexOf('-', end - 1))
    stems.push(cut.slice(0, end + 1));
  const ends = at === '' || at === '@' ? [at] : [at, '@'];
  return [...stems.flatMap((one) => ends.map((end) => `${one}${end}.${type}`)), type];
}

/** Whether a path is a file of the unit: its own, that of its template, a drop-in, or a folder of these. @see systemd.unit(5) */
export function isOfUnit(path: string, unit: string): boolean {
  const [, name, dropIn] = inUnitFolder.exec(path) ?? [];
  if (name === undefined) return false;
  if (dropIn === undefined) return name === unit || name === unit.replace(/@.+(?=\.\w+$)/, '@');
  return dropInNamesOf(unit).includes(name);
}

/** Any unit may be read from there: by its own name, by one that it shares, as what a link leads to. */
function holdsUnits(path: string): boolean {
  return unitFolders.some((folder) => isWithin(path, folder) || isWithin(folder, path));
}

/** What other kinds read lies in files; whose a path is, is read by name. @see crontab(1), passwd(5), group(5) */
const keptIn: readonly (readonly [place: string, kinds: readonly string[]])[] = [
  ['/var/spool/cron', ['crontab']],
  ['/etc/passwd', ['user', 'group', 'path', 'tree']],
  ['/etc/shadow', ['user']],
  ['/etc/group', ['user', 'group', 'path', 'tree']],
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

/** What a change makes stale: all below it, its parent, and what is kept or read there. */
export function effectsOfPath(change: PathChange): Effects {
  const {id} = change.ref;
  const subtree: Effects = {type: 'subtree', path: id};
  const followed = change.before.status === 'present' ? change.before.state.followed?.path : undefined;
  return {
    type: 'several',
    effects: [
      subtree,
      ...(followed !== undefined ? [{type: 'subtree', path: followed} as const] : []),
      {type: 'refs', keys: [refKey(folderRef(id)), refKey(folderRef(parentPath(id)))]},
      ...([id, followed ?? id].some(holdsUnits) ? [{type: 'kinds', kinds: ['unit']} as const] : []),
      {type: 'kinds', kinds: [id, followed ?? id].flatMap(kindsKeptAt)},
    ],
  };
}
