import {X509Certificate} from 'node:crypto';
import {plainName} from './names.ts';

/** What a server's certificate is held to. */
export interface CertificateWish {
  /** The authority that must have signed it, PEM. */
  readonly authority: string;
  /** The names and addresses that must be in it, and no others; IPv6 without brackets. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Certificates are renewed when so much of their life is over. */
const renewAfter = 2 / 3;

/** Why a server's certificate is made anew, in words; undefined: it is as it should be. @param certificate PEM */
export function flawOf(certificate: string, {authority, names, nowMs}: CertificateWish): string | undefined {
  const one = read(certificate);
  if (!one) return 'what is there is no certificate';
  const issuer = new X509Certificate(authority);
  if (!one.checkIssued(issuer) || !one.verify(issuer.publicKey)) return 'it is of another authority';
  const has = new Set(namesIn(one));
  const lacks = names.filter((name) => !has.has(plainName(name)));
  if (lacks.length > 0) return `it is not for ${lacks.join(', ')}`;
  const wanted = new Set(names.map(plainName));
  const extra = [...has].filter((name) => !wanted.has(name));
  if (extra.length > 0) return `it is for ${extra.join(', ')}, too`;
  const [from, to] = [Date.parse(one.validFrom), Date.parse(one.validTo)];
  const day = new Date(to).toISOString().slice(0, 10);
  if (nowMs >= to) return `it ended on ${day}`;
  return nowMs >= from + (to - from) * renewAfter ? `it ends on ${day}` : undefined;
}

function read(certificate: string): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    // Whatever it is: it is no certificate.
    return undefined;
  }
}

/** As Node writes them: `DNS:wallpi.station, IP Address:127.0.0.1`. */
function namesIn({subjectAltName = ''}: X509Certificate): readonly string[] {
  return subjectAltName
    .split(', ')
    .map((one) => /^(?:DNS|IP Address):(.*)$/.exec(one)?.[1] ?? one)
    .filter((one) => one !== '')
    .map(plainName);
}
