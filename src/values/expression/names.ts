import type {ASTNode} from '@marcbachmann/cel-js';
import {nearest} from '../../errors/index.ts';
import {functionElsewhere} from '../foreign-functions.ts';
import type {Read} from '../template/program.ts';
import {readsTexts} from './secrets.ts';
import {isKnown, meantBy} from './unknown-function.ts';

/** A variable read by an expression, at an offset of the rewritten text. */
export type NameRead = Omit<Read, 'span' | 'members' | 'memberSpans'> & {
  readonly start: number;
  readonly end: number;
  /** The node of the variable with the members that are read below it. */
  readonly node: ASTNode;
  readonly members: readonly Member[];
};

/** A constant member: `.name`, `["name"]` or `[0]`. */
interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

interface Walk {
  readonly reads: NameRead[];
  readonly guarded: Set<string>;
  readonly comparisons: ASTNode[];
  readonly memberships: ASTNode[];
  readonly logic: ASTNode[];
  readonly matches: ASTNode[];
  readonly arithmetic: ASTNode[];
  readonly wholes: ASTNode[];
  readonly lists: ASTNode[];
  readonly equalities: ASTNode[];
  readonly indexes: ASTNode[];
  readonly calls: ASTNode[];
  readonly unknownCalls: UnknownCall[];
}

/** A call of a function that there is not. */
type UnknownCall = ASTNode & {readonly op: 'call'};

/** What an expression holds, on every side of `||` and `?:`. */
export interface Contents {
  readonly reads: readonly NameRead[];
  /** Variables that `defined` asks about. */
  readonly guarded: ReadonlySet<string>;
  /** Its `<`, `<=`, `>` and `>=`. */
  readonly comparisons: readonly ASTNode[];
  /** Its `in`. */
  readonly memberships: readonly ASTNode[];
  /** Its `&&` and `||`. */
  readonly logic: readonly ASTNode[];
  /** Its calls of `text.matches(pattern)`. */
  readonly matches: readonly ASTNode[];
  /** Its `+`, `-`, `*`, `/` and `%`. */
  readonly arithmetic: readonly ASTNode[];
  /** Its numbers that are written with a point and are whole: `1.0`. */
  readonly wholes: readonly ASTNode[];
  /** The lists that `map`, `filter`, `all` and their like look through. */
  readonly lists: readonly ASTNode[];
  /** Its `==` and `!=`. */
  readonly equalities: readonly ASTNode[];
  /** Its `map[key]` with a key that is no constant. */
  readonly indexes: readonly ASTNode[];
  /** Its calls of functions and methods of CEL that read texts, but `matches`. */
  readonly calls: readonly ASTNode[];
  /** Its calls of functions that there are not. */
  readonly unknownCalls: readonly UnknownCall[];
}

export function contentsOf(node: ASTNode): Contents {
  const walk: Walk = {
    reads: [],
    guarded: new Set(),
    comparisons: [],
    memberships: [],
    logic: [],
    matches: [],
    arithmetic: [],
    wholes: [],
    lists: [],
    equalities: [],
    indexes: [],
    calls: [],
    unknownCalls: [],
  };
  visit(node, walk, new Set(), false);
  return walk;
}

function visit(node: ASTNode, walk: Walk, bound: ReadonlySet<string>, optional: boolean): void {
  const all = (nodes: readonly ASTNode[]): void => {
    for (const child of nodes) visit(child, walk, bound, optional);
  };
  const path = pathOf(node);
  if (path) {
    const {name, start, end, members} = path;
    if (!bound.has(name)) walk.reads.push({name, start, end, members, node, optional});
    return;
  }
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'number' && Number.isSafeInteger(node.args)) walk.wholes.push(node);
      return;
    case 'id':
      return;
    case '.':
    case '.?':
      visit(node.args[0], walk, bound, optional);
      return;
    case '!_':
    case '-_':
      visit(node.args, walk, bound, optional);
      return;
    case 'call':
      if (readsTexts.call.has(node.args[0])) walk.calls.push(node);
      if (!isKnown('function', node.args[0])) walk.unknownCalls.push(node);
      visitCall(node.args[0], node.args[1], walk, bound, optional);
      return;
    case 'rcall':
      if (node.args[0] === 'matches') walk.matches.push(node);
      if (readsTexts.rcall.has(node.args[0])) walk.calls.push(node);
      visitMethod(node.args, walk, bound, optional);
      return;
    case 'map':
      all(node.args.flat());
      return;
    case '&&':
    case '||':
      walk.logic.push(node);
      all(node.args);
      return;
    case '==':
    case '!=':
      walk.equalities.push(node);
      all(node.args);
      return;
    case '[]':
      walk.indexes.push(node);
      all(node.args);
      return;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      walk.arithmetic.push(node);
      all(node.args);
      return;
    case 'in':
      walk.memberships.push(node);
      all(node.args);
      return;
    case '<':
    case '<=':
    case '>':
    case '>=':
      walk.comparisons.push(node);
      all(node.args);
      return;
    default:
      all(node.args);
  }
}

function visitCall(
  name: string,
  args: readonly ASTNode[],
  walk: Walk,
  bound: ReadonlySet<string>,
  optional: boolean,
): void {
  // What a misspelt `default` would have stood in for is no second mistake.
  const meant = isKnown('function', name) ? name : meantBy('function', name);
  args.forEach((arg, index) => {
    const mayMiss = index === 0 && (meant === 'defined' || meant === 'default' || meant === 'has');
    visit(arg, walk, bound, optional || mayMiss);
    const root = meant === 'defined' ? rootOf(arg) : undefined;
    if (root !== undefined) walk.guarded.add(root);
  });
}

function visitMethod(
  [name, receiver, args]: readonly [string, ASTNode, ASTNode[]],
  walk: Walk,
  bound: ReadonlySet<string>,
  optional: boolean,
): void {
  const [variable, ...rest] = args;
  const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
  if (!isBind) visit(receiver, walk, bound, optional);
  if ((isBind || macros.has(name)) && variable?.op === 'id' && rest.length > 0) {
    if (!isBind) walk.lists.push(receiver);
    const inside = new Set([...bound, variable.args]);
    rest.forEach((arg, index) => {
      visit(arg, walk, isBind && index === 0 ? bound : inside, optional);
    });
    return;
  }
  // What a misspelt `exists(x, …)` binds is no second mistake.
  const misspelt =
    variable?.op === 'id' &&
    rest.length > 0 &&
    (nearest(name, [...macros]) ?? functionElsewhere(name)) !== undefined
      ? variable.args
      : undefined;
  const inside = misspelt === undefined ? bound : new Set([...bound, misspelt]);
  for (const arg of args) visit(arg, walk, inside, optional);
}

type Path = Pick<NameRead, 'name' | 'start' | 'end' | 'members'>;

/** A variable and constant members below it. */
function pathOf(node: ASTNode): Path | undefined {
  if (node.op === 'id') return {name: node.args, start: node.start, end: node.end, members: []};
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const owner = pathOf(node.args[0]);
  const member = memberAt(node);
  return owner && member && {...owner, members: [...owner.members, member]};
}

function memberAt(node: ASTNode & {op: '.' | '[]'}): Member | undefined {
  const [, key] = node.args;
  if (typeof key === 'string') return {name: key, start: node.pos, end: node.pos + key.length};
  const constant = key.op === 'value' && ['string', 'bigint'].includes(typeof key.args);
  return constant ? {name: String(key.args), start: key.start, end: key.end} : undefined;
}

/** The variable that a path starts from. */
function rootOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  return node.op === '.' || node.op === '[]' ? rootOf(node.args[0]) : undefined;
}
