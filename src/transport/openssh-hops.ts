import {bastionErrand} from './bastions.ts';
import {quotedValue} from './ssh-arguments.ts';
import {readSshConfig} from './ssh-config.ts';
import {type Environment, type Errand, type Target, targetOf} from './target.ts';

/** A host on the way to another. */
interface Hop {
  readonly errand: Errand;
  readonly target: Target;
}

/**
 * The command by which ssh reaches a host through others, where it would not go that way as it is to by itself: what the
 * inventory says of the host's key and known hosts is to hold for those on the way, too, which `-J` does not tell them;
 * and a host on the way that is said to be behind itself is reached straight. Undefined where there is nothing of that.
 * The way is followed to its end in any case: ssh starts itself for each host on it, on a circle without end.
 * @param answers whether questions are answered
 * @see ssh_config(5): ProxyCommand, TOKENS
 * @throws TransportError when the way cannot be read, or goes in a circle, or ssh's configuration cannot be read
 */
export async function hopsCommand(
  target: Target,
  errand: Errand,
  environment: Environment,
  answers: boolean,
): Promise<string | undefined> {
  const {privateKeyFile, spareKeyFile, knownHostsFile, spareKnownHostsFile} = errand;
  const hops = await hopsTo(target, errand, environment);
  const isTold =
    (privateKeyFile ?? spareKeyFile ?? knownHostsFile ?? spareKnownHostsFile) !== undefined ||
    hops.some((hop) => hop.target.skipsItself);
  if (!isTold) return undefined;
  return hops.reduce<string | undefined>((before, hop) => hopCommand(hop, before, answers), undefined);
}

/** The hosts on the way, the first one first. @throws TransportError when it cannot be read, or goes in a circle */
export async function hopsTo(
  target: Target,
  errand: Errand,
  environment: Environment,
): Promise<readonly Hop[]> {
  if (target.jumps.length === 0) return [];
  const hop = bastionErrand(target, errand);
  const via = targetOf(hop, await readSshConfig(hop, 'always'), environment);
  return [...(await hopsTo(via, hop, environment)), {errand: hop, target: via}];
}

/** @param before the command that leads to this host */
function hopCommand({errand, target}: Hop, before: string | undefined, answers: boolean): string {
  const options: Readonly<Record<string, string>> = {
    BatchMode: answers ? 'no' : 'yes',
    StrictHostKeyChecking: target.acceptsNewKeys ? 'accept-new' : 'yes',
    UserKnownHostsFile: target.knownHostsFiles.map(quotedValue).join(' '),
    ...(before === undefined ? {} : {ProxyCommand: before}),
    ...(target.skipsItself ? {ProxyJump: 'none'} : {}),
  };
  const args = [
    ...(errand.sshConfigFile === undefined ? [] : ['-F', errand.sshConfigFile]),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...target.keyFiles.flatMap((file) => ['-o', `IdentityFile=${quotedValue(file.replaceAll('%', '%%'))}`]),
    ...(errand.user === undefined ? [] : ['-l', errand.user]),
    ...(errand.port === undefined ? [] : ['-p', String(errand.port)]),
    ...['-a', '-x', '-T'],
  ];
  return ['ssh', ...args.map(asWritten), '-W', "'[%h]:%p'", '--', asWritten(errand.host)].join(' ');
}

/** A word for the shell that runs the command, once ssh has replaced its tokens. */
function asWritten(word: string): string {
  return `'${word.replaceAll('%', '%%').replaceAll("'", "'\\''")}'`;
}
