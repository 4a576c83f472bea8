import {TransportError} from '../../transport/index.ts';
import {servesCertificate} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {readFile} from '../read-file.ts';
import {stuckAt} from '../vault-server.ts';
import type {VaultServedCertificateArguments} from './schema.ts';

/** What is said of the server, and not of the connection to its host. */
const answers: ReadonlySet<TransportError['failure']> = new Set(['refused', 'timeout', 'forbidden', 'http']);

/** Of a chain; a file of several keys of RSA's longest sort is smaller. */
const largestBytes = 256 * 1024;

export const vaultServedCertificate: Action<VaultServedCertificateArguments> = {
  type: 'action',
  name: 'vault_served_certificate',
  summary: 'Fails unless a server serves the certificate that its file has',
  scope: 'host',
  result: {},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act({url, file, timeout = 10}, ports) {
    const read = await readFile(file, largestBytes, ports);
    if ('problem' in read) return stuckAt(read);
    try {
      const stuck = await servesCertificate(ports, url, read.bytes.toString('utf8'), timeout * 1000);
      return stuck ? stuckAt({...stuck, problem: `${file}: ${stuck.problem}`}) : {changed: false, result: {}};
    } catch (error) {
      if (!(error instanceof TransportError) || !answers.has(error.failure)) throw error;
      return stuckAt({problem: error.message, ...(error.hint ? {hint: error.hint} : {})});
    }
  },
};
