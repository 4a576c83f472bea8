import {type Diagnostic, formatSource} from '../../../src/errors/index.ts';
import {catalogue, checkArguments} from '../../../src/modules/index.ts';
import {type MapNode, parseYaml} from '../../../src/source/index.ts';
import {createScope, isMap, layerOfData, render, type ValueMap} from '../../../src/values/index.ts';

export const modules = catalogue();

/** The arguments of a task as a person writes them, read and rendered by what does so in a run. */
export interface Task {
  readonly module: string;
  readonly args: ValueMap;
  readonly node: MapNode;
}

/** @param variables what templates in the arguments may name */
export function task(module: string, yaml: string, variables: ValueMap = {}): Task {
  const {node, diagnostics} = parseYaml(yaml, 'task.yml');
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  if (node?.type !== 'map') throw new Error(`the arguments of ${module} must be a map`);
  return taskOf(module, node, variables);
}

export function taskOf(module: string, node: MapNode, variables: ValueMap = {}): Task {
  const schema = modules.modules.get(module)?.args.schema;
  const args = render(node, createScope([layerOfData(variables, 'test')]), schema);
  if (!isMap(args)) throw new Error('arguments rendered to no map');
  return {module, args, node};
}

export function mistakes({module, args, node}: Task): readonly Diagnostic[] {
  return checkArguments(module, args, node, modules);
}

/** Mistakes as `CODE line:column message (hint)`; a hint that only says what the argument is for is left out. */
export function mistakesIn(module: string, yaml: string, variables: ValueMap = {}): readonly string[] {
  return mistakes(task(module, yaml, variables)).map(({code, message, source, hint}) => {
    const place = source ? formatSource(source).replace('task.yml:', '') : 'nowhere';
    const isPurpose = /^MOD00[45]$/.test(code) && hint?.endsWith('.') === true;
    return `${code} ${place} ${message}${hint && !isPurpose ? ` (${hint})` : ''}`;
  });
}
