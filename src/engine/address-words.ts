import {isIPv6} from 'node:net';

/** What is wrong with the address of a host, as it is said to be another thing: undefined for what may be one. */
export function problemOfAddress(
  address: string,
): {readonly expected: string; readonly hint?: string} | undefined {
  const expected = 'a name or an address';
  if (/[\s/]/.test(address)) return {expected};
  const [, user, host] = /^([^@]+)@(.+)$/.exec(address) ?? [];
  if (user !== undefined) return {expected, hint: `write 'host: ${host}' and 'user: ${user}'`};
  const [, name, port] = /^([^:]+|\[[^\]]*\]):(\d+)$/.exec(address) ?? [];
  if (port === undefined || isIPv6(address)) return undefined;
  return {expected, hint: `write 'host: ${name}' and 'port: ${port}'`};
}

/** Whether ssh can read it as ways to hosts, one behind the other: `pi@bastion:22,inner`. @see `-J` of ssh(1) */
export function areJumps(text: string): boolean {
  return text
    .split(',')
    .every((jump) => /^\s*(?:ssh:\/\/)?(?:[^@\s/]+@)?(?:\[[^\]\s]+\]|[^\s:@/]+)(?::\d{1,5})?\s*$/.test(jump));
}
