import {errorDiagnostic, VprovError} from '../errors/index.ts';
import {batchSizeOf, type Order, type Pace, percentageOf} from '../playbook/index.ts';
import type {ScalarNode} from '../source/index.ts';
import {reveal, Unknown, UnknownRead} from '../text/index.ts';
import {asText, render, type Scope, type Value} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import {beforeHosts} from './play-scope.ts';

/** How a play goes through its hosts, its templates rendered. */
export interface Course {
  /** At least one. */
  readonly batches: readonly (readonly string[])[];
  /** The play stops when a larger part of a batch than this has failed, from 0 to 1. Undefined: it never does. */
  readonly bearsFailures: number | undefined;
  /** Hosts wait for one another after every task. */
  readonly inStep: boolean;
}

/**
 * @param hosts of the play, after `--limit`, in the order of the inventory
 * @param random at least 0, less than 1
 * @throws VprovError for a template that gives no number, UnknownRead for one that cannot be rendered yet
 */
export function courseOf(
  hosts: readonly string[],
  {serial, order, maxFailPercentage, anyErrorsFatal, inStep}: Pace,
  scope: Scope,
  random: () => number,
): Course {
  // Its variables may not have been asked for.
  if (hosts.length === 0) return {batches: [[]], bearsFailures: undefined, inStep: false};
  const [bears, batchSizes] = beforeHosts(() => [
    anyErrorsFatal ? 0 : maxFailPercentage && percentage(maxFailPercentage, scope) / 100,
    serial.flatMap((node) => sizes(node, hosts.length, scope)),
  ]);
  return {
    batches: cut(ordered(hosts, order, random), batchSizes),
    bearsFailures: bears,
    inStep: inStep || bears !== undefined,
  };
}

function ordered(
  hosts: readonly string[],
  order: Order | undefined,
  random: () => number,
): readonly string[] {
  switch (order) {
    case undefined:
    case 'inventory':
      return hosts;
    case 'reverse_inventory':
      return hosts.toReversed();
    case 'sorted':
      return hosts.toSorted();
    case 'reverse_sorted':
      return hosts.toSorted().toReversed();
    case 'shuffle':
      return shuffled(hosts, random);
  }
}

/** Fisher and Yates: every order is as likely. */
function shuffled(hosts: readonly string[], random: () => number): readonly string[] {
  const left = [...hosts];
  return hosts.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

/** Batches of these sizes, the last of which holds for all further ones; without sizes, and with size 0, the rest is one batch. */
function cut(hosts: readonly string[], sizes: readonly number[]): readonly (readonly string[])[] {
  const batches: (readonly string[])[] = [];
  let begun = 0;
  do {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] || hosts.length;
    batches.push(hosts.slice(begun, begun + size));
    begun += size;
  } while (begun < hosts.length);
  return batches;
}

/** A list may come out of one template. A percentage is of all hosts, rounded down, and at least one host. */
function sizes(node: ScalarNode, hostCount: number, scope: Scope): readonly number[] {
  const value = known(node, scope);
  const values = Array.isArray(value) ? (value as readonly Value[]) : [value];
  return values.map((one) => {
    const size = batchSizeOf(textOf(one));
    if (!size) throw wrong(node, 'serial', 'a number of hosts or a percentage', one);
    return 'hosts' in size ? size.hosts : Math.max(1, Math.floor((size.percent / 100) * hostCount));
  });
}

function percentage(node: ScalarNode, scope: Scope): number {
  const value = known(node, scope);
  const number = percentageOf(textOf(value));
  if (number === undefined) throw wrong(node, 'max_fail_percentage', 'a percentage from 0 to 100', value);
  return number;
}

function known(node: ScalarNode, scope: Scope): Value {
  const value = render(node, scope);
  if (value instanceof Unknown) throw new UnknownRead(value);
  return value;
}

function textOf(value: Value): string {
  const text = typeof value === 'number' ? [String(value)] : asText(value);
  return text ? reveal(text) : '';
}

function wrong(node: ScalarNode, keyword: string, expected: string, value: Value): VprovError {
  const shown = typeof value === 'string' || typeof value === 'number' ? `: ${value}` : '';
  const message = `${keyword} is not ${expected}${shown}`;
  return new VprovError(errorDiagnostic(engineCodes, 'ENG011', message, {source: node.source}));
}
