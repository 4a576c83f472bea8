import type {Diagnostic} from '../errors/index.ts';
import {type ArgumentPlaces, type Catalogue, checkArguments} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import type {ValueMap} from '../values/index.ts';

/** What is wrong with a task's arguments, apart from what follows from a mistake in its keys that is said already. */
export function argumentMistakes(
  {module, args, flawed}: Pick<Task, 'module' | 'args' | 'flawed'>,
  values: ValueMap,
  catalogue: Catalogue,
  places?: ArgumentPlaces,
): readonly Diagnostic[] {
  if (flawed === 'arguments') return [];
  const found = checkArguments(module, values, args, catalogue, places);
  return flawed === undefined ? found : found.filter(({code}) => code !== 'MOD003' && code !== 'MOD006');
}
