import {isIP} from 'node:net';

/** Whether an address leads whoever asks for it to itself. A name may begin with the same digits. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
