import {existsSync, statSync} from 'node:fs';
import {TransportError} from './contract.ts';
import {dialError} from './dial.ts';
import {expiredAtLogin} from './expired-password.ts';
import {lastWords} from './failures.ts';
import {changedKeyHint, revokedWords, unknownKeyHint} from './host-key.ts';
import {agentHint, nothingToLogInWith} from './identity.ts';
import {knownHostsName} from './known-hosts.ts';
import {oldSshdHint} from './negotiation.ts';
import {addHint, type KeyLog, mend, refusedHalf} from './openssh-log.ts';
import {isOfWay, wayError} from './openssh-way-error.ts';
import {endedAfterProof, keyNames, notLetIn, type Refusal} from './refusal.ts';
import {closedAtOnce} from './shut-out.ts';
import {sshCommand, type Target, wayWords} from './target.ts';

/** How a failed system call is worded by the C library, in the locale C. */
const systemErrors: readonly (readonly [RegExp, string])[] = [
  [/could not resolve hostname .*temporary failure/i, 'EAI_AGAIN'],
  [/could not resolve hostname/i, 'ENOTFOUND'],
  [/connect to .*: connection refused/i, 'ECONNREFUSED'],
  [/connect to .*: no route to host/i, 'EHOSTUNREACH'],
  [/connect to .*: network is unreachable/i, 'ENETUNREACH'],
  [/connect to .*: (?:connection|operation) timed out/i, 'ETIMEDOUT'],
];

/**
 * Why ssh gave no connection, in our words, from what it wrote.
 * @param known what was seen of the login beside that
 */
export function opensshError(
  target: Target,
  stderr: string,
  known: Pick<Refusal, 'unsigned' | 'agentState' | 'passwordOffered' | 'mustChange'> & {
    readonly keys: KeyLog;
    /** What the host wrote before the handshake. */
    readonly greeting: string;
  },
): TransportError {
  const {hostName, host, port} = target;
  const said = lastWords(Buffer.from(stderr));
  const cause = new Error(said);
  const failed = (failure: 'unreachable' | 'host-key', message: string, hint?: string): TransportError =>
    new TransportError(failure, message, hint, {cause});
  // The host on the way writes to the same place.
  const named = /host key is known for (\S+)|host key for (\S+) has changed/i.exec(stderr);
  const whose = keyOwner(target, named?.[1] ?? named?.[2]);
  const shown = /\bthe (\S+) key sent by the remote host is\s+(\S+?)\.?$/im.exec(stderr);
  if (/remote host identification has changed/i.test(stderr)) {
    const key = shown ? `: it shows ${shown[1]} ${shown[2]}` : '';
    return failed('host-key', `the key of ${whose} is not the known one${key}`, changedKeyHint(target));
  }
  const [, type, fingerprint] = /host key (\S+) (\S+) revoked by file/i.exec(stderr) ?? [];
  if (type !== undefined) return failed('host-key', ...revokedWords(target, `${type} ${fingerprint}`));
  if (/marked as revoked/i.test(stderr))
    return failed(
      'host-key',
      `the key of ${whose} is revoked: ${said}`,
      `a line @revoked in ${target.knownHostsFiles.join(', ')} says so; do not connect before you know why`,
    );
  if (/no \S+ host key is known for|host key verification failed/i.test(stderr))
    return failed('host-key', `the key of ${whose} is not known`, unknownKeyHint(target));
  if (isOfWay(target, stderr)) return wayError(target, stderr);
  if (/permission denied|too many authentication failures/i.test(stderr)) {
    const methods = /permission denied \(([^)]*)\)/i.exec(stderr)?.[1];
    const takes = methods === undefined ? {} : {takes: methods.split(',')};
    const tooMany = /too many authentication failures/i.test(stderr);
    return refusedLogin(target, {...known, ...takes, tooMany, tookKey: known.keys.partial}, cause);
  }
  if (known.mustChange) return expiredAtLogin(target, cause);
  const code = systemErrors.find(([pattern]) => pattern.test(stderr))?.[1];
  const through = wayWords(target);
  if (code !== undefined && through === '') return dialError(target, Object.assign(cause, {code}));
  if (known.keys.taken && /connection (?:closed|reset) by/i.test(stderr)) {
    cause.message = `the host closed the connection: ${said}`;
    const words = lastWords(Buffer.from(stderr.replace(/^.*connection (?:closed|reset) by.*$/gim, '')));
    return endedAfterProof(target, known.keys.taken.name, words, cause);
  }
  // What is worth another try says so by its cause.
  if (/kex_exchange_identification|banner exchange:|connection (?:closed|reset) by/i.test(stderr))
    cause.message = `the host closed the connection: ${said}`;
  if (/kex_exchange_identification/i.test(stderr)) return closedAtOnce(target, known.greeting, cause);
  return failed(
    'unreachable',
    `no SSH connection to ${hostName} (${host} port ${port})${through}: ${said || 'ssh ended without a word'}`,
    unclearHint(target, said),
  );
}

