import type {Ask} from './contract.ts';

/** What a run asks somebody: none of the time that this takes is a host's. */
export interface Prompts {
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
  /** How long a question was open so far. */
  spentMs(): number;
}

export const noPrompts: Prompts = {ask: undefined, spentMs: () => 0};

/** Asks as `ask` does, and keeps the time; of several questions at once, it counts once. */
export function createPrompts(ask: Ask | undefined, now = (): number => performance.now()): Prompts {
  if (!ask) return noPrompts;
  let [open, begunMs, spentMs] = [0, 0, 0];
  return {
    ask: async (question) => {
      if (open++ === 0) begunMs = now();
      try {
        return await ask(question);
      } finally {
        if (--open === 0) spentMs += now() - begunMs;
      }
    },
    spentMs: () => spentMs + (open > 0 ? now() - begunMs : 0),
  };
}

/** What is left of a time that begins now and in which no question counts; never less than a millisecond. */
export function timeLeft(totalMs: number, {spentMs}: Prompts = noPrompts): () => number {
  const startedMs = performance.now() - spentMs();
  return () => Math.max(1, Math.round(totalMs - (performance.now() - spentMs() - startedMs)));
}

/** How often it is looked whether a question is still open, at the most. */
const lookMs = 50;

/**
 * Calls back when a time is over in which no question counts.
 * @returns what takes it back
 */
export function afterTime(totalMs: number, prompts: Prompts, callback: () => void): () => void {
  const left = timeLeft(totalMs, prompts);
  const look = (): void => {
    if (left() <= 1) callback();
    else timer = setTimeout(look, Math.max(left(), lookMs));
  };
  let timer = setTimeout(look, totalMs);
  return () => clearTimeout(timer);
}
