/** Enough for any homelab, and no more than a machine can hold: `[1:999999999]` is a slip of the hand. */
const mostHosts = 10_000;

/** The names that a pattern stands for, or why it stands for none. */
export type Expansion = {readonly names: readonly string[]} | {readonly problem: string};

/**
 * Expands the ranges of a host's name: `web[01:10]`, `db-[a:f]`, `n[0:10:2]`, several in one name. Both ends count, and
 * leading zeros are kept.
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#adding-ranges-of-hosts
 */
export function expandRanges(name: string): Expansion {
  const [, before = '', range, after = ''] = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(name) ?? [];
  if (range === undefined) return {names: [name]};
  const members = membersOf(range);
  if ('problem' in members) return members;
  const rest = expandRanges(after);
  if ('problem' in rest) return rest;
  if (members.names.length * rest.names.length > mostHosts)
    return {problem: `it stands for more than ${mostHosts} hosts`};
  return {names: members.names.flatMap((one) => rest.names.map((end) => before + one + end))};
}

function membersOf(range: string): Expansion {
  const parts = range.split(':');
  const [from = '', to = '', step = '1'] = parts;
  if (parts.length < 2 || parts.length > 3) return {problem: `'[${range}]' is no range`};
  if (!/^[1-9]\d{0,5}$/.test(step)) return {problem: `'${step}' is no step of a range`};
  if (/^\d{1,9}$/.test(from || '0') && /^\d{1,9}$/.test(to)) return numbers(from || '0', to, Number(step));
  if (/^[a-z]$/.test(from) && /^[a-z]$/.test(to)) return letters(from, to, Number(step));
  if (/^[A-Z]$/.test(from) && /^[A-Z]$/.test(to)) return letters(from, to, Number(step));
  return {problem: `'[${range}]' goes neither from number to number nor from letter to letter`};
}

function numbers(from: string, to: string, step: number): Expansion {
  const width = from.length > 1 && from.startsWith('0') ? from.length : 0;
  if (width > 0 && to.length !== width)
    return {problem: `'${from}' and '${to}' must have as many digits, as '${from}' begins with a zero`};
  return counted(Number(from), Number(to), step, (one) => String(one).padStart(width, '0'));
}

function letters(from: string, to: string, step: number): Expansion {
  return counted(from.charCodeAt(0), to.charCodeAt(0), step, (one) => String.fromCharCode(one));
}

function counted(from: number, to: number, step: number, name: (one: number) => string): Expansion {
  if (from > to) return {problem: 'its end is before its beginning'};
  const count = Math.floor((to - from) / step) + 1;
  if (count > mostHosts) return {problem: `it stands for more than ${mostHosts} hosts`};
  return {names: Array.from({length: count}, (_, index) => name(from + index * step))};
}
