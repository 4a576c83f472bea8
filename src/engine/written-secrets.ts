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

/** What is written anywhere in a project that the descriptions of its roles call a secret, by the name of its variable. */
export function* describedNodes(project: Written): Iterable<readonly [name: string, node: Node]> {
  const {secrets, extraVars} = project;
  const nodesOf = function* (name: string, written: Node): Iterable<readonly [string, Node]> {
    for (const node of secretNodes(secrets.of(name), written)) yield [name, node];
  };
  for (const {entries} of definingMaps(project))
    for (const {key, value} of entries) yield* nodesOf(key, value);
  for (const [name, variable] of extraVars)
    if ('data' in variable && variable.givenAs) yield* nodesOf(name, variable.givenAs);
}

/** The texts among them, as Secrets, whether anything reads them or not. */
export function describedSecretsOf(project: Written): readonly Secret[] {
  return [...describedNodes(project)].flatMap(([name, node]) =>
    textsIn(node).map((text) => new Secret(name, text)),
  );
}

function textsIn(node: Node): readonly string[] {
  if (node.type === 'map') return node.entries.flatMap(({value}) => textsIn(value));
  if (node.type === 'list') return node.items.flatMap(textsIn);
  const {value, secret} = node;
  return secret === undefined && typeof value === 'string' && value !== '' && isStatic(node) ? [value] : [];
}
