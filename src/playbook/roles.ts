import type {Node} from '../source/index.ts';
import {linkRole} from './link.ts';
import type {Found, Linking} from './linking.ts';
import type {Entry} from './model.ts';
import {isAnother} from './neighbours.ts';
import {isNothing, type Reading, readList, report} from './reading.ts';
import {type RoleEntry, readRoleEntry} from './role-entry.ts';
import {roleFilesOf, shapeOf} from './role-shelf.ts';

/** The tasks of the roles that a play names, in their order. What else there is of them goes to what was found. */
export function readRoles(reading: Reading, linking: Linking, node: Node | undefined): readonly Entry[] {
  const {found} = linking;
  if (node !== undefined && !isNothing(node) && node.type !== 'list') loseHandlers(found);
  const named: (RoleEntry & {readonly directory: string})[] = [];
  return readList(reading, node, "'roles'").flatMap((item) => {
    const entry = readRoleEntry(reading, item);
    const files = entry && roleFilesOf(reading, linking, entry.name);
    if (entry === undefined || files === undefined) {
      loseHandlers(found);
      reading.unread.facts = true;
      return [];
    }
    const shape = shapeOf(entry.parameters);
    // The role that was meant by a misspelt name may stand there, too.
    const isMisspelt = isAnother(files.directory, entry.name.text);
    const first = named.find(
      ({directory, parameters}) => directory === files.directory && shapeOf(parameters) === shape,
    );
    if (first && !isMisspelt && !files.allowDuplicates) {
      reportTwice(reading, entry, first);
      return [];
    }
    if (!isMisspelt) named.push({...entry, directory: files.directory});
    return linkRole(reading, linking, entry, {once: true}) ?? [];
  });
}

/** Nobody knows which ones a role would have brought that cannot be told. */
function loseHandlers(found: Found): void {
  found.complete = false;
  found.lost = true;
}

function reportTwice(reading: Reading, {name}: RoleEntry, first: RoleEntry): void {
  const related = [{message: 'first used here', source: first.source}];
  report(
    reading,
    'PLY012',
    `role '${name.text}' is used twice in one play`,
    name.source,
    'remove one of the two',
    related,
  );
}
