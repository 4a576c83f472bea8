import type {Text} from '../../text/index.ts';
import type {Ports} from '../ports.ts';
import {writtenVariable} from '../source-text.ts';
import type {Value} from '../value.ts';
import type {Frame} from './evaluate.ts';
import type {EachStatement} from './program.ts';

/** What a loop gave, and all that it was made of. */
interface Memory {
  readonly reads: readonly Read[];
  readonly ports: Ports;
  readonly text: Text;
}

interface Read {
  readonly name: string;
  readonly value: Value | undefined;
  readonly written: string | undefined;
}

const memories = new WeakMap<EachStatement, Memory>();

/**
 * Renders a loop that no other one surrounds, or takes what it gave last: a list of all hosts is the same text on each of
 * them, and would else be made as often as there are hosts, from as many parts. It is the same as long as every variable
 * that it read then, in that order, still is what it was.
 */
export function remembered(
  statement: EachStatement,
  frame: Frame,
  render: (statement: EachStatement, frame: Frame) => Text,
): Text {
  const known = memories.get(statement);
  if (known && stillHolds(known, frame)) return known.text;
  const reads = new Map<string, Read>();
  let complete = true;
  const text = render(statement, {
    ...frame,
    onRead: (name, value) => {
      if (!reads.has(name)) reads.set(name, {name, value, written: writtenOf(name, value, frame)});
    },
    report: (error) => {
      complete = false;
      frame.report(error);
    },
  });
  if (complete) memories.set(statement, {reads: [...reads.values()], ports: frame.scope.ports, text});
  return text;
}

/** Reads in the order of then: as long as each is as it was, rendering would come to read the next. */
function stillHolds({reads, ports}: Memory, {scope}: Frame): boolean {
  return (
    ports === scope.ports &&
    reads.every(({name, value, written}) => {
      if (!scope.has(name)) return value === undefined;
      try {
        const now = scope.get(name);
        return Object.is(now, value) && writtenOf(name, now, {scope}) === written;
      } catch {
        // Rendering will say what is wrong, with its place.
        return false;
      }
    })
  );
}

function writtenOf(
  name: string,
  value: Value | undefined,
  {scope}: Pick<Frame, 'scope'>,
): string | undefined {
  return typeof value === 'number' ? writtenVariable(name, scope) : undefined;
}
