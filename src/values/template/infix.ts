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
export function callHint(
  block: string,
  first: hbs.AST.Expression | undefined,
  more: readonly hbs.AST.Expression[],
): string | undefined {
  const [word, right] = more;
  const [start, sign] = [first, word].map((one) => one && pathOf(one));
  if (start === 'not' && sign !== undefined) return `{{#${block === 'if' ? 'unless' : 'if'} ${sign}}}`;
  if (sign === 'is') return `{{#${block} (defined ${start})}}`;
  if (sign === 'in' && block === 'each')
    return `{{#each ${(right && pathOf(right)) ?? 'list'} as |${start}|}}`;
  if (right?.type === 'PathExpression' && word?.type === 'PathExpression') {
    const name = String((word as hbs.AST.PathExpression).original);
    if (name === 'and' || name === 'or') return `functions stand first: (${name} a b)`;
  }
  const as = more.find(
    (one) => one.type === 'PathExpression' && String((one as hbs.AST.PathExpression).original) === 'as',
  );
  if (as !== undefined) return 'the name of an item stands between | |: {{#each names as |name|}}';
  return more.length > 0 ? 'put a function and its arguments in parentheses: {{#if (eq a b)}}' : undefined;
}

function pathOf(node: hbs.AST.Expression): string | undefined {
  return node.type === 'PathExpression' ? String((node as hbs.AST.PathExpression).original) : undefined;
}

const signs: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
  '??': 'default',
  '||': 'or',
  '&&': 'and',
  '==': 'eq',
  '!=': 'ne',
};

/** What signs between values are called here, given all that stands in the braces. */
export function signHint([left, sign = '', middle, ...rest]: readonly string[]): string {
  const name = Object.hasOwn(signs, sign) ? signs[sign] : undefined;
  if (sign === '?') return `{{ ternary ${left} ${middle} ${rest[1] ?? "''"} }}`;
  return name !== undefined && middle !== undefined && rest.length === 0
    ? `functions stand first: {{ ${name} ${left} ${middle} }}`
    : 'functions stand first: {{ add a b }}, {{ default a b }}; conditions are for when';
}
