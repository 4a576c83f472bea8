/** Runs work for each item, at most `limit` at a time; rejects when one does, after all begun have ended. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const results = await Promise.allSettled(
    Array.from({length: Math.max(1, Math.min(limit, items.length))}, worker),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
