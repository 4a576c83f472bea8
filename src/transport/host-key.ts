import {createHash} from 'node:crypto';
import type {ServerHostKeyAlgorithm} from 'ssh2';
import {errorCode} from '../errors/index.ts';
import {quote} from '../shell/index.ts';
import {TransportError} from './contract.ts';
import {HostKeyError, type ShownHostKey} from './host-key-error.ts';
import {
  type HostKey,
  type KnownKeys,
  knownKeys,
  type RevokedKey,
  typeOf,
  type UnreadLine,
} from './known-hosts.ts';
import {appendKnownHosts} from './known-hosts-file.ts';
import {isRevoked, type RevokedKeys, readRevokedKeys} from './revoked-keys.ts';
import {isNoRoom, noRoomHint} from './start-program.ts';
import type {Target} from './target.ts';
import {readTextFile} from './text-file.ts';

/** What is trusted for a host, and by which files. */
export interface Trust {
  readonly keys: KnownKeys;
  readonly files: readonly string[];
  /** By ssh's configuration. */
  readonly revoked?: RevokedKeys;
}

/** Ours to offer, best first; `ssh-rsa` (SHA-1) and `ssh-dss` are not. */
const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/**
 * Reads the files that say which host keys to trust. Those that nobody named may be missing.
 * @throws TransportError `host-key` when the named one cannot be read
 */
export async function readTrust(target: Target): Promise<Trust> {
  const {knownHostsFiles: files, knownHostsNamed, knownHostsMayMiss, keyAddress, revokedKeysFile} = target;
  const [texts, names]: [string[], string[]] = [[], []];
  for (const file of files) {
    try {
      texts.push(await readTextFile(file));
      names.push(file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && (!knownHostsNamed || knownHostsMayMiss)) continue;
      throw unreadTrust(target, file, error);
    }
  }
  const revoked =
    revokedKeysFile === undefined ? {} : {revoked: await readRevokedKeys(revokedKeysFile, target.hostName)};
  return {keys: knownKeys(texts, keyAddress.host, keyAddress.port, names), files, ...revoked};
}

function unreadTrust(target: Target, file: string, error: unknown): TransportError {
  const setting = target.knownHostsNamed ? '`known_hosts_file`' : "UserKnownHostsFile in ssh's configuration";
  let hint = `correct ${setting}, or what stands there`;
  if (errorCode(error) === 'ENOENT')
    hint = `\`vprov trust ${target.trustName}\` makes it, with the host's key; or correct \`known_hosts_file\``;
  if (isNoRoom(error)) hint = noRoomHint;
  const message = `cannot read the known hosts for ${target.hostName}: ${whyUnread(file, error)}`;
  return new TransportError('host-key', message, hint, {cause: error});
}

/** Of a folder, the system names no path. */
function whyUnread(file: string, error: unknown): string {
  if (!(error instanceof Error)) return file;
  return 'code' in error && error.code === 'EISDIR' ? `${file} is a folder` : error.message;
}

/** Those of ours that ssh's configuration permits: none where it wants others. */
export function permittedAlgorithms({hostKeyAlgorithms: only}: Target): readonly ServerHostKeyAlgorithm[] {
  return only ? algorithms.filter((algorithm) => only.includes(algorithm)) : algorithms;
}

/** The algorithms to offer: those of known types first, so that a key is negotiated that can be checked. */
export function hostKeyAlgorithms(
  {keys}: Trust,
  permitted: readonly ServerHostKeyAlgorithm[],
): ServerHostKeyAlgorithm[] {
  const known = new Set(keys.trusted.map((key) => key.type));
  const isKnown = (algorithm: string): boolean => known.has(typeFor(algorithm));
  return [...permitted.filter(isKnown), ...permitted.filter((algorithm) => !isKnown(algorithm))];
}

