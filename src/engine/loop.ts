import {VprovError} from '../errors/index.ts';
import type {Task} from '../playbook/index.ts';
import {mask, UnknownRead} from '../text/index.ts';
import {
  asText,
  display,
  type Layer,
  layerOfData,
  placeOfMember,
  render,
  type Scope,
  type Value,
  variableAt,
  writtenVariable,
} from '../values/index.ts';

/** One pass of a loop: where in the list it stands. */
export interface LoopPass {
  readonly index: number;
  readonly items: readonly Value[];
}

/**
 * What the variables of a loop stand for in one pass.
 * @param scope in which the list was rendered
 */
export function loopLayer(task: Task, {index, items}: LoopPass, scope?: Scope): Layer {
  const {loopVariable, indexVariable, isExtended} = task;
  const layer = 'loop item';
  const source = placeOfMember(items, index);
  const origin = {layer: entryName(task, index), isItem: true as const, ...(source ? {source} : {})};
  const around = {
    ...(indexVariable === undefined ? {} : {[indexVariable]: index}),
    ...(isExtended ? {vprov_loop: extended(index, items)} : {}),
  };
  return new Map([[loopVariable, variableAt(items, index, origin, scope)], ...layerOfData(around, layer)]);
}

/** `entry 2 of vault_policies` */
function entryName({loop}: Task, index: number): string {
  const name = loop?.type === 'scalar' ? /^\{\{\s*([\w.]+)\s*\}\}$/.exec(loop.text)?.[1] : undefined;
  return `entry ${index + 1} of ${name ?? 'the loop'}`;
}

/** As Ansible's `ansible_loop`. @see https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_loops.html */
function extended(index: number, items: readonly Value[]): Value {
  const length = items.length;
  const previous = items[index - 1];
  const next = items[index + 1];
  return {
    allitems: items,
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(previous === undefined ? {} : {previtem: previous}),
    ...(next === undefined ? {} : {nextitem: next}),
  };
}

/** An item as people read it: a number as it was written. */
export function itemText({label, loopVariable}: Task, item: Value, scope: Scope): string {
  if (!label) return writtenVariable(loopVariable, scope) ?? display(item);
  try {
    const text = asText(render(label, scope));
    return text ? mask(text) : display(item);
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return label.text;
    throw error;
  }
}
