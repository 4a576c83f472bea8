import {createBastions} from './bastions.ts';
import {type ConnectorOptions, createConnector} from './connect.ts';
import {type ConnectOptions, TransportError} from './contract.ts';
import {hostKeyErrorIn, type ShownHostKey} from './host-key-error.ts';
import {probeKey} from './key-probe.ts';
import {appendKnownHosts, replaceKnownHosts} from './known-hosts-file.ts';
import {createPrompts} from './prompts.ts';

/** What is known of a host's key. The key may be that of a host on the way, which must be trusted first. */
export type KeyFinding =
  | {readonly type: 'known'}
  | {readonly type: 'unknown'; readonly shown: ShownHostKey}
  | {
      readonly type: 'changed';
      readonly shown: ShownHostKey;
      readonly message: string;
      readonly hint: string | undefined;
    }
  | {readonly type: 'failed'; readonly error: TransportError};

export type FindKey = (options: ConnectOptions) => Promise<KeyFinding>;

/** Asks hosts for their keys, without logging in to any but those on the way. */
export function createKeyFinder(options: ConnectorOptions): FindKey {
  const {environment} = options;
  const prompts = createPrompts(options.ask);
  const {ask} = prompts;
  const connect = createConnector({environment, ...(ask ? {ask} : {})});
  const bastions = createBastions(connect, prompts);
  return async (errand) => {
    try {
      if (errand.transport !== 'local')
        await probeKey(errand, {environment, bastions, prompts, passesCertified: true});
      return {type: 'known'};
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const about = hostKeyErrorIn(error);
      if (!about) return {type: 'failed', error};
      const {shown, message, hint} = about;
      return shown.known.length > 0 ? {type: 'changed', shown, message, hint} : {type: 'unknown', shown};
    }
  };
}

/**
 * Writes keys down as those of their hosts: a key that takes another's place replaces it.
 * @throws TransportError `host-key` when a file cannot be written; those before it are
 */
export async function trustKeys(keys: readonly ShownHostKey[]): Promise<void> {
  for (const file of new Set(keys.map((shown) => shown.file))) {
    const here = keys.filter((shown) => shown.file === file);
    const names = here.map(({hostName}) => hostName).join(', ');
    if (file === undefined)
      throw new TransportError(
        'host-key',
        `there is no file to keep the key of ${names} in`,
        "set `known_hosts_file` in the inventory, or UserKnownHostsFile in ssh's configuration",
      );
    const fresh = here.filter(({known}) => known.length === 0).map(({key}) => key);
    const other = here.filter(({known}) => known.length > 0).map(({key}) => key);
    try {
      if (fresh.length > 0) await appendKnownHosts(file, fresh);
      if (other.length > 0) await replaceKnownHosts(file, other);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new TransportError(
        'host-key',
        `the key of ${names} cannot be kept: ${error.message}`,
        `see who may write ${file} and its folder, and whether the disk is full; or name another file by \`known_hosts_file\``,
        {cause: error},
      );
    }
  }
}
