import {isIPv4, isIPv6} from 'node:net';

/**
 * An address or a block of them as servers keep it (`token_bound_cidrs`): IPv6 in its shortest form, and a block of one address
 * without its length. What is none is left for the server to judge.
 * https://pkg.go.dev/github.com/hashicorp/go-sockaddr#IPv6Addr.String
 */
export function blockAsKept(written: string): string {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written.trim()) ?? [];
  const length = digits === undefined ? undefined : Number(digits);
  if (isIPv4(address)) return withLength(address, length, 32);
  if (!isIPv6(address) || address.includes('%')) return written.trim();
  const whole = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (whole !== undefined && length === undefined) return whole;
  return withLength(new URL(`http://[${address}]`).hostname.slice(1, -1), length, 128);
}

function withLength(address: string, length: number | undefined, most: number): string {
  return length === undefined || length === most ? address : `${address}/${length}`;
}
