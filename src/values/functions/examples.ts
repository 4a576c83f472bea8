import type {ValueMap} from '../value.ts';

/** The variables that the examples of functions are over. docs/functions.md shows them first. */
export const exampleVariables: ValueMap = {
  name: 'wallpi',
  port: 8200,
  version: '2.6.2',
  motd: 'Welcome\nto wallpi\n',
  names: ['wallpi', 'deskpi', 'atticpi'],
  ports: [8201, 8200],
  member: {name: 'wallpi', port: 8200},
  members: [
    {name: 'wallpi', board: 'zero', memory_mb: 512},
    {name: 'deskpi', board: 'three', memory_mb: 1024},
    {name: 'atticpi', board: 'zero', memory_mb: 512},
  ],
};

/**
 * A call as expressions write it: `join (lower x) ","` is `join(lower(x), ",")`. Only for examples: calls of names,
 * texts, numbers, paths and calls in parentheses.
 */
export function asExpression(call: string): string {
  const tokens = call.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+/g) ?? [];
  return readCall(tokens.values());
}

function readCall(tokens: Iterator<string>): string {
  const {value: name} = tokens.next();
  const args: string[] = [];
  for (let next = tokens.next(); !next.done && next.value !== ')'; next = tokens.next()) {
    args.push(next.value === '(' ? readCall(tokens) : next.value);
  }
  return `${name}(${args.join(', ')})`;
}
