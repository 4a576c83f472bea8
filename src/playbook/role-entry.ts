import {didYouMean, type Source} from '../errors/index.ts';
import {describeNode, type MapEntry, type MapNode, type Node, type ScalarNode} from '../source/index.ts';
import {roleEntryAsMeant} from './as-meant.ts';
import {readScalar} from './fields.ts';
import {nothing} from './inherit.ts';
import {readInherited} from './inherited.ts';
import {isLaterOfRoles, roleKeywords} from './keywords.ts';
import type {Inherited} from './model.ts';
import {fieldsOf, type Reading, readMap, report} from './reading.ts';

/** A role as a play, another role or a task names it. */
export interface RoleEntry {
  readonly name: ScalarNode;
  readonly source: Source;
  readonly parameters: MapNode | undefined;
  /** What each of its tasks is given. */
  readonly keywords: Inherited;
}

/** An entry of `roles`, or of a role's `dependencies`: a name, or a map. */
export function readRoleEntry(reading: Reading, node: Node): RoleEntry | undefined {
  if (node.type === 'scalar' && node.value !== null)
    return {name: node, source: node.source, parameters: undefined, keywords: nothing};
  if (node.type !== 'map') {
    const message = `an entry of 'roles' must be a name or a map, not ${describeNode(node)}`;
    report(reading, 'PLY001', message, node.source, "write '- NAME' or '- role: NAME'");
    return undefined;
  }
  // What was meant by a misspelt key is read, and is no second mistake.
  const fields = fieldsOf(roleEntryAsMeant(node));
  const parameters = readParameters(reading, node, fields);
  const keywords: Inherited = {...readInherited(reading, fields), vars: []};
  const rest = {source: node.source, parameters, keywords};
  const key = fields.has('role') || !fields.has('name') ? 'role' : 'name';
  if (!fields.has(key)) {
    report(reading, 'PLY013', "an entry of 'roles' needs 'role'", node.source, "write '- role: NAME'");
    return undefined;
  }
  const name = readScalar(reading, fields, key);
  return name && {name, ...rest};
}

/**
 * Keys that are no keywords are parameters, as in Ansible; those that look like a misspelt keyword are not. Of what is
 * reported it is not said, too, that it is defined nowhere.
 */
function readParameters(
  reading: Reading,
  map: MapNode,
  fields: ReadonlyMap<string, MapEntry>,
): MapNode | undefined {
  const vars = readMap(reading, fields.get('vars')?.value, "'vars'");
  const direct = map.entries.filter(({key, keySource}) => {
    if (roleKeywords.includes(key)) return false;
    if (isLaterOfRoles(key)) {
      const hint = "a parameter of this name goes below 'vars:'";
      reading.unread.names.add(key);
      report(reading, 'PLY003', `'${key}' of a role is not supported yet`, keySource, hint);
      return false;
    }
    const near = didYouMean(key, roleKeywords);
    if (near === undefined) return true;
    const hint = `${near} (a parameter of this name goes below 'vars:')`;
    reading.unread.names.add(key);
    report(reading, 'PLY002', `unknown keyword '${key}' in an entry of 'roles'`, keySource, hint);
    return false;
  });
  if (direct.length === 0) return vars;
  const own = (vars?.entries ?? []).filter(({key}) => !direct.some((entry) => entry.key === key));
  return {type: 'map', entries: [...own, ...direct], source: vars?.source ?? map.source};
}
