import {isIPv6} from 'node:net';

/**
 * An address as ssh writes it, by which its key is found in known_hosts: the shortest form of IPv6, four numbers of IPv4, no
 * brackets around it. A name stays as it is.
 * @see https://github.com/openssh/openssh-portable/blob/master/ssh.c, resolve_addr; inet(3) for the forms of IPv4
 */
export function canonicalAddress(host: string): string {
  const [, bare = host] = /^\[(.*:.*)\]$/.exec(host) ?? [];
  const [address = '', zone] = bare.split('%', 2);
  // The system writes those that stand for IPv4 with four numbers, the standard for URLs does not.
  if (/^::ffff:[\d.]+$/i.test(address)) return bare.toLowerCase();
  if (isIPv6(address)) {
    const short = hostOfUrl(`[${address}]`)?.slice(1, -1) ?? address;
    return zone === undefined ? short : `${short}%${zone}`;
  }
  return /^\d[\dx.a-f]*$/i.test(host) ? (hostOfUrl(host) ?? host) : bare;
}

/** Undefined where it is no address. */
function hostOfUrl(host: string): string | undefined {
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  return url?.hostname;
}
