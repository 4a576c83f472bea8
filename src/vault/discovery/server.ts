import {labelsOf, type Setting} from '../configuration/settings.ts';
import {type ConfigurationFile, configurationFiles, settingsOfFiles} from './configuration.ts';
import {containerOf, unitOf} from './place.ts';
import type {HostRecords, ProcessRecord, UnitRecord} from './records.ts';

/** Where a value of a server comes from. What comes first here goes first. */
export type ValueOrigin = 'environment' | 'configuration' | 'data';

/** A server as it was found on a host, whoever made it: one that runs, or a unit that would start one. */
export interface FoundServer {
  /** 0: it does not run. */
  readonly pid: number;
  /** Where its program is. */
  readonly program: string;
  /** The program's file was replaced, or removed, under the server. */
  readonly isReplaced: boolean;
  readonly product: 'openbao' | 'vault' | 'unknown';
  /** Empty: it is in none. */
  readonly container: string;
  /** Empty: no unit starts it. */
  readonly unit: string;
  readonly unitFile: string;
  /** As `systemctl is-enabled` has it: `static` is one without [Install], which nothing enables. */
  readonly unitFileState: string;
  readonly dropIns: readonly string[];
  readonly files: readonly string[];
  /** Files among them that nobody can read as a configuration. */
  readonly unread: readonly string[];
  /** `raft`, `file`, `consul` …; empty where no file says. */
  readonly storage: string;
  readonly path: string;
  readonly pathFrom: ValueOrigin;
  readonly nodeId: string;
  readonly nodeIdFrom: ValueOrigin;
  /** There is a member's data in `path`. */
  readonly hasData: boolean;
  /** Of vault.db; 0 where there is none. */
  readonly databaseBytes: number;
  readonly listeners: readonly Listener[];
  readonly seal: string;
}

export interface Listener {
  readonly address: string;
  readonly hasTls: boolean;
}

/** A server with what its files say, which may hold secrets. */
export interface ReadServer extends FoundServer {
  readonly configuration: readonly ConfigurationFile[];
}

/** The servers of a host: each process, and each unit whose server does not run. */
export function serversOf(records: HostRecords): readonly ReadServer[] {
  const running = records.processes
    .filter(({words}) => isServer(words))
    .map((process) =>
      serverOf(
        records,
        process,
        records.units.find((unit) => starts(unit, process)),
      ),
    );
  const pids = new Set(running.map(({unit}) => unit));
  const stopped = records.units
    .filter(({name, words, loadState}) => loadState === 'loaded' && isServer(words) && !pids.has(name))
    .map((unit) => serverOf(records, undefined, unit));
  return [...running, ...stopped];
}

/** `vault server`, and not an agent or a client. */
function isServer(words: readonly string[]): boolean {
  return words.slice(1).find((word) => !word.startsWith('-')) === 'server';
}

function starts(unit: UnitRecord, process: ProcessRecord): boolean {
  return unit.pid === process.pid || unit.name === unitOf(process);
}

function serverOf(
  records: HostRecords,
  process: ProcessRecord | undefined,
  unit: UnitRecord | undefined,
): ReadServer {
  const words = process?.words ?? unit?.words ?? [];
  const configuration = process?.isRootedElsewhere
    ? []
    : configurationFiles(words, process?.directory ?? unit?.directory ?? '/', records);
  const settings = settingsOfFiles(configuration);
  const variables = process?.variables ?? unit?.variables ?? new Map();
  const exe = process?.exe ?? words[0] ?? '';
  const product = productOf(process ?? unit, exe);
  const [storage = ''] = labelsOf(settings, 'storage');
  const path = moved(product, variables, 'RAFT_PATH', settings.get(`storage.${storage}.path`));
  const data = records.data.find((one) => one.path === path.value.replace(/\/$/, ''));
  const named = moved(product, variables, 'RAFT_NODE_ID', settings.get('storage.raft.node_id'));
  const nodeId =
    named.value === '' && data?.nodeId !== undefined ? {value: data.nodeId, from: 'data' as const} : named;
  return {
    pid: process?.pid ?? 0,
    program: exe.replace(/ \(deleted\)$/, ''),
    isReplaced: exe.endsWith(' (deleted)'),
    product,
    container: process ? containerOf(process, records) : '',
    unit: unit?.name ?? '',
    unitFile: unit?.file ?? '',
    unitFileState: unit?.fileState ?? '',
    dropIns: unit?.dropIns ?? [],
    files: configuration.map((file) => file.path),
    unread: configuration.filter(({body}) => body === undefined).map((file) => file.path),
    storage,
    path: path.value,
    pathFrom: path.from,
    nodeId: nodeId.value,
    nodeIdFrom: nodeId.from,
    hasData: data !== undefined,
    databaseBytes: data?.sizeBytes ?? 0,
    listeners: listenersOf(settings),
    seal: labelsOf(settings, 'seal')[0] ?? 'shamir',
    configuration,
  };
}

/** Of one whose program is gone its name is all there is. */
function productOf(
  found: Pick<ProcessRecord, 'product'> | undefined,
  program: string,
): FoundServer['product'] {
  if (found?.product === 'openbao' || found?.product === 'vault') return found.product;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (/^(bao|openbao)$/.test(name)) return 'openbao';
  return 'unknown';
}

/** The environment goes before the configuration; OpenBao reads variables of both names, its own first. */
function moved(
  product: FoundServer['product'],
  variables: ReadonlyMap<string, string>,
  name: string,
  setting: Setting | undefined,
): {readonly value: string; readonly from: ValueOrigin} {
  const prefixes = product === 'vault' ? ['VAULT'] : ['BAO', 'VAULT'];
  const value = prefixes.map((prefix) => variables.get(`${prefix}_${name}`)).find((one) => one);
  return value === undefined
    ? {value: setting?.value ?? '', from: 'configuration'}
    : {value, from: 'environment'};
}

function listenersOf(settings: ReadonlyMap<string, Setting>): readonly Listener[] {
  const names = [...settings.values()].flatMap(({within: [, name = ''], path}) =>
    path.startsWith('listener.tcp.') || path === 'listener.tcp' ? [name] : [],
  );
  return [...new Set(names)].map((name) => ({
    address: settings.get(`${name}.address`)?.value ?? '127.0.0.1:8200',
    hasTls: !/^(1|t|true)$/i.test(settings.get(`${name}.tls_disable`)?.value ?? ''),
  }));
}
