import {existsSync, readFileSync, statSync} from 'node:fs';
import {type ConnectOptions, TransportError, type TransportName} from './contract.ts';
import {permittedAlgorithms, type Trust} from './host-key.ts';
import {publicKeyOf} from './key-file.ts';
import type {SshSettings} from './ssh-settings.ts';
import type {Environment, Target} from './target.ts';

/**
 * By what to reach a host: what the inventory says; else our own SSH, or the system's where the host needs what ours
 * cannot do: a certificate, a security key, a ProxyCommand, GSSAPI, PKCS#11, a certificate authority for host keys, or
 * what else ssh's configuration says that ours does not obey.
 */
export function chosenTransport(
  options: ConnectOptions,
  target: Target,
  settings: SshSettings | undefined,
  trust: Trust,
  environment: Environment,
): TransportName {
  if (options.transport) return options.transport;
  const {trusted, certificateAuthority} = trust.keys;
  const needsSystem =
    (settings?.beyondOurs.length ?? 0) > 0 ||
    permittedAlgorithms(target).length === 0 ||
    target.proxyCommand !== undefined ||
    (certificateAuthority && trusted.length === 0) ||
    settings?.pkcs11Provider !== undefined ||
    (settings?.gssapi === true && hasKerberosTicket(environment)) ||
    (target.namedKeyFile === undefined && (settings?.certificateFiles.length ?? 0) > 0) ||
    keyFilesOf(target).some((file) => hasCertificate(file) || isSecurityKey(file));
  return needsSystem ? 'openssh' : 'ssh';
}

/**
 * Our own SSH where the inventory insists on it, and ssh's configuration has what it cannot do: what decides by which way
 * and with what proof a host is reached is refused before anything is dialled; what else it does not obey is told.
 * @throws TransportError
 */
export function checkOurs(target: Target, settings: SshSettings): void {
  const {hostName, namedKeyFile, proxyCommand, onWaiting} = target;
  const certificates = namedKeyFile === undefined ? settings.certificateFiles : [];
  const beyond = [
    ...(proxyCommand === undefined ? [] : [`ProxyCommand (${proxyCommand})`]),
    ...(certificates.length > 0 ? [`CertificateFile (${certificates.join(', ')})`] : []),
    ...(settings.pkcs11Provider === undefined ? [] : [`PKCS11Provider (${settings.pkcs11Provider})`]),
  ];
  if (beyond.length > 0)
    throw new TransportError(
      'unreachable',
      `vprov's own SSH cannot do what ssh's configuration says of ${hostName}: ${beyond.join(', ')}`,
      "take out `transport: ssh2`, or set `transport: openssh`: the system's ssh does it",
    );
  const certified = keyFilesOf(target).filter(hasCertificate);
  const passedOver = [...settings.beyondOurs, ...certified.map((file) => `the certificate ${file}-cert.pub`)];
  if (passedOver.length > 0)
    onWaiting?.(`transport: ssh2 does not obey ${passedOver.join(', ')} of ssh's configuration; auto would`);
}

function keyFilesOf({namedKeyFile, keyFiles}: Target): readonly string[] {
  return namedKeyFile === undefined ? keyFiles : [namedKeyFile];
}

/** ssh offers a certificate that lies beside a key. */
function hasCertificate(keyFile: string): boolean {
  return existsSync(`${keyFile}-cert.pub`);
}

function isSecurityKey(keyFile: string): boolean {
  const text = textOf(keyFile);
  const line = text === undefined ? undefined : (publicKeyOf(text) ?? textOf(`${keyFile}.pub`));
  return line?.startsWith('sk-') ?? false;
}

function textOf(file: string): string | undefined {
  try {
    // What a pipe gives once is for who logs in with it.
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Not there, or not for us: not a key to log in with.
    return undefined;
  }
}

/** Debian's ssh asks for GSSAPI on every machine; it means something where somebody has logged in to Kerberos. */
function hasKerberosTicket(environment: Environment): boolean {
  return Boolean(environment.KRB5CCNAME) || existsSync(`/tmp/krb5cc_${process.getuid?.() ?? ''}`);
}
