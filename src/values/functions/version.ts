import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';

/** A version as it compares: numbers by value, a pre-release before its release. */
export class Version {
  readonly text: string;
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly string[];

  constructor(text: string, numbers: readonly bigint[], prerelease: readonly string[]) {
    this.text = text;
    this.numbers = numbers;
    this.prerelease = prerelease;
  }
}

/**
 * Reads `1.2.3`, `v1.2`, `2.0.0-rc.1`, `1.18.0+ent`; build metadata does not compare.
 * @throws ArgumentError for a text that is no version
 * @see https://semver.org/#spec-item-11
 */
export function parseVersion(text: string): Version {
  const match = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim());
  if (!match?.[1]) throw new ArgumentError(`'${text}' is not a version`, 'a version looks like 1.20.3');
  return new Version(text, match[1].split('.').map(BigInt), match[2]?.split('.') ?? []);
}

/** Negative, zero or positive, as `a` is before, equal to or after `b`. Missing numbers count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const [left, right] = [a.numbers[index] ?? 0n, b.numbers[index] ?? 0n];
    if (left !== right) return left < right ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return b.prerelease.length - a.prerelease.length;
  for (let index = 0; index < Math.max(a.prerelease.length, b.prerelease.length); index++) {
    const order = compareIdentifiers(a.prerelease[index], b.prerelease[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : 1;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

export const versionFunctions: FunctionGroup = {
  title: 'Versions',
  functions: [
    defineFunction({
      name: 'version_compare',
      summary: 'Whether a version is ==, !=, <, <=, > or >= another',
      example: {call: 'version_compare version ">=" "2.6"', gives: true},
      parameters: [
        {name: 'version', type: 'text'},
        {name: 'operator', type: 'text'},
        {name: 'other', type: 'text'},
      ],
      secrets: 'opened',
      call: ([version, operator, other]) => {
        const comparison = comparisons[String(operator)];
        if (!comparison) {
          throw new ArgumentError(
            `version_compare: no such operator: ${operator}`,
            `one of ${Object.keys(comparisons).join(' ')}`,
          );
        }
        return comparison(compareVersions(parseVersion(String(version)), parseVersion(String(other))));
      },
    }),
  ],
};
