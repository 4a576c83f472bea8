import {isIP} from 'node:net';

/** A name or address in the one way of writing it: RFC 5952 for IPv6, without brackets. */
export function plainName(name: string): string {
  if (isIP(name) !== 6) return name.toLowerCase();
  return new URL(`http://[${name}]`).hostname.slice(1, -1);
}
