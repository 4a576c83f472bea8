import {
  type Address,
  addressText,
  type Block,
  blockText,
  broadcastOf,
  holds,
  maskOf,
  parseAddress,
  parseBlock,
} from './address.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';

const address = {name: 'address', type: 'text'} as const;
const cidr = {name: 'cidr', type: 'text'} as const;
const number = {name: 'number', type: 'number'} as const;

export const networkFunctions: FunctionGroup = {
  title: 'Addresses and networks',
  functions: [
    defineFunction({
      name: 'is_ip',
      summary: 'Whether a text is an IP address, of that version (4 or 6) where one is given',
      example: {call: 'is_ip "192.0.2.7" 4', gives: true},
      parameters: [address, {name: 'version', type: 'number', optional: true}],
      secrets: 'opened',
      call: ([text, version]) => {
        const found = parseAddress(String(text));
        return found !== undefined && (version === undefined || found.version === version);
      },
    }),
    defineFunction({
      name: 'ip_add',
      summary: 'The address that many after another',
      example: {call: 'ip_add "192.0.2.7" 3', gives: '192.0.2.10'},
      parameters: [address, number],
      secrets: 'opened',
      call: ([text, count]) => {
        const {version, value} = addressOf('ip_add', text);
        return addressText(within('ip_add', {version, value: value + whole('ip_add', count)}));
      },
    }),
    defineFunction({
      name: 'cidr_contains',
      summary: 'Whether an address, or a whole network, is in a network',
      example: {call: 'cidr_contains "192.0.2.0/24" "192.0.2.7"', gives: true},
      parameters: [cidr, address],
      secrets: 'opened',
      call: ([block, inner]) => {
        const outer = blockOf('cidr_contains', block);
        if (String(inner).includes('/')) {
          const {network, prefix} = blockOf('cidr_contains', inner);
          return prefix >= outer.prefix && holds(outer, network);
        }
        return holds(outer, addressOf('cidr_contains', inner));
      },
    }),
    defineFunction({
      name: 'cidr_host',
      summary: 'The address of that number in a network; negative numbers count from its end',
      example: {call: 'cidr_host "192.0.2.0/24" 5', gives: '192.0.2.5'},
      parameters: [cidr, number],
      secrets: 'opened',
      call: ([block, count]) => {
        const found = blockOf('cidr_host', block);
        const at = whole('cidr_host', count);
        const from = at < 0n ? broadcastOf(found).value + 1n : found.network.value;
        const host = {version: found.network.version, value: from + at};
        if (!holds(found, host))
          throw new ArgumentError(`cidr_host: ${block} has no address number ${count}`);
        return addressText(host);
      },
    }),
    defineFunction({
      name: 'cidr_network',
      summary: 'The first address of a network',
      example: {call: 'cidr_network "192.0.2.7/24"', gives: '192.0.2.0'},
      parameters: [cidr],
      secrets: 'opened',
      call: ([block]) => addressText(blockOf('cidr_network', block).network),
    }),
    defineFunction({
      name: 'cidr_broadcast',
      summary: 'The last address of a network',
      example: {call: 'cidr_broadcast "192.0.2.0/24"', gives: '192.0.2.255'},
      parameters: [cidr],
      secrets: 'opened',
      call: ([block]) => addressText(broadcastOf(blockOf('cidr_broadcast', block))),
    }),
    defineFunction({
      name: 'cidr_netmask',
      summary: 'The mask of a network',
      example: {call: 'cidr_netmask "192.0.2.0/24"', gives: '255.255.255.0'},
      parameters: [cidr],
      secrets: 'opened',
      call: ([block]) => addressText(maskOf(blockOf('cidr_netmask', block))),
    }),
    defineFunction({
      name: 'cidr_prefix',
      summary: "The length of a network's prefix, in bits",
      example: {call: 'cidr_prefix "192.0.2.0/24"', gives: 24},
      parameters: [cidr],
      secrets: 'opened',
      call: ([block]) => blockOf('cidr_prefix', block).prefix,
    }),
    defineFunction({
      name: 'cidr_subnet',
      summary: 'The part of that number of a network whose prefix is that many bits longer',
      example: {call: 'cidr_subnet "10.0.0.0/8" 8 2', gives: '10.2.0.0/16'},
      parameters: [cidr, {name: 'bits', type: 'number'}, number],
      secrets: 'opened',
      call: ([block, bits, count]) =>
        subnet(blockOf('cidr_subnet', block), Number(bits), whole('cidr_subnet', count)),
    }),
  ],
};

function subnet({network, prefix}: Block, bits: number, count: bigint): string {
  const size = network.version === 4 ? 32 : 128;
  const longer = prefix + bits;
  if (!Number.isInteger(bits) || bits < 0 || longer > size) {
    throw new ArgumentError(`cidr_subnet: a prefix of ${prefix} bits cannot become ${bits} bits longer`);
  }
  if (count < 0n || count >= 1n << BigInt(bits)) {
    throw new ArgumentError(`cidr_subnet: there are ${1n << BigInt(bits)} parts, counted from 0`);
  }
  const value = network.value + (count << BigInt(size - longer));
  return blockText({network: {version: network.version, value}, prefix: longer});
}

function addressOf(name: string, text: unknown): Address {
  const found = parseAddress(String(text));
  if (found) return found;
  throw new ArgumentError(
    `${name}: '${text}' is not an IP address`,
    'an address is like 192.0.2.7 or 2001:db8::7',
  );
}

function blockOf(name: string, text: unknown): Block {
  const found = parseBlock(String(text));
  if (found) return found;
  throw new ArgumentError(
    `${name}: '${text}' is not a network`,
    'a network is like 192.0.2.0/24 or 2001:db8::/64',
  );
}

function within(name: string, address: Address): Address {
  const size = address.version === 4 ? 32n : 128n;
  if (address.value >= 0n && address.value < 1n << size) return address;
  throw new ArgumentError(`${name}: there is no such address`);
}

function whole(name: string, value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new ArgumentError(`${name}: ${String(value)} is not a whole number`);
}
