import {createHmac, timingSafeEqual} from 'node:crypto';

/** A host key: the name of its type and its public part as on the wire. */
export interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** What known_hosts says of one host. */
export interface KnownKeys {
  readonly trusted: readonly HostKey[];
  readonly revoked: readonly RevokedKey[];
  /** A line `@cert-authority` speaks for this host. */
  readonly certificateAuthority: boolean;
  /** An authority of such a line that is revoked by another. */
  readonly revokedAuthority?: RevokedKey;
  /** The first line for the host that ssh cannot read, and that therefore trusts nobody. */
  readonly unread?: UnreadLine;
}

/** A line of known_hosts that no ssh takes a key from. */
export interface UnreadLine {
  readonly file: string;
  readonly line: number;
  readonly why: 'damaged' | 'byte order mark';
}

/** A key that no host may show, nor have a certificate by. */
export interface RevokedKey extends HostKey {
  /** The line that says so: `FILE:LINE`. */
  readonly place: string;
}

interface KnownLine extends RevokedKey {
  readonly marker: string | undefined;
  readonly patterns: string;
  readonly unread?: UnreadLine;
}

/**
 * The keys that known_hosts files hold for an address. A port other than 22 is looked up as `[host]:port`, and,
 * as OpenSSH does, as the bare host when no line names the port.
 *
 * @param texts the files' contents
 * @param files their names, in the same order
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function knownKeys(
  texts: readonly string[],
  host: string,
  port: number,
  files: readonly string[] = [],
): KnownKeys {
  const lines = texts.flatMap((text, index) =>
    text.split('\n').flatMap((line, above) => parseLine(line, files[index] ?? 'known_hosts', above + 1)),
  );
  const bare = host.toLowerCase();
  const named = knownHostsName(bare, port);
  const found = keysOf(lines, named);
  const silent = found.trusted.length + found.revoked.length === 0 && !found.certificateAuthority;
  if (!silent || port === 22) return found;
  const {unread} = found;
  return {...(unread ? {unread} : {}), ...keysOf(lines, bare)};
}

/** The name under which known_hosts has an address. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function keysOf(lines: readonly KnownLine[], name: string): KnownKeys {
  const all = lines.filter((line) => matches(line.patterns, name));
  const mine = all.filter((line) => !line.unread);
  const unread = all.find((line) => line.unread)?.unread;
  const marked = (marker: string | undefined): readonly HostKey[] =>
    mine.filter((line) => line.marker === marker).map(({type, blob}) => ({type, blob}));
  const revoked = mine
    .filter((line) => line.marker === '@revoked')
    .map(({type, blob, place}) => ({type, blob, place}));
  const authorities = marked('@cert-authority');
  const revokedAuthority = revoked.find((one) => authorities.some(({blob}) => blob.equals(one.blob)));
  return {
    trusted: marked(undefined),
    revoked,
    certificateAuthority: authorities.length > 0,
    ...(revokedAuthority ? {revokedAuthority} : {}),
    ...(unread ? {unread} : {}),
  };
}

/** One line of the file, or none. A line that cannot be read trusts nobody; what it takes back stays so. */
function parseLine(text: string, file: string, line: number): readonly KnownLine[] {
  const place = `${file}:${line}`;
  const words = text.trim().split(/\s+/);
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return [];
  const marker = words[0].startsWith('@') ? words.shift() : undefined;
  const [patterns, type = '', base64 = ''] = words;
  // Numbers are a key of SSH 1, which nobody uses any more.
  if (patterns === undefined || /^\d+$/.test(type)) return [];
  const blob = Buffer.from(base64, 'base64');
  const unread = (why: UnreadLine['why']): readonly KnownLine[] =>
    marker === undefined ? [{marker, patterns, type, blob, place, unread: {file, line, why}}] : [];
  if (!isWhole(blob, type, base64)) return unread('damaged');
  if (text.startsWith('\uFEFF') && marker !== '@revoked') return unread('byte order mark');
  return [{marker, patterns, type, blob, place}];
}

/** Whether these are all the bytes of a public key: strings of SSH's wire format, the first of which is its type. */
function isWhole(blob: Buffer, type: string, base64: string): boolean {
  if (typeOf(blob) !== type || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  // A certificate has numbers between its strings.
  if (type.includes('-cert-')) return true;
  let [strings, offset] = [0, 0];
  for (; offset + 4 <= blob.length; strings++) offset += 4 + blob.readUInt32BE(offset);
  return strings > 1 && offset === blob.length;
}

/** The type that a public key names itself, or undefined when these bytes are no key. */
export function typeOf(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  const length = blob.readUInt32BE(0);
  return blob.length >= 4 + length ? blob.toString('latin1', 4, 4 + length) : undefined;
}

/** Whether a comma-separated list of patterns names the host: one must match and no `!` may. */
export function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) return matchesHash(patterns, name);
  let matched = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name with the salt as the key. */
function matchesHash(hashed: string, name: string): boolean {
  const [, , salt, hash] = hashed.split('|');
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` any characters, `?` one; brackets are themselves, as in `[host]:22`. Linear, without backtracking trees. */
function globMatches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let starName = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      starName = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++starName;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
