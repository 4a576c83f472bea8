import {didYouMean, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Handler, Notify} from '../playbook/index.ts';
import {playbookCodes} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {display, render, type Scope} from '../values/index.ts';
import type {Context} from './context.ts';

/**
 * The handlers of a play that a notification means: by name, as `ROLE : NAME`, by what they listen to. Names may be
 * templates. @throws VprovError when there is certainly none, UnknownRead when its name is not known yet
 */
export function handlersOf(notify: Notify, scope: Scope, context: Context): readonly Handler[] {
  const name = notify.template ? textOf(notify.template, scope) : notify.handler;
  const known = context.handlers.map((handler) => [handler, namesOf(handler, context)] as const);
  const found = known.filter(([, names]) => names.includes(name)).map(([handler]) => handler);
  if (found.length > 0) return found;
  // A mistake that is said already may keep it from being known.
  if (context.play.losesHandlers) return [];
  const names = [...new Set(known.flatMap(([, all]) => all))];
  throw new VprovError(
    errorDiagnostic(playbookCodes, 'PLY009', `no handler '${name}' in this play or its roles`, {
      source: notify.source,
      hint: didYouMean(name, names) ?? `handlers are: ${names.slice(0, 8).join(', ')}`,
    }),
  );
}

/** A name that cannot be rendered is none: what is wrong with it is said where the handler is looked at itself. */
function namesOf(handler: Handler, context: Context): readonly string[] {
  const {handlerName, role, listen} = handler;
  const name = handlerName.includes('{{') ? rendered(handler, context) : handlerName;
  return name === undefined ? listen : [name, ...(role ? [`${role.name} : ${name}`] : []), ...listen];
}

function rendered(handler: Handler, {scopes}: Context): string | undefined {
  try {
    return handler.name && textOf(handler.name, scopes.forTask(handler));
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return undefined;
    throw error;
  }
}

function textOf(node: Parameters<typeof render>[0], scope: Scope): string {
  const value = render(node, scope);
  if (value instanceof Unknown) throw new UnknownRead(value);
  return display(value);
}
