import {existsSync, readdirSync} from 'node:fs';
import {basename, dirname, resolve} from 'node:path';
import {didYouMean} from '../errors/index.ts';
import {describeNode, type Node, type ScalarNode} from '../source/index.ts';
import {isTemplate} from './fields.ts';
import type {VarsFile} from './model.ts';
import {isNothing, type Reading, readFile, report} from './reading.ts';
import type {RoleShelf} from './roles.ts';

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
  if (!existsSync(file)) {
    reading.unread.variables = true;
    const directory = dirname(file);
    const near = existsSync(directory) ? didYouMean(basename(file), readdirSync(directory)) : undefined;
    report(
      reading,
      'PLY015',
      `no file of variables '${name.text}'`,
      name.source,
      near ?? `looked for ${file}`,
    );
    return [];
  }
  const {node} = readFile(reading, file, 'variables');
  if (node === undefined || isNothing(node)) return [];
  if (node.type === 'map') return [{name: name.text, vars: node}];
  reading.unread.variables = true;
  const message = `a file of variables must be a map, not ${describeNode(node)}`;
  report(reading, 'PLY001', message, node.source, "write 'name: value'");
  return [];
}
