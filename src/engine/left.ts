import type {EventBody} from './effect.ts';
import type {Summary} from './events.ts';
import {isTakenBack, lastingName, lastingOf} from './lasting.ts';

/** What a run leaves behind that is for an undo, and what is not. */
export class Left {
  readonly #lasting = new Set<string>();
  #mayBeForUndo = false;
  /** Something was about to be changed that can be taken back: nothing is before. */
  #isBegun = false;

  note(event: EventBody): void {
    if (event.type === 'writes') this.#isBegun = true;
    if (event.type === 'host' && event.status === 'unreachable') this.#mayBeForUndo = true;
    if (event.type !== 'task') return;
    // What failed, or was lost on its way, may have changed something.
    if (event.status === 'failed' || event.status === 'unreachable') this.#mayBeForUndo = true;
    if (event.status !== 'changed') return;
    if (event.changes.some(isTakenBack)) this.#mayBeForUndo = true;
    const {task, changes} = event;
    const isOver = changes.length > 0 && !changes.some(isTakenBack);
    const names = isOver ? [lastingName(task)] : lastingOf([event]);
    for (const name of names) this.#lasting.add(name);
  }

  words(): Pick<Summary, 'lasting' | 'undoable'> {
    return {
      ...(this.#lasting.size > 0 ? {lasting: [...this.#lasting]} : {}),
      ...(this.#isBegun && this.#mayBeForUndo ? {} : {undoable: false}),
    };
  }
}
