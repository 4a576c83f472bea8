import type {Diagnostic} from '../../errors/index.ts';
import {type Connection, type Session, TransportError} from '../../transport/index.ts';
import {askMember, DiscoveryError, discover, type MemberView, type ReadFindings} from '../../vault/index.ts';
import {chooseHosts, onEach, type ReachOptions} from './hosts.ts';
import {whatIsOwed} from './owed.ts';

/** What hosts have of Vault and OpenBao. */
export interface FoundVaults {
  readonly diagnostics: readonly Diagnostic[];
  /** Those of the inventory. */
  readonly files: readonly string[];
  /** In the order of the inventory. */
  readonly hosts: readonly FoundHost[];
}

interface FoundHost {
  readonly name: string;
  readonly found: ReadFindings | TransportError;
  /** What its server says of its cluster, where it was asked and answers. */
  readonly view: MemberView | undefined;
  /** What its server would run with from its next start on; empty where that was not asked. */
  readonly owed: readonly string[];
}

export interface FindVaultsOptions extends ReachOptions {
  readonly forks: number;
  /** Whether servers are asked about their cluster, too. */
  readonly asksMembers?: boolean;
  /** Whether it is looked for what they would run with from their next start on. */
  readonly asksOwed?: boolean;
  /** For those questions that need one; empty: they are not asked. */
  readonly token?: string;
}

const askTimeoutMs = 10_000;

/** Looks for servers on hosts, as root, and writes nothing there. */
export async function findVaults(options: FindVaultsOptions): Promise<FoundVaults> {
  const {diagnostics, hosts, connect, files} = await chooseHosts(options);
  const results = await onEach(
    {hosts, connect},
    options.forks,
    options.signal,
    async ({name, becomeUser}, connection) => {
      const session = await connection.session(becomeUser ?? 'root');
      const seen = await lookForVault(name, session, connection, options);
      return {...seen, owed: options.asksOwed ? await whatIsOwed(seen.found, session, options.signal) : []};
    },
  );
  return {
    diagnostics,
    files,
    hosts: hosts.map(({name}, index) => {
      const result = results[index] ?? new TransportError('lost', `${name} was not asked`);
      return result instanceof TransportError
        ? {name, found: result, view: undefined, owed: []}
        : {name, ...result};
    }),
  };
}

/**
 * Looks for servers on one host.
 * @param session root's
 * @throws TransportError, also where what the host says cannot be understood
 */
export async function lookForVault(
  name: string,
  session: Session,
  connection: Connection,
  {signal, asksMembers = false, token = ''}: Pick<FindVaultsOptions, 'signal' | 'asksMembers' | 'token'>,
): Promise<Pick<FoundHost, 'view'> & {readonly found: ReadFindings}> {
  try {
    const found = await discover(
      {
        run: (script, timeoutMs) => session.request(script, {signal, timeoutMs}),
        forward: (address, port, ended) => connection.forward(address, port, ended),
      },
      signal,
    );
    const url = found.servers.find(({pid, status}) => pid > 0 && status?.problem === '')?.status?.url;
    if (!asksMembers || url === undefined) return {found, view: undefined};
    return {found, view: await askMember(connection, url, token, {signal, timeoutMs: askTimeoutMs})};
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    throw new TransportError('lost', `${name}: ${error.message}`);
  }
}
