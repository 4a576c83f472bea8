import type {ArgumentProblem} from '../contract.ts';

/** Names of months, from the first. */
export const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Names of the days of the week, from 0. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly first: number;
  readonly last: number;
  /** From `first`. */
  readonly names?: readonly string[];
}

const fields = {
  minute: {first: 0, last: 59},
  hour: {first: 0, last: 23},
  day: {first: 1, last: 31},
  month: {first: 1, last: 12, names: months},
  weekday: {first: 0, last: 7, names: weekdays},
} as const satisfies Readonly<Record<string, Field>>;

type FieldName = keyof typeof fields;

/**
 * Ranges that end before they begin: no schema can say that, and cron refuses the whole crontab for one.
 * @param given fields of the form that the schema asks for
 * @see crontab(5)
 */
export function reversedRanges(
  given: Readonly<Partial<Record<FieldName, string>>>,
): readonly ArgumentProblem[] {
  return (Object.keys(fields) as FieldName[]).flatMap((name) => {
    const field: Field = fields[name];
    for (const part of (given[name] ?? '').split(',')) {
      const [range = ''] = part.split('/');
      const [from, to] = range.split('-');
      if (from === undefined || to === undefined || numberOf(from, field) <= numberOf(to, field)) continue;
      return [
        {
          argument: name,
          message: `has a range that ends before it begins: '${range}'`,
          hint: hintFor(from, to, field),
        },
      ];
    }
    return [];
  });
}

function numberOf(value: string, {first, names = []}: Field): number {
  const index = names.indexOf(value.toLowerCase());
  return index < 0 ? Number(value) : first + index;
}

function hintFor(from: string, to: string, {first, last, names}: Field): string {
  if (names)
    return 'the first comes first, the last last; for what goes over the end write two with a comma between';
  return `write '${to}-${from}', or for what goes over the end '${from}-${last},${first}-${to}'`;
}
