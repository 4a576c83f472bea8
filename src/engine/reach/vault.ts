import type {Diagnostic} from '../../errors/index.ts';
import {TransportError} from '../../transport/index.ts';
import {DiscoveryError, discover, type ReadFindings} from '../../vault/index.ts';
import {chooseHosts, onEach, type ReachOptions} from './hosts.ts';

/** What hosts have of Vault and OpenBao. */
export interface FoundVaults {
  readonly diagnostics: readonly Diagnostic[];
  /** Those of the inventory. */
  readonly files: readonly string[];
  /** In the order of the inventory. */
  readonly hosts: readonly {readonly name: string; readonly found: ReadFindings | TransportError}[];
}

/** Looks for servers on hosts, as root, and writes nothing there. */
export async function findVaults(options: ReachOptions & {readonly forks: number}): Promise<FoundVaults> {
  const {diagnostics, hosts, connect, files} = await chooseHosts(options);
  const {signal} = options;
  const results = await onEach(
    {hosts, connect},
    options.forks,
    signal,
    async ({name, becomeUser}, connection) => {
      const session = await connection.session(becomeUser ?? 'root');
      try {
        return await discover(
          {
            run: (script, timeoutMs) => session.request(script, {signal, timeoutMs}),
            forward: (address, port, ended) => connection.forward(address, port, ended),
          },
          signal,
        );
      } catch (error) {
        if (!(error instanceof DiscoveryError)) throw error;
        return new TransportError('lost', `${name}: ${error.message}`);
      }
    },
  );
  return {
    diagnostics,
    files,
    hosts: hosts.map(({name}, index) => ({
      name,
      found: results[index] ?? new TransportError('lost', `${name} was not asked`),
    })),
  };
}
