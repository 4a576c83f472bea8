import type {MapNode, Node} from '../source/index.ts';
import {Secret} from '../text/index.ts';
import {isStatic} from '../values/index.ts';
import {rolesIn, secretNodes} from './described-secrets.ts';
import {variableMaps} from './names.ts';
import type {Project} from './project.ts';

/** What of a project people wrote. */
export type Written = Pick<Project, 'playbook' | 'inventory' | 'extraVars' | 'secrets'>;

/** Where a project's files define variables, and what the roles define that tasks include. */
export function definingMaps(project: Pick<Project, 'playbook' | 'inventory'>): ReadonlySet<MapNode> {
  const own = [...rolesIn(project.playbook.plays)].flatMap(({defaults, vars}) => [defaults, vars]);
  return new Set([...variableMaps(project), ...own.filter((map) => map !== undefined)]);
}

/** What is written of a variable that is a secret. */
export type DescribedNode = readonly [name: string, node: Node];

/** What is written anywhere in a project that the descriptions of its roles call a secret. */
export function describedNodes(project: Written): readonly DescribedNode[] {
  const {secrets, extraVars} = project;
  const given = [...extraVars].flatMap(([key, variable]) =>
    'data' in variable && variable.givenAs ? [{key, value: variable.givenAs}] : [],
  );
  const written = [...definingMaps(project)].flatMap(({entries}) => entries);
  return [...written, ...given].flatMap(({key, value}) =>
    [...secretNodes(secrets.of(key), value)].map((node) => [key, node] as const),
  );
}

/** The texts among them, as Secrets, whether anything reads them or not. */
export function secretsOfNodes(nodes: readonly DescribedNode[]): readonly Secret[] {
  return nodes.flatMap(([name, node]) => textsIn(node).map((text) => new Secret(name, text)));
}

function textsIn(node: Node): readonly string[] {
  if (node.type === 'map') return node.entries.flatMap(({value}) => textsIn(value));
  if (node.type === 'list') return node.items.flatMap(textsIn);
  const {value, secret} = node;
  return secret === undefined && typeof value === 'string' && value !== '' && isStatic(node) ? [value] : [];
}
