import type {Operand} from './program.ts';

/** What stands there, in one word. */
export function nameOf(operand: Operand): string {
  if (operand.type === 'path') return operand.written;
  return operand.type === 'call' ? operand.definition.name : operand.type;
}

/** As an argument of another call. */
export function writtenAs(operand: Operand): string {
  switch (operand.type) {
    case 'path':
      return operand.written;
    case 'literal':
      return typeof operand.value === 'string' ? quoted(operand.value) : String(operand.value);
    case 'call':
      return callOf(operand.definition.name, operand.args);
    case 'lookup':
      return callOf('lookup', [operand.object, operand.key]);
    case 'default':
      return callOf('default', [operand.value, operand.fallback]);
    case 'defined':
      return callOf('defined', [operand.value]);
    case 'logic':
      return callOf(operand.operator, operand.operands);
  }
}

/** Separators are shown; what is longer may be a value that a task under no_log hides. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 3 ? '…' : text);
}

function callOf(name: string, args: readonly Operand[]): string {
  return `(${[name, ...args.map(writtenAs)].join(' ')})`;
}
