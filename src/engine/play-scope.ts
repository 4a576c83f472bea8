import {dirname} from 'node:path';
import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {Play} from '../playbook/index.ts';
import {Unknown} from '../text/index.ts';
import {createScope, type Layer, layerOfData, layerOfMap, type Scope} from '../values/index.ts';
import {inventoryValues} from './hostvars.ts';
import type {Population} from './run-inventory.ts';
import type {PlayVariables} from './scopes.ts';

/** Of a project, what does not depend on any host. */
interface Beforehand {
  readonly inventory: Population;
  readonly extraVars: Layer;
}

/** Mistakes made in it say what is not known there yet. @throws VprovError */
export function beforeHosts<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    throw new VprovError(
      error.diagnostics.map((one) => (one.code === 'VAL001' ? {...one, hint: hintHere(one)} : one)),
    );
  }
}

/** That a play gathers no facts is not why there are none before it. */
function hintHere({message, hint}: Diagnostic): string {
  return message.startsWith("'facts'") ? notHere : (hint ?? notHere);
}

const notHere = 'before a play begins only its own variables and those of -e are known';

/** What is known of a play before it is known on which hosts it is played: its own variables, the inventory's hosts, `-e`. */
export function playScope(
  {vars, varsFiles, file}: Play,
  {inventory, extraVars}: Beforehand,
  ports: PlayVariables['ports'],
  prompted: Layer = new Map(),
): Scope {
  const own = ports(undefined, dirname(file));
  const layers = [
    ...(vars ? [layerOfMap(vars, 'play vars')] : []),
    prompted,
    ...varsFiles.map((file) => layerOfMap(file.vars, `vars file ${file.name}`)),
    extraVars,
    layerOfData(
      {
        ...inventoryValues(inventory.current, extraVars, own),
        ...(inventory.unknown ? {groups: inventory.unknown, hostvars: inventory.unknown} : {}),
        playbook_dir: dirname(file),
      },
      'magic variable',
    ),
  ];
  return createScope(layers, own);
}

/** What of a play's `vars_prompt` is not answered by `-e`, still to be asked: in validation, and before anybody was. */
export function unasked(play: Play, {extraVars}: Pick<Beforehand, 'extraVars'>): Layer {
  return new Map(
    play.prompts
      .filter(({name}) => !extraVars.has(name))
      .map(({name, source}) => [
        name,
        {
          data: new Unknown(`somebody is asked for ${name} before the play`),
          origin: {layer: 'vars_prompt', source},
        },
      ]),
  );
}
