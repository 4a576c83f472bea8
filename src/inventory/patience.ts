/** Nobody wonders before that. */
const firstMs = 1_500;
const furtherMs = 10_000;

/** Waits for some work, and tells somebody when that takes a while, and again and again while it does. */
export async function patiently<T>(
  words: () => string,
  onWaiting: ((message: string) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const tell = (): void => {
    onWaiting?.(words());
    timer = setTimeout(tell, furtherMs);
  };
  let timer = setTimeout(tell, firstMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
