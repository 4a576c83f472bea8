import type {InspectedVariable} from '../engine/index.ts';
import {formatPlace} from './diagnostic.ts';
import {styler} from './style.ts';
import {truncate, visible} from './width.ts';

export interface InventoryLook {
  readonly colour: boolean;
  readonly cwd: string;
  /** Undefined: values are shown whole. */
  readonly columns: number | undefined;
}

interface Group {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** The groups as a tree, each with its own hosts below it. */
export function graphLines(groups: ReadonlyMap<string, Group>): readonly string[] {
  const lines: string[] = [];
  const draw = (name: string, depth: number): void => {
    const group = groups.get(name);
    if (group === undefined || (name === 'ungrouped' && group.hosts.length === 0)) return;
    const stem = '  |'.repeat(depth);
    lines.push(depth === 0 ? `@${visible(name)}:` : `${stem}--@${visible(name)}:`);
    const inChildren = new Set(group.children.flatMap((child) => groups.get(child)?.hosts ?? []));
    for (const child of group.children) draw(child, depth + 1);
    for (const host of group.hosts) if (!inChildren.has(host)) lines.push(`${stem}  |--${visible(host)}`);
  };
  draw('all', 0);
  return lines;
}

/** Each variable with its value, and below it where it comes from and what it overrides. */
export function variableLines(
  variables: readonly InspectedVariable[],
  {colour, cwd, columns}: InventoryLook,
): readonly string[] {
  const style = styler(colour);
  const placed = (layer: string, source: InspectedVariable['origin']['source']): string =>
    source === undefined ? visible(layer) : `${visible(layer)} ${style('place', formatPlace(source, cwd))}`;
  return variables.flatMap((variable) => {
    const {name, role, origin, overrides} = variable;
    const title = role === undefined ? name : `${name} (in role ${role})`;
    const text = valueText(variable);
    const room = columns === undefined ? text.length : Math.max(20, columns - title.length - 3);
    const failed = variable.mistakes !== undefined;
    const value = failed ? style('bad', truncate(text, room)) : truncate(text, room);
    return [
      `${style('strong', visible(title))} = ${value}`,
      `    ${placed(origin.layer, origin.source)}`,
      ...overrides.map(({layer, source}) => style('quiet', '    overrides ') + placed(layer, source)),
    ];
  });
}

function valueText({value, mistakes}: InspectedVariable): string {
  if (mistakes !== undefined) return `error: ${visible(mistakes[0]?.message ?? '')}`;
  return visible(
    typeof value === 'string' && value !== '' && !/\s/.test(value) ? value : JSON.stringify(value),
  );
}
