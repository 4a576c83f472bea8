import {dirname} from 'node:path';
import {VprovError} from '../errors/index.ts';
import type {Play} from '../playbook/index.ts';
import {createScope, layerOfData, layerOfMap, type Scope} from '../values/index.ts';
import {inventoryValues} from './hostvars.ts';
import type {Project} from './project.ts';
import type {PlayVariables} from './scopes.ts';

/** Mistakes made in it say what is not known there yet. @throws VprovError */
export function beforeHosts<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    throw new VprovError(
      error.diagnostics.map((one) => (one.code === 'VAL001' ? {...one, hint: one.hint ?? notHere} : one)),
    );
  }
}

const notHere = 'before a play begins only its own variables and those of -e are known';

/** What is known of a play before it is known on which hosts it is played: its own variables, the inventory's hosts, `-e`. */
export function playScope(
  {vars, varsFiles}: Play,
  {inventory, extraVars, playbook}: Pick<Project, 'inventory' | 'extraVars' | 'playbook'>,
  ports: PlayVariables['ports'],
): Scope {
  const layers = [
    ...(vars ? [layerOfMap(vars, 'play vars')] : []),
    ...varsFiles.map((file) => layerOfMap(file.vars, `vars file ${file.name}`)),
    extraVars,
    layerOfData(
      {...inventoryValues(inventory, extraVars, ports(undefined)), playbook_dir: dirname(playbook.file)},
      'magic variable',
    ),
  ];
  return createScope(layers, ports(undefined));
}
