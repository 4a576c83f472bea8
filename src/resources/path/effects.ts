import {type Effects, refKey} from '../contract.ts';
import {folderRef} from '../folder/index.ts';
import type {PathChange} from './predict.ts';
import {isWithin, parentPath} from './state.ts';
import {holdsUnits} from './unit-folders.ts';

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
