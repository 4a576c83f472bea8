import {type Block, type Extent, isSet, textIn} from '../block.ts';
import type {ConfigurationRule} from '../rule.ts';
import {isOff, isOn, lacks, named} from '../rule-terms.ts';

/** Where a listener is, if it is written in full. */
function portOf(address: string | undefined): {readonly host: string; readonly port: string} | undefined {
  const [, host, port] = /^(.*):(\d+)$/.exec(address ?? '') ?? [];
  return host === undefined || port === undefined || host.includes('{{')
    ? undefined
    : {host: host === 'localhost' ? '127.0.0.1' : host, port};
}

const everywhere = ['', '0.0.0.0', '[::]', '::'];

/** A listener that one before keeps from its port. */
function takenPort(block: Block, all: readonly Block[], extent: Extent): string | undefined {
  const own = portOf(textIn(block, 'address', extent));
  const before = all.slice(0, all.indexOf(block)).filter(({path}) => path === 'listener.tcp');
  for (const other of before) {
    const there = portOf(textIn(other, 'address', extent));
    if (!own || !there || own.port !== there.port) continue;
    if (own.host === there.host || [own.host, there.host].some((host) => everywhere.includes(host)))
      return `has two listeners on one port: ${textIn(other, 'address', extent)} and ${textIn(block, 'address', extent)}`;
  }
  return undefined;
}

/** What they refuse of listeners, also of one beside another. */
export const listenerRules: readonly ConfigurationRule[] = [
  {
    block: 'listener.tcp',
    says: {
      vault: 'error loading TLS cert: open : no such file or directory',
    },
    problem: (block, _all, extent) =>
      isOff(block, 'tls_disable', extent) &&
      (lacks(block, 'tls_cert_file', extent) || lacks(block, 'tls_key_file', extent))
        ? 'has a listener with TLS and no certificate'
        : undefined,
    hint: 'tls_cert_file and tls_key_file, or tls_disable = true',
  },
  {
    block: 'listener.tcp',
    says: {openbao: 'error loading TLS cert: open : no such file or directory'},
    problem: (block, _all, extent) =>
      isOff(block, 'tls_disable', extent) &&
      isSet(block, 'tls_cert_file') &&
      lacks(block, 'tls_key_file', extent)
        ? 'has a listener with a certificate and no key'
        : undefined,
    hint: 'tls_key_file',
  },
  {
    block: 'listener.tcp',
    says: {
      openbao: "'tls_max_version' must be greater than or equal to 'tls_min_version'",
      vault: "'tls_max_version' must be greater than or equal to 'tls_min_version'",
    },
    problem: (block, _all, extent) => {
      const [most, least] = ['tls_max_version', 'tls_min_version'].map((key) => textIn(block, key, extent));
      return most !== undefined && least !== undefined && most < least && isOff(block, 'tls_disable', extent)
        ? `has ${named(block, 'tls_max_version')} below ${named(block, 'tls_min_version')}`
        : undefined;
    },
  },
  {
    block: 'listener.tcp',
    says: {
      openbao: "'tls_disable_client_certs' and 'tls_require_and_verify_client_cert' are mutually exclusive",
      vault: "'tls_disable_client_certs' and 'tls_require_and_verify_client_cert' are mutually exclusive",
    },
    problem: (block, _all, extent) =>
      isOn(block, 'tls_disable_client_certs') &&
      isOn(block, 'tls_require_and_verify_client_cert') &&
      isOff(block, 'tls_disable', extent)
        ? 'has a listener that must and must not ask for certificates'
        : undefined,
  },
  {
    block: 'listener.tcp',
    says: {openbao: 'bind: address already in use', vault: 'bind: address already in use'},
    problem: takenPort,
    hint: 'one that listens everywhere is enough; change the one that is there by its address',
  },
];
