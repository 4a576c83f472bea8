import {
  type AnyKind,
  type Attribute,
  type AttributeValue,
  asRootHint,
  type Change,
  isRefusal,
  type Refusal,
  type StateView,
  type TakenBack,
  type Want,
} from '../../resources/index.ts';
import {UnknownRead} from '../../text/index.ts';
import type {KeptChange} from '../backup/manifest.ts';
import {planChanges} from '../plan.ts';

/** What taking one change back comes to. */
export type Planned =
  | ({readonly type: 'changes'; readonly changes: readonly Change[]} & Pick<TakenBack, 'lost' | 'stays'>)
  /** `moved`: the host is not as that run left it. `holder`: a directory in which something stands in the way. */
  | {
      readonly type: 'refused';
      readonly message: string;
      readonly hint?: string;
      readonly moved?: true;
      readonly holder?: string;
    }
  | {readonly type: 'unknown'; readonly message: string}
  /** It is as it was, or (not `lasting`) there is nothing that could be taken back. */
  | {readonly type: 'nothing'; readonly lasting: boolean; readonly message: string};

/** The wants that taking a change back is about, as far as they can be told yet. */
export function wantsOf(
  change: KeptChange,
  kinds: ReadonlyMap<string, AnyKind>,
  view: StateView,
): readonly Want[] {
  try {
    const taken = kinds.get(change.kind)?.undo?.takeBack(change, view);
    return taken && !isRefusal(taken) ? [...(taken.left ? [taken.left] : []), ...taken.back] : [];
  } catch (error) {
    if (error instanceof UnknownRead) return [];
    throw error;
  }
}

/** The changes that take one back, or why there are none. Pure. */
export function planBack(change: KeptChange, kinds: ReadonlyMap<string, AnyKind>, view: StateView): Planned {
  const undo = kinds.get(change.kind)?.undo;
  if (!undo) return {type: 'refused', message: `changes of ${change.kind} ${change.id} cannot be taken back`};
  try {
    const taken = undo.takeBack(change, view);
    if (!taken)
      return {
        type: 'nothing',
        lasting: false,
        message: 'that it was restarted or reloaded cannot be taken back',
      };
    if (isRefusal(taken)) {
      const {refused: message, hint, holder} = taken;
      return {...refused(message, hint), ...(holder === undefined ? {} : {holder})};
    }
    return judge(taken, kinds, view);
  } catch (error) {
    if (error instanceof UnknownRead) return {type: 'unknown', message: error.message};
    throw error;
  }
}

function judge(taken: TakenBack, kinds: ReadonlyMap<string, AnyKind>, view: StateView): Planned {
  const back = planChanges(taken.back, kinds, view);
  if (!isRefusal(back) && back.length === 0)
    return {type: 'nothing', lasting: true, message: 'it is as it was before that run'};
  const moved = taken.left ? differencesOf(taken.left, kinds, view) : [];
  if (moved.length > 0)
    return {
      type: 'refused',
      message: `the host has moved on: ${moved.map(differenceText).join(', ')}`,
      hint: 'put it right by hand, or by a playbook',
      moved: true,
    };
  if (taken.missing) return refused(taken.missing, undefined);
  if (isRefusal(back)) return refused(back.refused, hintFor(back));
  const {lost, stays} = taken;
  return {type: 'changes', changes: back, ...(lost ? {lost} : {}), ...(stays ? {stays} : {})};
}

/** An undo is made by who has made the change: there is no other to become. */
function hintFor({hint}: Refusal): string | undefined {
  return hint === asRootHint ? 'root may put it right by hand, or by a playbook with become: true' : hint;
}

function refused(message: string, hint: string | undefined): Planned {
  return {type: 'refused', message, ...(hint ? {hint} : {})};
}

/** Where the host is not as the run left it. */
function differencesOf(
  left: Want,
  kinds: ReadonlyMap<string, AnyKind>,
  view: StateView,
): readonly Attribute[] {
  const kind = kinds.get(left.ref.kind);
  const seen = view.get(left.ref);
  if (!kind || seen.status === 'unreadable') return [];
  return kind.diff(seen, left, view);
}

/** `mode is 0600, that run left 0640` */
function differenceText({name, before, after}: Attribute): string {
  if (name === 'content') return 'the contents are not those that it left';
  return `${name} is ${shown(before)}, that run left ${shown(after)}`;
}

function shown(value: AttributeValue | undefined): string {
  return value === undefined || value === null ? 'absent' : String(value);
}
