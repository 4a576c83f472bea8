import {bastionErrand} from './bastions.ts';
import {quotedValue} from './openssh-arguments.ts';
import {readSshConfig} from './ssh-config.ts';
import {type Environment, type Errand, type Target, targetOf} from './target.ts';

/**
 * The command by which ssh reaches a host through others where what the inventory says of the host's key and known hosts
 * is to hold for those on the way, too, which `-J` does not tell them. Undefined where there is nothing of that.
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
  if (target.jumps.length === 0) return undefined;
  if ((privateKeyFile ?? spareKeyFile ?? knownHostsFile ?? spareKnownHostsFile) === undefined)
    return undefined;
  const hop = bastionErrand(target, errand);
  const settings = await readSshConfig(hop, 'always');
  const via = targetOf(hop, settings, environment);
  const before = await hopsCommand(via, hop, environment, answers);
  const options: Readonly<Record<string, string>> = {
    BatchMode: answers ? 'no' : 'yes',
    StrictHostKeyChecking: via.acceptsNewKeys ? 'accept-new' : 'yes',
    UserKnownHostsFile: via.knownHostsFiles.map(quotedValue).join(' '),
    ...(before === undefined ? {} : {ProxyCommand: before}),
  };
  const args = [
    ...(hop.sshConfigFile === undefined ? [] : ['-F', hop.sshConfigFile]),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...via.keyFiles.flatMap((file) => ['-o', `IdentityFile=${quotedValue(file.replaceAll('%', '%%'))}`]),
    ...(hop.user === undefined ? [] : ['-l', hop.user]),
    ...(hop.port === undefined ? [] : ['-p', String(hop.port)]),
    ...['-a', '-x', '-T'],
  ];
  return ['ssh', ...args.map(asWritten), '-W', "'[%h]:%p'", '--', asWritten(hop.host)].join(' ');
}

/** A word for the shell that runs the command, once ssh has replaced its tokens. */
function asWritten(word: string): string {
  return `'${word.replaceAll('%', '%%').replaceAll("'", "'\\''")}'`;
}
