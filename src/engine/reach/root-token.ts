import type {Diagnostic} from '../../errors/index.ts';
import {Secret} from '../../text/index.ts';
import {TransportError} from '../../transport/index.ts';
import {generateRootToken, logIn, type OpenKeys, type Stuck} from '../../vault/index.ts';
import {authoritiesIn} from '../authorities.ts';
import {chooseHosts, onEach, type ReachOptions} from './hosts.ts';
import {lookForVault} from './vault.ts';

export interface RootTokenOptions extends ReachOptions {
  readonly forks: number;
  readonly clusterKeys: OpenKeys;
}

export interface MadeRootToken {
  readonly diagnostics: readonly Diagnostic[];
  /** Of the active member; undefined: none of the hosts that were reached is. */
  readonly made: {readonly host: string; readonly outcome: Secret | Stuck} | undefined;
  readonly unreachable: readonly TransportError[];
}

/** Makes a root token by the shares, through the connection to the active member's host. */
export async function rootTokenOf(options: RootTokenOptions): Promise<MadeRootToken> {
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const {signal, clusterKeys} = options;
  let made: MadeRootToken['made'];
  const results = await onEach(
    {hosts, connect},
    options.forks,
    signal,
    async ({name, becomeUser}, connection) => {
      const session = await connection.session(becomeUser ?? 'root');
      const {found, view} = await lookForVault(name, session, connection, {signal, asksMembers: true});
      const url = found.servers.find(({pid, status}) => pid > 0 && status?.problem === '')?.status?.url;
      if (view?.isLeader !== true || url === undefined || made) return;
      made = {host: name, outcome: {problem: 'it was not asked'}};
      const authorities = () => authoritiesIn(options.cwd);
      const through = {signal, authorities, forward: connection.forward.bind(connection)};
      const login = clusterKeys.operator && (await logIn(through, url, clusterKeys.operator));
      const outcome =
        login === undefined || login instanceof Secret
          ? await generateRootToken(through, url, clusterKeys, login)
          : login;
      made = {host: name, outcome};
    },
  );
  const unreachable = results.filter((one): one is TransportError => one instanceof TransportError);
  return {diagnostics, made, unreachable};
}
