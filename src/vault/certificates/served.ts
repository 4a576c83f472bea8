import {X509Certificate} from 'node:crypto';
import {type Forwarder, httpRequest} from '../../transport/index.ts';
import type {ClusterPorts, Stuck} from '../cluster/ports.ts';

const lookEveryMs = 250;
const answerTimeoutMs = 30_000;

/**
 * Waits until a server shows the certificate that its file has: it reads it anew when it is told to, and goes on with the one
 * before where it does not like it, which only its log says.
 * https://openbao.org/docs/configuration/listener/tcp/#reloading-tls-certificates
 * @param url https://
 * @param certificate PEM, the server's own first
 * @throws TransportError when the server does not answer
 */
export async function servesCertificate(
  ports: Pick<ClusterPorts, 'sleep' | 'now' | 'signal' | 'progress'> & Forwarder,
  url: string,
  certificate: string,
  timeoutMs: number,
): Promise<Stuck | undefined> {
  const wanted = certificateIn(certificate);
  if (!wanted) return {problem: 'what is in the file is no certificate'};
  const untilMs = ports.now() + timeoutMs;
  for (;;) {
    const served = await servedAt(ports, url);
    if (served?.fingerprint256 === wanted.fingerprint256) return undefined;
    if (ports.now() >= untilMs)
      return {
        problem: `it serves ${inWords(served)}, and not ${inWords(wanted)}, which its file has`,
        hint: "its log says why it did not take it: journalctl -u vault.service. A key that is not the certificate's, mostly",
      };
    await ports.sleep(lookEveryMs);
  }
}

async function servedAt(
  through: Forwarder & {readonly signal: AbortSignal},
  url: string,
): Promise<X509Certificate | undefined> {
  // Whom it is compared with is the file, not an authority; nothing secret is sent.
  const request = {
    url: new URL('/v1/sys/seal-status', url),
    method: 'GET',
    headers: {},
    tls: {verify: false},
  };
  const {certificate} = await httpRequest(through, request, {
    signal: through.signal,
    timeoutMs: answerTimeoutMs,
  });
  return certificate;
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    // Whatever it is, no server serves it.
    return undefined;
  }
}

function inWords(certificate: X509Certificate | undefined): string {
  if (!certificate) return 'no certificate';
  const ends = new Date(Date.parse(certificate.validTo)).toISOString().slice(0, 10);
  return `the certificate ${certificate.serialNumber.slice(-8).toLowerCase()} that ends on ${ends}`;
}
