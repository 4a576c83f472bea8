import type {Script} from '../../shell/index.ts';
import type {Completed, Forwarder} from '../../transport/index.ts';
import {DiscoveryError, type HostRecords, type PackageRecord, parseRecords} from './records.ts';
import {lookForServers} from './script.ts';
import {type FoundServer, type ReadServer, serversOf} from './server.ts';
import {askStatus, type ServerStatus} from './status.ts';

/** A server, and what it says. */
export type KnownServer<S extends FoundServer = FoundServer> = S & {
  /** Undefined: it does not run, or cannot be asked from here. */
  readonly status?: ServerStatus;
};

/** What a host has of Vault and OpenBao, whoever made it. Nothing in it is secret. */
export interface Findings {
  readonly servers: readonly KnownServer[];
  /** vprov's mark is there, or a unit or configuration that vprov wrote. */
  readonly isOurs: boolean;
  /** What no server here uses: configurations, and folders with data. */
  readonly unusedFiles: readonly string[];
  readonly unusedData: readonly string[];
  /** Unit files that start such a server, each of them. */
  readonly unitFiles: readonly string[];
  readonly packages: readonly PackageRecord[];
}

/** The same with the contents of configurations, for whoever writes them down. */
export interface ReadFindings extends Findings {
  readonly servers: readonly KnownServer<ReadServer>[];
}

export interface DiscoveryPorts extends Forwarder {
  run(script: Script, timeoutMs: number): Promise<Completed>;
}

const timeoutMs = 60_000;
const askTimeoutMs = 10_000;

/**
 * Looks at a host as root, and asks each server that runs. Nothing is written, and no token is used.
 * @throws DiscoveryError, and TransportError when the connection to the host is lost
 */
export async function discover(ports: DiscoveryPorts, signal: AbortSignal): Promise<ReadFindings> {
  const {exitCode, stdout, stderr} = await ports.run(lookForServers, timeoutMs);
  if (exitCode !== 0)
    throw new DiscoveryError(`looking for servers ended with ${exitCode}: ${stderr.toString('utf8').trim()}`);
  const records = parseRecords(stdout);
  const servers = await Promise.all(
    serversOf(records).map(async (server) => {
      if (server.pid === 0 || server.container !== '') return server;
      const listeners =
        server.listeners.length > 0 ? server.listeners : [{address: '127.0.0.1:8200', hasTls: false}];
      return {...server, status: await askStatus(ports, listeners, {signal, timeoutMs: askTimeoutMs})};
    }),
  );
  return {servers, ...leftoversOf(records, servers)};
}

/** The first words of every file that the role vault writes. */
const signature = '# Written by vprov, role vault';

export function leftoversOf(
  {files, data, units, unitFiles, packages}: HostRecords,
  servers: readonly FoundServer[],
): Omit<Findings, 'servers'> {
  const read = servers.flatMap((server) => server.files);
  const used = servers.map(({path}) => path.replace(/\/$/, ''));
  // A server may be given a link: what it leads to is in use, by whatever name it was found.
  const usedData = new Set(data.filter(({path}) => used.includes(path)).map(({realPath}) => realPath));
  return {
    isOurs:
      files.has(markFile) ||
      units.some(({firstLine}) => firstLine.startsWith(signature)) ||
      [...files.values()].some(isSigned),
    unusedFiles: [...files].flatMap(([path, text]) =>
      !read.includes(path) && path !== markFile && /^\s*"?storage"?[\s:]/m.test(text) ? [path] : [],
    ),
    unusedData: [...new Set(data.map(({realPath}) => realPath))].filter((path) => !usedData.has(path)),
    unitFiles,
    packages,
  };
}

/** Where a host says that its server is vprov's: written before the first file that the role manages. */
const markFile = '/var/lib/vprov/vault.json';

/** In the comments that it begins with. */
function isSigned(text: string): boolean {
  const [comments = ''] = /^(\s*#.*\n)*/.exec(text) ?? [];
  return comments.includes(signature);
}

/** Without the contents of configurations. */
export function withoutContents({servers, ...rest}: ReadFindings): Findings {
  return {...rest, servers: servers.map(({configuration: _, ...server}) => server)};
}

/** Whether there is nothing at all of such a server. */
export function isBare({servers, unusedData, unusedFiles, unitFiles}: Findings): boolean {
  return servers.length + unusedData.length + unusedFiles.length + unitFiles.length === 0;
}
