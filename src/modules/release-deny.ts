import {
  architectureNames,
  architecturesNamed,
  type BrokenBuild,
  compareReleases,
  isComparable,
  products,
} from '../releases/index.ts';
import type {ArgumentProblem} from './contract.ts';

/** An entry of `deny` as it is written. */
export interface DeniedBuild extends Omit<BrokenBuild, 'architectures'> {
  /** By any of their names. */
  readonly architectures: readonly string[];
}

interface Denying {
  readonly name: string;
  readonly version: string;
  readonly deny?: readonly DeniedBuild[];
}

/** What is wrong with the versions that are not to be taken: an entry that concerns nothing is a mistake. */
export function checkDeny({name, version, deny = []}: Denying): readonly ArgumentProblem[] {
  return deny.flatMap((entry, at) => {
    const problem = problemOf(entry, name, version);
    return problem
      ? [{...problem, argument: 'deny', at: [String(at)], message: `[${at}] ${problem.message}`}]
      : [];
  });
}

function problemOf(
  {product, from, to, architectures}: DeniedBuild,
  name: string,
  version: string,
): {readonly message: string; readonly hint: string} | undefined {
  // One list may serve several tasks: what comes from a url has a name of its own, and known products are always meant.
  const known = [...new Set([...products.keys(), name])];
  if (!known.includes(product))
    return {message: `names a product '${product}', which is not known`, hint: `known: ${known.join(', ')}`};
  const odd = [from, to].find((one) => one !== undefined && !isComparable(one));
  if (odd !== undefined) return {message: `has '${odd}', which is no version`, hint: 'for example 2.6.2'};
  if (to !== undefined && compareReleases(from, to) > 0)
    return {message: `concerns nothing: from ${from} is after to ${to}`, hint: 'exchange them'};
  if (product === name && version !== 'auto' && !isComparable(version))
    return {
      message: `cannot be compared with '${version}', which is no version with numbers`,
      hint: 'take it out',
    };
  if (architectures.length === 0)
    return {
      message: 'concerns nothing: it names no architecture',
      hint: `name those that are not to have it: ${architectureNames.join(', ')}`,
    };
  const strange = architectures.find((one) => architecturesNamed(one).length === 0);
  if (strange !== undefined)
    return {
      message: `names an architecture '${strange}', which is not known`,
      hint: `known: ${architectureNames.join(', ')}`,
    };
  return undefined;
}

/** The same with the names of architectures that are used here: `arm64` is aarch64. */
export function deniedBuilds(deny: readonly DeniedBuild[]): readonly BrokenBuild[] {
  return deny.map((entry) => ({
    ...entry,
    architectures: entry.architectures.flatMap(architecturesNamed),
  }));
}
