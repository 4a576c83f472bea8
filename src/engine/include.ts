import {type Diagnostic, errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import type {Include} from '../playbook/index.ts';
import {display, layerOfMap, type ValueMap} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Pass} from './pass.ts';
import {fine, type ItemResult} from './result.ts';

/** An include in an include in an include…: further than people nest, and soon enough for one without an end. */
const deepest = 64;

/** Tasks of another file: they come next, given the variables of the include and the item of its loop. */
export function includeTasks(
  args: ValueMap,
  {task, context, above}: Omit<Pass, 'user' | 'facts'>,
): ItemResult {
  if (task.type !== 'include') throw new Error('an include was read as a task');
  const {place, source, parameters} = task;
  // Validation has seen the file when it comes back to the place that included it.
  if (context.everyHandler && place.chain.some((one) => isSame(one, source))) return fine();
  if (place.chain.length >= deepest) throw new VprovError(tooDeep(task));
  const file = display(args.file ?? '');
  const {entries, diagnostics} = context.house.library.tasksOf(task, file);
  if (diagnostics.some(({severity}) => severity === 'error')) throw new VprovError(diagnostics);
  const own = parameters ? [layerOfMap(parameters, 'include parameters')] : [];
  context.included.push({entries, parameters: [...own, ...above], source});
  return fine({}, `included ${file}`);
}

function isSame(a: Source, b: Source): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function tooDeep({source, place}: Include): Diagnostic {
  const related = place.chain.slice(-3).map((one) => ({message: 'included here', source: one}));
  return errorDiagnostic(engineCodes, 'ENG012', `includes go ${deepest} deep here`, {
    source,
    hint: "does it include itself? Its 'when' must become false some time",
    related: related.toReversed(),
  });
}
