import type {MapEntry} from '../source/index.ts';
import {readAmong} from './among.ts';
import {readConditions} from './condition.ts';
import {readBecome, readBoolean, readTags} from './fields.ts';
import {readManner} from './manner.ts';
import type {Inherited} from './model.ts';
import {type Reading, readMap} from './reading.ts';

/** The keywords that a block, an import or a play hands down to its tasks, and those of a task that are the same. */
export function readInherited(reading: Reading, fields: ReadonlyMap<string, MapEntry>): Inherited {
  const vars = readMap(reading, fields.get('vars')?.value, "'vars'");
  return {
    when: readConditions(reading, fields, 'when') ?? [],
    tags: readTags(reading, fields),
    become: readBecome(reading, fields),
    vars: vars === undefined ? [] : [vars],
    ignoreErrors: readBoolean(reading, fields, 'ignore_errors'),
    noLog: readBoolean(reading, fields, 'no_log'),
    among: readAmong(reading, fields),
    manner: readManner(reading, fields),
  };
}
