import type {AnyModule} from '../src/modules/index.ts';
import {entryOf, type MapNode, type Node, parseYaml} from '../src/source/index.ts';
import {blockYaml} from './task-yaml.ts';

const most = 6;

/**
 * Tasks to show of a module: of its cases, those in which something is done, as long as each shows an argument or a
 * choice that none before it has.
 * @param text what stands in the module's cases.yml
 */
export function examplesOf(module: AnyModule, text: string, file: string): readonly string[] {
  const {node} = parseYaml(text, file);
  if (node?.type !== 'list') throw new Error(`${file} must be a list of cases`);
  const shown = new Set<string>();
  const examples: string[] = [];
  for (const one of node.items) {
    if (one.type !== 'map' || examples.length === most || !isExample(one, module)) continue;
    const args = argumentsOf(one);
    const news = choicesOf(args).filter((choice) => !shown.has(choice));
    if (news.length === 0) continue;
    for (const choice of news) shown.add(choice);
    examples.push(taskYaml(module.name, one, args));
  }
  return examples;
}

/** Nothing is wrong with the arguments, nothing is refused, and something comes of it; a decision of a group may be to go on. */
function isExample(one: MapNode, module: AnyModule): boolean {
  const fields = one.entries.map(({key}) => key);
  if (['errors', 'refused', 'runs'].some((field) => fields.includes(field))) return false;
  return module.type !== 'state' || module.scope === 'group' || fields.includes('changes');
}

function argumentsOf(one: MapNode): MapNode {
  const args = entryOf(one, 'arguments')?.value;
  if (args?.type !== 'map') throw new Error('a case needs arguments');
  return args;
}

/** What a task shows: its arguments, and of `state` which, its default included. */
function choicesOf(args: MapNode): readonly string[] {
  const choices = args.entries.map(({key, value}) => (key === 'state' ? `${key}: ${wordOf(value)}` : key));
  return entryOf(args, 'state') ? choices : [...choices, 'state: default'];
}

function wordOf(value: Node): string {
  return value.type === 'scalar' ? value.text : '';
}

function taskYaml(module: string, one: MapNode, args: MapNode): string {
  const name = entryOf(one, 'name')?.value;
  const title = name?.type === 'scalar' ? name.text : module;
  const body = args.entries.length === 0 ? `  ${module}:` : `  ${module}:\n${blockYaml(args, 4)}`;
  return `- name: ${title}\n${body}`;
}
