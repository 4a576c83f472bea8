import {dirname} from 'node:path';
import {hasError, VprovError} from '../errors/index.ts';
import type {MapNode} from '../source/index.ts';
import {Mistaken, Unknown, UnknownRead} from '../text/index.ts';
import {display, layerOfMap, nameMistakes, type ValueMap, type Variable} from '../values/index.ts';
import type {BarePass} from './pass.ts';
import {fine, type ItemResult} from './result.ts';

/** Variables of a file, from now on: templates, which are rendered when they are read. */
export function includeVars(args: ValueMap, {task, context}: BarePass): ItemResult {
  const {included} = context.learned;
  if (args.file instanceof Unknown) {
    // Which names it would define is not known either: none that is missing after it is a mistake.
    context.learned.mayKnowMore = true;
    throw new UnknownRead(args.file);
  }
  const file = display(args.file ?? '');
  const {library} = context.house;
  const {vars, lost, diagnostics} = library.variables(task, file, dirname(context.play.file));
  if (hasError(diagnostics)) {
    if (context.continues) learnAsFar(vars, lost, included);
    throw new VprovError(diagnostics);
  }
  if (vars === undefined) return fine();
  const wrong = nameMistakes(vars.entries.map(({key, keySource}) => ({name: key, source: keySource})));
  if (wrong.length > 0 && args.name === undefined) {
    if (context.continues) learnAsFar(vars, lost, included);
    throw new VprovError(wrong);
  }
  const name = args.name === undefined ? undefined : display(args.name);
  if (name !== undefined)
    included.set(name, {node: vars, origin: {layer: 'include_vars', source: task.source}});
  else for (const [key, variable] of layerOfMap(vars, 'include_vars')) included.set(key, variable);
  return fine({}, `read ${file}`);
}

/** Validation goes on after a mistake in the file: what of it can be read is known, and the rest is no mistake of who reads it. */
function learnAsFar(
  vars: MapNode | undefined,
  lost: ReadonlySet<string>,
  included: Map<string, Variable>,
): void {
  for (const name of lost)
    included.set(name, {data: new Mistaken('its file has a mistake'), origin: {layer: 'include_vars'}});
  if (vars) for (const [key, variable] of layerOfMap(vars, 'include_vars')) included.set(key, variable);
}
