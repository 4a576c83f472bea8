import {TransportError} from './contract.ts';
import {lastWords} from './failures.ts';
import {sshCommand, type Target, wayWords} from './target.ts';

/**
 * A host that ends the connection before the handshake. sshd does so with too many logins under way, and, since OpenSSH
 * 9.8, for a while after failed logins from the same address.
 * @param said what it wrote before that
 * @param cause says whether another try may end better
 * @see sshd_config(5), PerSourcePenalties, MaxStartups
 */
export function closedAtOnce(target: Target, said: string, cause: Error): TransportError {
  const {hostName, host, port} = target;
  const where = `${hostName} (${host} port ${port})${wayWords(target)}`;
  const words = lastWords(Buffer.from(said));
  if (/not allowed at this time/i.test(words))
    // Without the cause: a try soon after is of no use.
    return new TransportError(
      'unreachable',
      `${where} lets nobody in from this address for a while: its sshd says "${words}"`,
      'logins from here have failed before (PerSourcePenalties in its sshd_config): wait some minutes; its log (journalctl -u ssh) says why, and PerSourcePenaltyExemptList spares an address',
    );
  return new TransportError(
    'unreachable',
    `no SSH connection to ${where}: the host closed the connection before the handshake${words === '' ? '' : `, and said: ${words}`}`,
    `see what \`${sshCommand(target)}\` says, and the host's log (journalctl -u ssh): its sshd may have too many logins under way (MaxStartups), or shut this address out for a while after failed ones (PerSourcePenalties); or it is no sshd`,
    {cause},
  );
}
