export interface Token {
  readonly type: 'word' | 'string' | 'number' | 'symbol';
  readonly text: string;
  readonly offset: number;
}

const pattern =
  /\s+|\/\/[^\n]*|(?<string>[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<number>(?:0x[0-9A-Fa-f]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)[uU]?)|(?<word>[A-Za-z_]\w*)|(?<symbol>&&|\|\||[=!<>]=|[\s\S])/gy;

/** The tokens of an expression, white space and comments left out. Never fails: what is odd is a symbol. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const {groups} = match;
    const type = (['string', 'number', 'word', 'symbol'] as const).find(
      (name) => groups?.[name] !== undefined,
    );
    if (type) tokens.push({type, text: match[0], offset: match.index});
  }
  return tokens;
}
