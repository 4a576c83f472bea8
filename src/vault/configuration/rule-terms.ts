import {type Block, type Extent, isSet, textIn} from './block.ts';
import type {ConfigurationRule} from './rule.ts';
import {isFalse, secondsOf} from './value.ts';

/** Durations that must be in order. */
export function notBelow(larger: string, smaller: string): ConfigurationRule['problem'] {
  return (block, _all, extent) => {
    if (!isSet(block, larger) && !isSet(block, smaller)) return undefined;
    const [most, least] = [larger, smaller].map((key) => textIn(block, key, extent));
    if (most === undefined || least === undefined || secondsOf(most) >= secondsOf(least)) return undefined;
    return `has ${named(block, larger)} (${most}) below ${named(block, smaller)} (${least})`;
  };
}

/** Only of the whole is it known that a key is missing. */
export function lacks(block: Block, key: string, extent: Extent): boolean {
  return extent === 'whole' && !isSet(block, key);
}

/** A key with the names of the blocks around it, in quotes. */
export function named({names}: Block, key: string): string {
  return `'${[...names, key].join('.')}'`;
}

/** Whether a key is surely not true; its default is false. */
export function isOff(block: Block, key: string, extent: Extent): boolean {
  return isFalse(textIn(block, key, extent) ?? 'true');
}

/** Whether a key is set, and may be true. */
export function isOn(block: Block, key: string): boolean {
  return isSet(block, key) && !isFalse(textIn(block, key, 'part') ?? 'false');
}

/** The blocks of a type: both `seal "transit"` and `seal "awskms"` are of `seal`. */
export function ofType(all: readonly Block[], type: string): readonly Block[] {
  return all.filter(
    ({names}) => names[0] === type && (names.length === 2 || (type === 'telemetry' && names.length === 1)),
  );
}

export const onRaft = (all: readonly Block[]): boolean => all.some(({path}) => path === 'storage.raft');
