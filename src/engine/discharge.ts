import type {Handler} from '../playbook/index.ts';
import type {Change, Ref, StateView, Want} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import type {Context} from './context.ts';
import type {OwedHandler} from './journal.ts';
import {wantsBlindly} from './wants.ts';

/**
 * The units that a handler restarts, as references; none when that cannot be said before it runs. A start of all of
 * them after the notification does what the handler would do.
 */
export function restartedUnits(handler: Handler, context: Context): readonly Ref[] {
  return wantsBlindly(handler, context)
    .filter((want) => want.ref.kind === 'unit' && unitFields(want).transition === 'restart')
    .map((want) => ({...want.ref, facets: ['state']}));
}

/** Whether a change stops a running unit, if only for a moment: what serves will not serve meanwhile. */
export function interruptsUnit({ref, want, attributes}: Change): boolean {
  if (ref.kind !== 'unit') return false;
  const {transition, active} = unitFields(want);
  return transition === 'restart' || (active === false && attributes.some(({name}) => name === 'active'));
}

function unitFields({after}: Want): {readonly transition?: unknown; readonly active?: unknown} {
  return typeof after === 'object' ? after : {};
}

/** InvocationIDs of units as they are now; empty for what is not running or not known. */
export function invocationsOf(refs: readonly Ref[], view: StateView): Readonly<Record<string, string>> {
  return Object.fromEntries(refs.map((ref) => [ref.id, invocationOf(view, ref)]));
}

/** Whether every one of these units, and there is one, was started after the handler was notified. */
export function startedSince(mark: OwedHandler, refs: readonly Ref[], view: StateView): boolean {
  return (
    refs.length > 0 &&
    refs.every((ref) => {
      const noted = mark.units[ref.id];
      const current = invocationOf(view, ref);
      return noted !== undefined && current !== '' && current !== noted;
    })
  );
}

/** `planned` for a unit that check mode sees as started. */
function invocationOf(view: StateView, ref: Ref): string {
  try {
    const unit = view.get<{active: boolean; invocationId: string}>(ref);
    if (unit.status !== 'present' || unit.state.active !== true) return '';
    return unit.state.invocationId || 'planned';
  } catch (error) {
    if (error instanceof UnknownRead) return '';
    throw error;
  }
}
