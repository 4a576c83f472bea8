/** A stream of events between the run, which pushes, and whoever reads; nothing is lost when the reader is late. */
export interface Channel<T> {
  push(value: T): void;
  end(): void;
  readonly values: AsyncIterable<T>;
}

export function createChannel<T>(): Channel<T> {
  const waiting: T[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    push: (value) => {
      waiting.push(value);
      notify();
    },
    end: () => {
      ended = true;
      notify();
    },
    values: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          yield* waiting.splice(0);
          if (waiting.length > 0) continue;
          if (ended) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    },
  };
}
