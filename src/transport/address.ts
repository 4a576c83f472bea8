import {isIPv6} from 'node:net';

/** Without the brackets that stand around one of IPv6 where a port may follow. */
export function withoutBrackets(host: string): string {
  return /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
}

/**
 * An address as ssh writes it, by which its key is found in known_hosts: the shortest form of IPv6, four numbers of IPv4, no
 * brackets around it. A name stays as it is.
 * @see https://github.com/openssh/openssh-portable/blob/master/ssh.c, resolve_addr; inet(3) for the forms of IPv4
 */
export function canonicalAddress(host: string): string {
  const bare = withoutBrackets(host);
  const [address = '', zone] = bare.split('%', 2);
  if (isIPv6(address)) {
    const short = withFourNumbers(hostOfUrl(`[${address}]`)?.slice(1, -1) ?? address);
    return zone === undefined ? short : `${short}%${zone}`;
  }
  return /^\d(?:[\da-f]|x(?=[\da-f])|\.(?!$))*$/i.test(bare) ? (hostOfUrl(bare) ?? bare) : bare;
}

/** Those that stand for IPv4 the system writes with its four numbers, and the standard for URLs does not. @see inet_ntop(3) */
function withFourNumbers(short: string): string {
  const [, mapped = '', high, low] = /^::(ffff:)?([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const bytes = [high, low].flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
  return `::${mapped}${bytes.join('.')}`;
}

/** Undefined where it is no address. */
function hostOfUrl(host: string): string | undefined {
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  return url?.hostname;
}
