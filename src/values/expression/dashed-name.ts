import {didYouMean} from '../../errors/index.ts';
import {spanAt} from '../position.ts';
import type {Problem, Span} from '../problem.ts';
import type {Scope} from '../scope.ts';

/** Names with a minus between them and no space around it: meant as one name. */
const dashed = /(?<![\w.'"-])[A-Za-z_]\w*(?:-[A-Za-z_]\w*)+(?![\w.('"-])/g;

/** The name with dashes in it of which an undefined name is a part; undefined where that stands by itself. */
export function dashedName(
  text: string,
  part: Span,
  scope: Scope,
): {readonly name: string; readonly problem: Problem} | undefined {
  for (const {0: name, index} of text.matchAll(dashed)) {
    const span = spanAt(text, index, name.length);
    const isWithin =
      span.line === part.line && span.column <= part.column && part.column < span.column + name.length;
    if (!isWithin) continue;
    // That it has this name is the mistake.
    if (scope.has(name)) return {name, problem: misnamed(name, span)};
    const minus = name.replaceAll('-', ' - ');
    const withoutDash = name.replaceAll('-', '_');
    const near = scope.has(withoutDash)
      ? `did you mean '${withoutDash}'?`
      : didYouMean(withoutDash, scope.names());
    const hint =
      near ?? `names have no dash, which is a minus here: '${minus}' with spaces, if that is meant`;
    return {name, problem: {code: 'VAL001', message: `'${name}' is not defined`, span, hint}};
  }
  return undefined;
}

function misnamed(name: string, span: Span): Problem {
  const message = `'${name}' is a subtraction in expressions, so the variable of that name cannot be read`;
  return {code: 'VAL014', message, span, hint: 'rename the variable', variables: [name]};
}
