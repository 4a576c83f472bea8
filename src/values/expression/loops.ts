import type {Evaluate} from './open-node.ts';

/** A list that is looked through: also a call, for which cel-js has another node when it has checked it. */
interface ListNode {
  evaluate: Evaluate<ListNode>;
}

interface Watch {
  /** Of `nowMs()`. */
  readonly deadline: number;
  isOver: boolean;
}

let watch: Watch | undefined;

/**
 * Evaluates an expression whose loops may take so long: one ends, as its list does, but loops in one another multiply.
 * The clock is looked at where a list is come to. Beyond the time every list is empty, so that all of them end, whatever
 * absorbs errors in them.
 */
export function withLoopsInTime<T>(milliseconds: number, work: () => T): {readonly value: T} | 'too long' {
  const outer = watch;
  const own: Watch = {deadline: nowMs() + milliseconds, isOver: false};
  watch = own;
  try {
    const value = work();
    return own.isOver ? 'too long' : {value};
  } catch (error) {
    if (own.isOver) return 'too long';
    throw error;
  } finally {
    watch = outer;
  }
}

/** Makes a list that `map`, `all` and their like look through be empty once the time is over. */
export function watchLoop(node: object): void {
  const open = node as ListNode;
  const first = open.evaluate;
  let own: Evaluate<ListNode> | undefined;
  const watching: Evaluate<ListNode> = (evaluator, self, context) => {
    if (watch && nowMs() > watch.deadline) {
      watch.isOver = true;
      return [];
    }
    // The first time cel-js puts what evaluates this sort of node into the place of this, and calls that.
    return (own ?? first).call(open, evaluator, self, context);
  };
  Object.defineProperty(open, 'evaluate', {
    get: () => watching,
    set: (evaluate: Evaluate<ListNode>) => {
      own = evaluate;
    },
  });
}

/** A clock that no one sets. It costs Node nothing to load, where `performance` is some milliseconds of a short command. */
function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
