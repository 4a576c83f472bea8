import {type Diagnostic, hushed, withoutText} from '../errors/index.ts';
import type {Task} from '../playbook/index.ts';
import type {MapNode} from '../source/index.ts';
import {isStatic} from '../values/index.ts';
import {scalarAt, withoutValue} from './origins.ts';

/** Mistakes whose words are names and types that somebody wrote, and never a value. */
const withoutValues: ReadonlySet<string> = new Set([
  'ENG006',
  'MOD001',
  'MOD002',
  'MOD003',
  'MOD006',
  'PLY009',
  'VAL001',
  'VAL002',
  'VAL003',
  'VAL004',
  'VAL006',
  'VAL008',
  'VAL010',
  'VAL013',
]);

/**
 * A mistake in a task under `no_log`: which argument is wrong and what it must be is told, what stands there is not,
 * and what a variable holds neither.
 */
export function underNoLog(mistake: Diagnostic, {args}: Task): Diagnostic {
  const {hint, related, ...rest} = hushed(withoutOwnValue(mistake, args));
  // The line of a variable would show its value.
  const shown =
    related === undefined ? {} : {related: related.map((one) => ({message: withoutValue(one).message}))};
  const own = rest.source && scalarAt(args, rest.source);
  // What an assertion says is somebody's own words, and may be made of anything.
  const isPlain =
    withoutValues.has(rest.code) || (rest.code !== 'ENG004' && own !== undefined && isStatic(own));
  if (!isPlain) return {...rest, ...shown, message: 'there is a mistake here, hidden by no_log'};
  return {...rest, ...shown, ...(hint === undefined ? {} : {hint})};
}

/** The hint of a comparison has both of its sides. */
function withoutComparison({hint, ...mistake}: Diagnostic): Diagnostic {
  return hint === undefined || mistake.code === 'VAL012' ? mistake : {...mistake, hint};
}

/** A mistake about a written argument, without that. */
export function withoutOwnValue(found: Diagnostic, args: MapNode): Diagnostic {
  const mistake = withoutComparison(found);
  const {message, hint, source} = mistake;
  const own = source && scalarAt(args, source);
  if (own?.type !== 'scalar' || !isStatic(own)) return mistake;
  return {
    ...mistake,
    message: withoutText(message, own.text),
    ...(hint === undefined ? {} : {hint: withoutText(hint, own.text)}),
  };
}
