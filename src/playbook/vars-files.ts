import {resolve} from 'node:path';
import {
  describeNode,
  findLocalFile,
  type MapNode,
  type Node,
  type ScalarNode,
  standingAt,
} from '../source/index.ts';
import {isTemplate} from './fields.ts';
import type {VarsFile} from './model.ts';
import {asMeant, missingFileHint, nearFile} from './near-file.ts';
import {isNothing, type Reading, readFile, report} from './reading.ts';
import type {RoleShelf} from './role-shelf.ts';

/** The files of variables that a play names, a name or a list of names, relative to the playbook. */
export function readVarsFiles(
  reading: Reading,
  {playbookDirectory}: RoleShelf,
  node: Node | undefined,
): readonly VarsFile[] {
  if (node === undefined || isNothing(node)) return [];
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const name = readName(reading, item);
    return name === undefined ? [] : readVarsFile(reading, resolve(playbookDirectory, name.text), name);
  });
}

function readName(reading: Reading, node: Node): ScalarNode | undefined {
  if (isTemplate(node)) {
    const hint = 'variables by host or group belong into host_vars/ and group_vars/';
    reading.unread.variables = true;
    report(reading, 'PLY003', "a template in 'vars_files' is not supported yet", node.source, hint);
    return undefined;
  }
  if (node.type === 'scalar' && node.value !== null && node.text !== '') return node;
  const message = `'vars_files' must name files, not ${describeNode(node)}`;
  report(reading, 'PLY004', message, node.source, "write 'vars_files: [vars/site.yml]'");
  return undefined;
}

function readVarsFile(reading: Reading, file: string, name: ScalarNode): readonly VarsFile[] {
  const vars = readVariables(reading, [file], name);
  return vars === undefined ? [] : [{name: name.text, vars}];
}

/** The first of several files of variables that is there; undefined for an empty one, or with a mistake, which is reported. */
export function readVariables(
  reading: Reading,
  candidates: readonly string[],
  name: Pick<ScalarNode, 'text' | 'source'>,
): MapNode | undefined {
  const file = findLocalFile(candidates);
  if (file === undefined) {
    const near = nearFile(candidates, 'variables');
    const hint = missingFileHint(near, candidates);
    report(reading, 'PLY015', `no file of variables '${name.text}'`, name.source, hint);
    const meant =
      near === undefined ? undefined : asMeant(reading, (trial) => readFile(trial, near, 'variables'));
    if (meant?.node?.type === 'map') return meant.node;
    reading.unread.variables = true;
    return undefined;
  }
  if (standingAt(file)?.isDirectory()) {
    reading.unread.variables = true;
    const message = `'${name.text}' is a directory, not a file of variables`;
    report(reading, 'PLY015', message, name.source, 'name each file in it');
    return undefined;
  }
  const {node} = readFile(reading, file, 'variables', name.source);
  if (node === undefined || isNothing(node)) return undefined;
  if (node.type === 'map') return node;
  reading.unread.variables = true;
  const message = `a file of variables must be a map, not ${describeNode(node)}`;
  report(reading, 'PLY001', message, node.source, "write 'name: value'");
  return undefined;
}
