import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import {isIP} from 'node:net';
import {AsnConvert, OctetString} from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

import {plainName} from './names.ts';

/** A certificate and its private key, PEM both. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 86_400_000;

/** A clock may be behind: boards without one begin each day where the last one ended. */
const clockBehindMs = dayMs;

/** RFC 5758, 3.2: ecdsa-with-SHA256. RFC 5280, A.1: id-at-commonName. */
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';

/** How long an authority lasts: longer than the boards. */
const authorityDays = 7300;

/**
 * A new certificate authority, which signs the certificates of one cluster and nothing else.
 * RFC 5280, 4.2.1.9: no authority below it.
 * @param cluster its name is in the authority's
 * @param nowMs milliseconds since the epoch
 */
export function issueAuthority(cluster: string, nowMs: number): Issued {
  const {publicKey, privateKey} = newKeys();
  const own = keyIdentifierOf(publicKey);
  const name = nameOf(`${cluster} CA, made by vprov`);
  const certificate = signed({
    subject: name,
    issuer: name,
    publicKey,
    signer: privateKey,
    validity: validityOf(nowMs, authorityDays),
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({cA: true, pathLenConstraint: 0})),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(own)),
    ],
  });
  return {certificate, key: pemOf(privateKey)};
}

/**
 * A new certificate of a server, and of the same one as a client of its neighbours, with a key of its own.
 * @param names and addresses by which it is reached, IPv6 without brackets; the first is its subject
 * @param days how long it lasts
 * @param nowMs milliseconds since the epoch
 */
export function issueCertificate(
  authority: Issued,
  names: readonly string[],
  days: number,
  nowMs: number,
): Issued {
  const {publicKey, privateKey} = newKeys();
  const issuer = new X509Certificate(authority.certificate);
  const above = new KeyIdentifier(keyIdentifierOf(issuer.publicKey));
  const certificate = signed({
    subject: nameOf(names[0] ?? ''),
    issuer: AsnConvert.parse(issuer.raw, Certificate).tbsCertificate.subject,
    publicKey,
    signer: authority.key,
    validity: validityOf(nowMs, days),
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({cA: false})),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
      extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names.map(generalNameOf))),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifierOf(publicKey))),
      extension(id_ce_authorityKeyIdentifier, false, new AuthorityKeyIdentifier({keyIdentifier: above})),
    ],
  });
  return {certificate, key: pemOf(privateKey)};
}

interface Unsigned {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject | string;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

function signed({subject, issuer, publicKey, signer, validity, extensions}: Unsigned): string {
  const signatureAlgorithm = new AlgorithmIdentifier({algorithm: ecdsaWithSha256});
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    // RFC 5280, 4.1.2.2: positive, of at most 20 bytes.
    serialNumber: bufferOf(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    signature: signatureAlgorithm,
    issuer,
    validity,
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer);
  const whole = new Certificate({tbsCertificate, signatureAlgorithm, signatureValue: bufferOf(signature)});
  return new X509Certificate(Buffer.from(AsnConvert.serialize(whole))).toString();
}

function newKeys(): {readonly publicKey: KeyObject; readonly privateKey: KeyObject} {
  return generateKeyPairSync('ec', {namedCurve: 'P-256'});
}

function pemOf(key: KeyObject): string {
  return key.export({type: 'pkcs8', format: 'pem'}).toString();
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({type: 'spki', format: 'der'});
}

/** RFC 7093, 2: the leftmost 160 bits of a SHA-256. */
function keyIdentifierOf(key: KeyObject): ArrayBuffer {
  return bufferOf(createHash('sha256').update(spkiOf(key)).digest().subarray(0, 20));
}

function nameOf(text: string): Name {
  const value = new AttributeValue({utf8String: text});
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({type: commonName, value})])]);
}

function generalNameOf(name: string): GeneralName {
  return new GeneralName(isIP(name) === 0 ? {dNSName: name} : {iPAddress: plainName(name)});
}

function extension(id: string, critical: boolean, value: object): Extension {
  return new Extension({extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value))});
}

function validityOf(nowMs: number, days: number): Validity {
  return new Validity({
    notBefore: new Date(nowMs - clockBehindMs),
    notAfter: new Date(nowMs + days * dayMs),
  });
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