/** The type of the keys that an algorithm is for. */
function typeFor(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

/** What a host's key is to us. */
export type Verdict =
  | {readonly type: 'trusted'}
  /** Not known before, and to be kept from now on. */
  | {readonly type: 'new'}
  | {readonly type: 'refused'; readonly error: TransportError};

/**
 * Whether a host's key is the known one.
 * @param blob the public key as on the wire
 */
export function judgeKey(trust: Trust, target: Target, blob: Buffer): Verdict {
  const {keys} = trust;
  const same = (key: HostKey): boolean => key.blob.equals(blob);
  const offered = `${typeOf(blob) ?? 'unreadable key'} ${fingerprint(blob)}`;
  const refused = (message: string, hint: string, shown?: ShownHostKey): Verdict => ({
    type: 'refused',
    error: shown ? new HostKeyError(message, hint, shown) : new TransportError('host-key', message, hint),
  });
  const {hostName} = target;
  const revoked = keys.revoked.find(same);
  if (revoked) return refused(`the key of ${hostName} is revoked: ${offered}`, revokedHint(revoked));
  if (trust.revoked && isRevoked(trust.revoked, blob)) return refused(...revokedWords(target, offered));
  if (keys.trusted.some(same)) return {type: 'trusted'};
  const shown: ShownHostKey = {
    hostName,
    address: `${target.host} port ${target.port}`,
    type: typeOf(blob) ?? 'unreadable',
    fingerprint: fingerprint(blob),
    // One key may stand on several lines.
    known: [...new Set(keys.trusted.map((key) => `${key.type} ${fingerprint(key.blob)}`))],
    key: {...target.keyAddress, key: blob, hashed: target.hashesNames},
    file: target.newKeysFile,
  };
  if (keys.trusted.length > 0) return refused(...otherKeyWords(trust, target, offered, shown), shown);
  const {revokedAuthority: authority} = keys;
  if (authority)
    return refused(
      `the certificate authority of ${hostName} is revoked: ${authority.type} ${fingerprint(authority.blob)}`,
      revokedHint(authority),
    );
  if (keys.certificateAuthority) {
    return refused(
      `${hostName} is known by a certificate authority only, and shows no certificate of it that holds: it shows ${offered}`,
      `see when the host's certificate ends and what names it has (ssh-keygen -Lf, and HostCertificate in its sshd_config; \`transport: ssh2\` reads none); or put its own key into ${trust.files[0]} beside the line @cert-authority`,
    );
  }
  if (target.acceptsNewKeys) return {type: 'new'};
  if (keys.unread) return refused(...unreadWords(keys.unread, target, offered), shown);
  const message = `the key of ${hostName} is not known: it shows ${offered}`;
  return refused(message, unknownKeyHint(target), shown);
}

/** Message and hint about a key that is none of those that are trusted: another one, or one of another algorithm. */
function otherKeyWords(
  {keys}: Trust,
  target: Target,
  offered: string,
  shown: ShownHostKey,
): [message: string, hint: string] {
  const {hostName, trustName} = target;
  const known = shown.known.join(', ');
  const types = new Set(keys.trusted.map(({type}) => type));
  const hint = changedKeyHint(target);
  if (types.has(shown.type))
    return [`the key of ${hostName} is not the known one: it shows ${offered}, known is ${known}`, hint];
  const isPermitted = permittedAlgorithms(target).some((algorithm) => types.has(typeFor(algorithm)));
  if (target.hostKeyAlgorithms && !isPermitted)
    return [
      `HostKeyAlgorithms of ssh's configuration does not permit the known key of ${hostName}, ${known}: it shows ${offered} instead, which is not known`,
      `take ${[...types].join(', ')} into HostKeyAlgorithms, or leave that out; to trust the other key in its place: vprov trust --replace ${trustName}`,
    ];
  return [
    `${hostName} shows no key of the known algorithm: it shows ${offered}, known is ${known}`,
    `see HostKey and HostKeyAlgorithms in its sshd_config; if its keys were made anew, it was ${hint}`,
  ];
}

/** Message and hint about a host whose line in known_hosts no ssh can read. */
function unreadWords(
  {file, line, why}: UnreadLine,
  target: Target,
  offered: string,
): [message: string, hint: string] {
  const {hostName} = target;
  const [message, mending] =
    why === 'damaged'
      ? [
          `${file} line ${line}, with the key of ${hostName}, is damaged`,
          `take the line out: sed -i ${line}d`,
        ]
      : [
          `${file} line ${line}, with the key of ${hostName}, begins with a byte order mark, with which no ssh can read it`,
          "take the mark away: sed -i '1s/^\\xEF\\xBB\\xBF//'",
        ];
  return [`${message}: the host shows ${offered}`, `${mending} ${quote(file)}; or ${unknownKeyHint(target)}`];
}

function revokedHint({place}: RevokedKey): string {
  return `the line ${place} (@revoked) says so; do not connect before you know why`;
}

/** Message and hint about a key that ssh's configuration takes back. */
export function revokedWords(
  {hostName, revokedKeysFile}: Target,
  offered: string,
): [message: string, hint: string] {
  return [
    `the key of ${hostName} is revoked: ${offered}`,
    `RevokedHostKeys of ssh's configuration says so (${revokedKeysFile}); do not connect before you know why`,
  ];
}

export function unknownKeyHint({trustName}: Target): string {
  return `accept it after comparing the fingerprint: vprov trust ${trustName}`;
}

export function changedKeyHint({trustName}: Target): string {
  return `probably re-imaged, perhaps an attack; once you know: vprov trust --replace ${trustName}`;
}

/**
 * Keeps the key of a host that was not known, as ssh does with `accept-new`.
 * @throws TransportError `host-key` when it cannot be written down
 */
export async function keepNewKey(
  {newKeysFile: file, keyAddress, hashesNames, hostName}: Target,
  key: Buffer,
): Promise<void> {
  // ssh's configuration has no file for it (UserKnownHostsFile none, or /dev/null), and ssh goes on without one.
  if (file === undefined) return;
  try {
    await appendKnownHosts(file, [{...keyAddress, key, hashed: hashesNames}]);
  } catch (error) {
    throw new TransportError(
      'host-key',
      `the key of ${hostName} cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      undefined,
      {cause: error},
    );
  }
}

/** `SHA256:…` as OpenSSH shows it. */
function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
