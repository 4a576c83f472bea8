/** Words that Jinja has between values, and what is written instead, given all that stands in the braces. */
export const infixHints: ReadonlyMap<string, (written: readonly string[]) => string> = new Map([
  ['if', ([then, , condition, , otherwise]) => `{{ ternary ${condition} ${then} ${otherwise ?? "''"} }}`],
  ['and', ([left, , right]) => `{{ and ${left} ${right} }}`],
  ['or', ([left, , right]) => `{{ or ${left} ${right} }}`],
  ['in', ([left, , right]) => `{{ contains ${right} ${left} }}`],
  ['is', ([left]) => `{{ defined ${left} }}`],
]);

export const infixWords = new Set([...infixHints.keys(), 'else', 'not']);

/** What was meant by more values than a block takes. */
export function callHint(more: readonly hbs.AST.Expression[]): string | undefined {
  const [word, right] = more;
  if (right?.type === 'PathExpression' && word?.type === 'PathExpression') {
    const name = String((word as hbs.AST.PathExpression).original);
    if (name === 'and' || name === 'or') return `functions stand first: (${name} a b)`;
  }
  return more.length > 0 ? 'put a function and its arguments in parentheses: {{#if (eq a b)}}' : undefined;
}
