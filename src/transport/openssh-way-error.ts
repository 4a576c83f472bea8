import {TransportError} from './contract.ts';
import {lastWords} from './failures.ts';
import {sshCommand, type Target, wayWords} from './target.ts';

/** What ssh says of its own end when what leads to the host has ended: it tells nothing of the cause. */
const ownEnd =
  /^.*(?:kex_exchange_identification|banner exchange|connection (?:closed|reset) by|ssh_dispatch_run_fatal|stdio forwarding failed|no such identity).*$/gim;

/** May be otherwise a little later: a host that starts, or has too many logins under way. */
const transient = /refused|timed out|reset|unreachable|no route/i;

/** Whether ssh heard nothing of the host's sshd: then the way to it has failed, whatever was said on it. */
export function isOfWay(target: Target, stderr: string): boolean {
  return wayWords(target) !== '' && /kex_exchange_identification|banner exchange:/i.test(stderr);
}

/**
 * The way to a host has failed: a host on it, or a program of ssh's configuration. What these said stands before what
 * ssh says of its own end.
 * @param stderr of ssh, in which all of them write
 */
export function wayError(target: Target, stderr: string): TransportError {
  const {hostName} = target;
  const own = stderr.replace(ownEnd, '').replace(/^(?:channel \d+: open failed|ssh): /gim, '');
  const words = lastWords(Buffer.from(own));
  // What is worth another try says so by its cause.
  const passes = words === '' || transient.test(words);
  const cause = new Error(passes ? `the host closed the connection: ${words}` : words);
  const ended =
    target.proxyCommand === undefined ? 'it was closed without a word' : 'it ended without a word';
  return new TransportError(
    'unreachable',
    `no way to ${hostName}${wayWords(target)}: ${words || ended}`,
    hintOf(target, own) ?? `see what \`${sshCommand(target)}\` says`,
    {cause},
  );
}

function hintOf({jumps, proxyCommand, host, port}: Target, said: string): string | undefined {
  if (proxyCommand !== undefined)
    return 'try the command by itself: it is to bring an SSH server to its standard input and output';
  const through = jumps.join(' and ');
  if (/prohibited/i.test(said))
    return `see AllowTcpForwarding, PermitOpen and DisableForwarding in the sshd_config of ${through}; \`transport: ssh2\` goes through a host that forbids them, too`;
  if (/permission denied|too many authentication/i.test(said))
    return `see the user before the @, and which keys ${through} takes: what the inventory says of the host's key holds there, too, else ssh's configuration`;
  if (/^connect failed: /im.test(said))
    return `see that sshd listens on ${host} port ${port}, as ${through} sees it`;
  if (/^connect to host/im.test(said)) return `see that ${through} is up, and that its port is right`;
  return undefined;
}
