/** A line that is longer comes in several. */
const longestLine = 1024 * 1024;

/**
 * Cuts a stream of bytes into lines; characters that fall on two chunks are kept whole. A carriage return ends a line,
 * too: so programs write their progress.
 * @param mayCut whether a line that grows without an end may be cut there; without it everywhere
 */
export function lineSplitter(
  onLine: (line: string) => void,
  mayCut: (text: string, at: number) => boolean = () => true,
): {push(bytes: Buffer): void; end(): void} {
  const decoder = new TextDecoder();
  // Each piece is searched once: a line may come in thousands of them.
  let open: string[] = [];
  let openLength = 0;
  let cutsFrom = longestLine;
  let endsWithReturn = false;
  const keep = (text: string): void => {
    if (text !== '') open.push(text);
    openLength += text.length;
  };
  const take = (): string => {
    const text = open.join('');
    open = [];
    openLength = 0;
    return text;
  };
  const cutOpen = (): void => {
    const text = take();
    const places = [2, 3, 4, 5].map((part) => Math.floor(text.length / part));
    const at = places.find((place) => mayCut(text, place)) ?? 0;
    if (at > 0) onLine(text.slice(0, at));
    keep(text.slice(at));
    // Where it could not be cut it is not tried for each piece that comes.
    cutsFrom = at > 0 ? longestLine : 2 * text.length;
  };
  const tell = (text: string): void => {
    if (text === '') return;
    const isSecondHalf = endsWithReturn && text.startsWith('\n');
    endsWithReturn = text.endsWith('\r');
    const [first = '', ...more] = text.slice(isSecondHalf ? 1 : 0).split(/\r\n|\n|\r/);
    keep(first);
    for (const line of more) {
      onLine(take());
      keep(line);
    }
    while (openLength > cutsFrom) cutOpen();
  };
  return {
    push: (bytes) => tell(decoder.decode(bytes, {stream: true})),
    end: () => {
      tell(decoder.decode());
      if (openLength > 0) onLine(take());
    },
  };
}
