import {isIPv6} from 'node:net';

/** Node's expression for these takes milliseconds to compile: hardly any name is held against it. */
export function isAddressOfIPv6(text: string): boolean {
  return text.includes(':') && isIPv6(text);
}

/** The host that a word of an inventory names, and the port behind it. */
interface HostWord {
  readonly name: string;
  readonly port?: string;
}

/**
 * Reads `wallpi:2222`, `web[01:03]:2222`, `[::1]:2222`, `[::1]` and `::1`: brackets around an address of IPv6 are none of a
 * range, and its colons part no port from it.
 */
export function hostWord(word: string): HostWord {
  if (isAddressOfIPv6(word)) return {name: word};
  const [, address = '', portOfAddress] = /^\[([^[\]]*)\](?::(\d{1,5}))?$/.exec(word) ?? [];
  if (isAddressOfIPv6(address))
    return {name: address, ...(portOfAddress === undefined ? {} : {port: portOfAddress})};
  const [, name, port] = /^([^:[\]]+|.*\][^:[\]]*):(\d{1,5})$/.exec(word) ?? [];
  return name === undefined || port === undefined ? {name: word} : {name, port};
}

/** Whether a line of an INI inventory that begins with a bracket is a host, and no header. */
export function beginsWithAddress(line: string): boolean {
  const [, address = ''] = /^\[([^[\]]*)\](?::\d{1,5})?(?=\s|$)/.exec(line) ?? [];
  return isAddressOfIPv6(address);
}
