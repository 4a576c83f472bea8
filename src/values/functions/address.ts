import {isIPv4, isIPv6} from 'node:net';

/** An IP address as its bits. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** A network: its first address and how many bits all of its addresses share. */
export interface Block {
  readonly network: Address;
  readonly prefix: number;
}

/** An address without a zone; undefined for what is none. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return {version: 4, value: bits(text.split('.').map(Number), 8n)};
  // Node's expression for these takes milliseconds to compile: most texts are not held against it.
  if (text.includes(':') && !text.includes('%') && isIPv6(text))
    return {version: 6, value: bits(groupsOf(text), 16n)};
  return undefined;
}

/** `address/prefix`: the network that the address is in. */
export function parseBlock(text: string): Block | undefined {
  const [written = '', length, ...rest] = text.split('/');
  const address = parseAddress(written);
  if (!address || length === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = Number(length);
  if (prefix > sizeOf(address)) return undefined;
  const free = BigInt(sizeOf(address) - prefix);
  return {network: {...address, value: (address.value >> free) << free}, prefix};
}

export function holds({network, prefix}: Block, {version, value}: Address): boolean {
  const free = BigInt(sizeOf(network) - prefix);
  return version === network.version && value >> free === network.value >> free;
}

export function broadcastOf({network, prefix}: Block): Address {
  return {...network, value: network.value | ((1n << BigInt(sizeOf(network) - prefix)) - 1n)};
}

export function maskOf({network, prefix}: Block): Address {
  const size = BigInt(sizeOf(network));
  const free = size - BigInt(prefix);
  return {...network, value: ((1n << size) - 1n) ^ ((1n << free) - 1n)};
}

export function blockText({network, prefix}: Block): string {
  return `${addressText(network)}/${prefix}`;
}

/** @see https://www.rfc-editor.org/rfc/rfc5952 for the one text of an IPv6 address */
export function addressText({version, value}: Address): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({length: 8}, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const zeros = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (zeros.length < 2) return hex(groups);
  return `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeros(groups: readonly number[]): {start: number; length: number} {
  let best = {start: 0, length: 0};
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = {start, length};
  }
  return best;
}

/** The eight groups of an IPv6 address, the last two of which may be written as an IPv4 address. */
function groupsOf(text: string): readonly number[] {
  const dotted = /[^:]+\.[^:]+$/.exec(text)?.[0];
  const numbers = (dotted ?? '').split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const whole = dotted
    ? text.slice(0, -dotted.length) +
      [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16)).join(':')
    : text;
  const [head = '', tail] = whole.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [left, right] = [read(head), read(tail)];
  return [...left, ...Array.from({length: 8 - left.length - right.length}, () => 0), ...right];
}

function bits(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
}

function sizeOf({version}: Address): number {
  return version === 4 ? 32 : 128;
}
