import type {ASTNode} from '@marcbachmann/cel-js';
import {nearest} from '../../errors/index.ts';
import {functionElsewhere} from '../foreign-functions.ts';
import type {Problem, Span} from '../problem.ts';
import {celEnvironment} from './environment.ts';

type Kind = 'function' | 'method';

const known = new Map<Kind, ReadonlySet<string>>();

/** The functions, or methods, that expressions have. */
function namesOf(kind: Kind): ReadonlySet<string> {
  const names = known.get(kind) ?? new Set(definedNames(kind));
  known.set(kind, names);
  return names;
}

function definedNames(kind: Kind): readonly string[] {
  const defined = celEnvironment()
    .getDefinitions()
    .functions.filter(({receiverType}) => (receiverType !== null) === (kind === 'method'))
    .map(({name}) => name);
  return kind === 'function' ? [...defined, 'has'] : defined;
}

export function isKnown(kind: Kind, name: string): boolean {
  return namesOf(kind).has(name);
}

/** The function that was most likely meant by a name that is none: by what other languages call it, or by a slip. */
export function meantBy(kind: Kind, name: string): string | undefined {
  const elsewhere = functionElsewhere(name);
  return elsewhere !== undefined && isKnown(kind, elsewhere) ? elsewhere : nearest(name, namesOf(kind));
}

/** A call of what there is not. @param spanOf the place of a range of the expression */
export function noSuchFunction(
  node: ASTNode & {readonly op: 'call' | 'rcall'},
  spanOf: (start: number, end: number) => Span,
): Problem {
  const kind = node.op === 'rcall' ? 'method' : 'function';
  const name = node.args[0];
  const from = node.op === 'rcall' ? node.input.indexOf(name, node.args[1].end) : node.start;
  const meant = meantBy(kind, name);
  return {
    code: 'VAL004',
    message: `no such ${kind}: ${name}`,
    span: spanOf(from, from + name.length),
    hint: meant === undefined ? undefined : `did you mean '${meant}'?`,
  };
}