function unclearHint(target: Target, said: string): string {
  if (/remote username contains invalid characters/i.test(said)) return 'correct `user` in the inventory';
  return oldSshdHint(said) ?? `see what \`${sshCommand(target)}\` says`;
}

/** Why ssh was not let in, by what its log says of keys, too. */
function refusedLogin(
  target: Target,
  refusal: Refusal & {readonly keys: KeyLog},
  cause: Error,
): TransportError {
  const {keys, passwordOffered} = refusal;
  const known = refusal.unsigned.length > 0 ? refusal.unsigned : keys.unsigned;
  const unsigned = known.length > 0 ? known : refusedHalf(target.namedKeyFile, keys);
  const offered = [...keyNames(keys.offered), ...(passwordOffered ? ['the password'] : [])];
  const locked = keys.silent.filter((file) => existsSync(file));
  const [unusable] = [...keys.unusable, ...locked.map((file) => ({file, why: 'it needs a passphrase'}))];
  const {takes = [], agentState} = refusal;
  const mayOfferKeys = takes.includes('publickey') && target.loginMethods.includes('publickey');
  const isMissing = ({why}: {readonly why: string}): boolean => /no such file/i.test(why);
  const hasNoFile =
    locked.length === 0 && keys.unusable.every(isMissing) && target.namedKeyFile === undefined;
  if (offered.length + unsigned.length === 0 && hasNoFile && mayOfferKeys)
    return nothingToLogInWith(target, [], agentState, cause);
  if (offered.length > 0 || unsigned.length > 0 || agentState === 'silent' || !unusable)
    return notLetIn(target, {...refusal, unsigned}, offered.length > 0 ? offered : undefined, cause);
  const {file} = unusable;
  // Of a folder ssh says only that others may read it.
  const isFolder = statSync(file, {throwIfNoEntry: false})?.isDirectory() === true;
  const why = isFolder ? 'it is a folder, and no file with a private key' : unusable.why;
  return new TransportError(
    'authentication',
    `no key to log in to ${target.hostName}: ${file}: ${why}`,
    mendingHint(target, refusal, file, why, locked),
    {cause},
  );
}

function mendingHint(
  target: Target,
  {agentState}: Refusal,
  file: string,
  why: string,
  locked: readonly string[],
): string {
  const agent = agentHint(target, agentState);
  if (locked.includes(file)) return agent ? `${agent}, and add the key: ssh-add ${file}` : addHint(file);
  return agent ? `${agent}; or ${mend(file, why)}` : mend(file, why);
}

/** Whose key it is that ssh names as known_hosts would. */
function keyOwner({hostName, keyAddress: {host, port}, jumps}: Target, name: string | undefined): string {
  const isOurs = name === undefined || name.toLowerCase() === knownHostsName(host, port).toLowerCase();
  return jumps.length === 0 || isOurs ? hostName : `${name}, on the way to ${hostName},`;
}
