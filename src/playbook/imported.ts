import {didYouMean, type Source} from '../errors/index.ts';
import {describeNode, entryOf, type MapNode, type ScalarNode} from '../source/index.ts';
import {isTemplate, readBoolean} from './fields.ts';
import {fieldsOf, isMisspelt, type Reading, report} from './reading.ts';
import type {RoleFrom} from './role-files.ts';

const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  import_tasks: ['file'],
  import_role: [
    'name',
    'tasks_from',
    'handlers_from',
    'defaults_from',
    'vars_from',
    'public',
    'allow_duplicates',
    'rolespec_validate',
  ],
};

/** Reports arguments that an import does not have; those of includes are checked as any module's. */
export function checkImport(reading: Reading, module: string, args: MapNode): void {
  const known = argumentsOf[module] ?? [];
  for (const {key, keySource} of args.entries) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known) ?? `it has ${known.join(', ')}; keywords stand beside it`;
    report(reading, 'PLY002', `${module} has no argument '${key}'`, keySource, hint);
  }
}

/** The name of a file or role, as written: a text, or a template. Anything else is reported. */
export function nameNode(
  reading: Reading,
  module: string,
  args: MapNode,
  source: Source,
): ScalarNode | undefined {
  const key = module.endsWith('_role') ? 'name' : 'file';
  const node = entryOf(args, key)?.value;
  if (node?.type === 'scalar' && node.text !== '' && node.value !== null) return node;
  const what = key === 'name' ? 'role' : 'file';
  const hint = key === 'name' ? `write '${module}: {name: ROLE}'` : `write '${module}: FILE.yml'`;
  if (node === undefined && isMisspelt(key, args)) return undefined;
  if (node === undefined) report(reading, 'PLY013', `it is not said which ${what}`, source, hint);
  else {
    const message = `'${key}' must be the name of a ${what}, not ${describeNode(node)}`;
    report(reading, 'PLY004', message, node.source, hint);
  }
  return undefined;
}

/** Whether an import's name can be read before anything is known, which is reported where it cannot. */
export function isFixed(reading: Reading, module: string, nodes: readonly ScalarNode[]): boolean {
  const template = nodes.find(isTemplate);
  if (template === undefined) return true;
  const hint = `an import is read before anything is known: use '${module.replace('import', 'include')}'`;
  report(reading, 'PLY003', `a template in '${module}' is not supported`, template.source, hint);
  return false;
}

/** Which files of a role are meant. */
export function readFrom(args: MapNode): RoleFrom {
  const from: RoleFrom = {};
  for (const part of ['tasks', 'handlers', 'defaults', 'vars'] as const) {
    const node = entryOf(args, `${part}_from`)?.value;
    if (node?.type === 'scalar' && node.value !== null) from[part] = node;
  }
  return from;
}

/** Whether all tasks of the play see the variables of the role. */
export function isPublic(reading: Reading, args: MapNode, otherwise: boolean): boolean {
  const fields = fieldsOf(args);
  const node = fields.get('public')?.value;
  return node !== undefined && isTemplate(node)
    ? otherwise
    : (readBoolean(reading, fields, 'public') ?? otherwise);
}
