import {entryOf, type MapNode, parseYaml} from '../../../src/source/index.ts';
import {createScope, layerOfMap, render, type Value, type ValueMap} from '../../../src/values/index.ts';
import {type Task, taskOf} from './task.ts';

/** What stands in a module's cases.yml, one entry. */
export interface Case {
  readonly name: string;
  readonly task: Task;
  /** Local files by the name that the module gives them; directories as what is in them. */
  readonly inputs: Readonly<
    Record<string, string | Readonly<Record<string, string | {readonly target?: string}>>>
  >;
  /** By `kind:id`: fields, `absent`, or `unknown`. What is not mentioned is there, as on any host. */
  readonly state: ValueMap;
  /** For modules of scope `group`, the other hosts: what each of them sees, by its name. */
  readonly others: ValueMap;
  /** By `kind:id` and attribute: before and after. None by default. */
  readonly changes: ValueMap | undefined;
  /** What the changes cost beyond themselves, where the module says. */
  readonly impact: ValueMap | undefined;
  readonly refused: string | undefined;
  /** Mistakes in the arguments, each with its hint in brackets. */
  readonly errors: readonly string[] | undefined;
  /** Whether an action's guard lets it run: `yes`, `no: REASON`, `unknown: REASON`. */
  readonly runs: string;
  readonly readOnly: boolean;
}

const known = [
  'name',
  'arguments',
  'inputs',
  'state',
  'others',
  'changes',
  'impact',
  'refused',
  'errors',
  'runs',
  'read_only',
];

export function readCases(module: string, text: string, file: string): readonly Case[] {
  const {node, diagnostics} = parseYaml(text, file);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({message}) => message).join('\n'));
  if (node?.type !== 'list' || node.items.length === 0) throw new Error(`${file} must be a list of cases`);
  return node.items.map((item) => {
    if (item.type !== 'map') throw new Error(`${file}: a case must be a map`);
    return readCase(module, item);
  });
}

function readCase(module: string, node: MapNode): Case {
  const unknown = node.entries.find(({key}) => !known.includes(key));
  if (unknown) throw new Error(`a case has no field '${unknown.key}'`);
  const args = entryOf(node, 'arguments')?.value;
  if (args?.type !== 'map') throw new Error('a case needs arguments');
  const field = (name: string): Value | undefined => {
    const value = entryOf(node, name)?.value;
    return value && render(value, createScope([layerOfMap({...node, entries: []}, 'case')]));
  };
  return {
    name: String(field('name')),
    task: taskOf(module, args),
    inputs: (field('inputs') ?? {}) as Case['inputs'],
    state: (field('state') ?? {}) as ValueMap,
    others: (field('others') ?? {}) as ValueMap,
    changes: field('changes') as ValueMap | undefined,
    impact: field('impact') as ValueMap | undefined,
    refused: field('refused') as string | undefined,
    errors: field('errors') as readonly string[] | undefined,
    runs: (field('runs') ?? 'yes') as string,
    readOnly: field('read_only') === true,
  };
}
