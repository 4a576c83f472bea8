import type {Handler} from '../playbook/index.ts';
import {ask, type Interpretation} from './effect.ts';

/**
 * Who led to whom among the handlers of a play's last flush: what two that notify each other would owe for ever ends
 * where one would be run again because of itself.
 */
export interface Circle {
  /** By the name of a handler that is owed: those that led to it. */
  readonly ledTo: Map<string, ReadonlySet<string>>;
  /** Who runs, and those that led to it. */
  readonly causes: ReadonlySet<string>;
  /** Handlers that it notified although they led to it. */
  readonly closed: Set<string>;
}

/** Of a play's context. */
interface Standing {
  readonly circle?: Circle;
  readonly host: string;
  readonly owed: ReadonlyMap<string, unknown>;
}

export function newCircle(): Circle {
  return {ledTo: new Map(), causes: new Set(), closed: new Set()};
}

/** For this handler, which runs now. */
export function circleOf({handlerName}: Handler, {ledTo}: Circle): Circle {
  const causes = new Set([...(ledTo.get(handlerName) ?? []), handlerName]);
  ledTo.delete(handlerName);
  return {ledTo, causes, closed: new Set()};
}

/** Without those that have led to who notifies them. */
export function open(handlers: readonly Handler[], {circle, owed}: Standing): readonly Handler[] {
  if (!circle) return handlers;
  const {causes, closed, ledTo} = circle;
  return handlers.filter(({handlerName}) => {
    if (causes.has(handlerName)) {
      closed.add(handlerName);
      return false;
    }
    if (!owed.has(handlerName)) ledTo.set(handlerName, causes);
    return true;
  });
}

/** Says where a circle was left. That a handler notifies itself is no news. */
export function* tellCircle({handlerName}: Handler, {circle, host}: Standing): Interpretation<void> {
  for (const name of circle?.closed ?? []) {
    if (name === handlerName) continue;
    const message = `handlers notify each other in a circle: '${handlerName}' notifies '${name}', which has led to it and is not run once more`;
    yield* ask({type: 'emit', event: {type: 'note', host, message}});
  }
}
