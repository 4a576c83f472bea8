/** A fenced block of a page. */
export interface Fence {
  /** `yaml`, `console`, or nothing. */
  readonly language: string;
  readonly text: string;
  /** Of its first line within the page. */
  readonly line: number;
}

export function fencesOf(page: string): readonly Fence[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: page.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Where the links of a page lead, those to other sites left out. */
export function linksOf(page: string): readonly string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The rows of all tables of a part of a page, cell by cell, their heads left out. */
export function rowsOf(part: string): readonly (readonly string[])[] {
  return part
    .split('\n')
    .filter((line, index, lines) => line.startsWith('| ') && !/^\|[-|]+\|$/.test(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .replace(/^\| | \|$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The part of a page below the heading of this title, up to the next of the same level. */
export function partOf(page: string, title: string): string {
  const part = page.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
  if (part === undefined) throw new Error(`the page has no part '${title}'`);
  return part;
}

/** What stands between backticks in a text, fenced blocks left out. */
export function codesOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
