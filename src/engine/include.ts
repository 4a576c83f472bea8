import {dirname} from 'node:path';
import {
  type Diagnostic,
  errorDiagnostic,
  formatSource,
  hasError,
  type Source,
  VprovError,
} from '../errors/index.ts';
import {type Handler, type Include, tasksIn} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {display, layerOfMap, type Value, type ValueMap} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {BarePass} from './pass.ts';
import {fine, type ItemResult} from './result.ts';

/** An include in an include in an include…: further than people nest, and soon enough for one without an end. */
const deepest = 64;

/** Tasks of another file, or a role: they come next, given the variables of the include and the item of its loop. */
export function includeTasks(args: ValueMap, {task, context, above}: BarePass): ItemResult {
  if (task.type !== 'include') throw new Error('an include was read as a task');
  const {place, source, parameters} = task;
  // Validation has seen the file when it comes back to the place that included it.
  const before = context.everyHandler ? place.chain.findIndex((one) => isSame(one, source)) : -1;
  if (before >= 0) {
    const circle = [...place.chain.slice(before), source];
    if (!isConditional(task) && !circle.some((one) => context.mayEnd?.has(formatSource(one))))
      throw new VprovError(endless(task));
    return fine();
  }
  if (place.chain.length >= deepest) throw new VprovError(tooDeep(task));
  const {library} = context.house;
  const names = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, nameOf(value)]));
  const {entries, handlers, diagnostics} = library.included(task, names, dirname(context.play.file));
  if (hasError(diagnostics)) throw new VprovError(diagnostics);
  if (isConditional(task) || [...tasksIn(entries)].some(({module}) => module === 'meta'))
    context.mayEnd?.add(formatSource(source));
  for (const handler of handlers)
    if (!context.handlers.some((known) => sameAs(known, handler))) context.handlers.push(handler);
  // Those of a role are the role's own.
  const own =
    parameters && task.module === 'include_tasks' ? [layerOfMap(parameters, 'include parameters')] : [];
  context.included.push({entries, parameters: [...own, ...above], source});
  return fine({}, `included ${names.name ?? names.file ?? ''}`);
}

/** Whether it may lead nowhere some time. */
function isConditional({when, loop}: Include): boolean {
  return when.length > 0 || loop !== undefined;
}

function nameOf(value: Value | undefined): string {
  if (value instanceof Unknown) throw new UnknownRead(value);
  return display(value ?? '');
}

function sameAs(known: Handler, handler: Handler): boolean {
  return known.handlerName === handler.handlerName && known.role?.directory === handler.role?.directory;
}

function isSame(a: Source, b: Source): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function endless({module, moduleSource}: Include): Diagnostic {
  return errorDiagnostic(engineCodes, 'ENG012', `${module} includes itself here, whatever happens`, {
    source: moduleSource,
    hint: "give it a 'when' that becomes false some time",
  });
}

function tooDeep({source, place}: Include): Diagnostic {
  const related = place.chain.slice(-3).map((one) => ({message: 'included here', source: one}));
  return errorDiagnostic(engineCodes, 'ENG012', `includes go ${deepest} deep here`, {
    source,
    hint: "does it include itself? Its 'when' must become false some time",
    related: related.toReversed(),
  });
}
