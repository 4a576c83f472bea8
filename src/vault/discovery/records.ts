/** What a host says of its servers cannot be understood. */
export class DiscoveryError extends Error {}

/** What a host printed of itself: processes, units, files and data as they were found, before anybody judged them. */
export interface HostRecords {
  readonly initCgroups: readonly string[];
  readonly initNamespace: string;
  readonly processes: readonly ProcessRecord[];
  readonly units: readonly UnitRecord[];
  /** Every unit file that starts such a program, also those that another of the same name hides. */
  readonly unitFiles: readonly string[];
  /** Contents of configurations, and of vprov's mark. They may hold secrets. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders that were given as a configuration. */
  readonly folders: readonly string[];
  readonly unreadable: readonly string[];
  readonly data: readonly DataRecord[];
  readonly packages: readonly PackageRecord[];
}

export interface ProcessRecord {
  readonly pid: number;
  /** Where its program is, or was: ` (deleted)` at the end says that the file was replaced. */
  readonly exe: string;
  readonly product: string;
  readonly directory: string;
  readonly namespace: string;
  /** Its `/` is not the host's. */
  readonly isRootedElsewhere: boolean;
  readonly cgroups: readonly string[];
  readonly words: readonly string[];
  /** Those variables of its environment that move a member, and what says that it is in a container. */
  readonly variables: ReadonlyMap<string, string>;
  /** The command of the process that started it. */
  readonly parent: string;
}

export interface UnitRecord {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly fileState: string;
  readonly file: string;
  /** Of its file. */
  readonly firstLine: string;
  readonly dropIns: readonly string[];
  readonly words: readonly string[];
  /** Where its program is started, for paths that are relative. */
  readonly directory: string;
  /** Of its program, by what was built into it; empty where nobody can tell. */
  readonly product: string;
  readonly environmentFiles: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  readonly pid: number;
}

export interface DataRecord {
  readonly path: string;
  /** Where it is once every link is followed. */
  readonly realPath: string;
  readonly nodeId: string | undefined;
  /** Of vault.db; undefined where there is none. */
  readonly sizeBytes: number | undefined;
  /** It is that of the storage `file`. */
  readonly isFileStorage: boolean;
}

export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  /** Upgrades leave it alone. */
  readonly isHeld: boolean;
}

type Fields = Map<string, string[]>;

/**
 * @param stdout what `lookForServers` printed
 * @throws DiscoveryError when it is not that, as when a file changed while it was read
 */
export function parseRecords(stdout: Buffer): HostRecords {
  const {files, lines} = readLines(stdout);
  const host: Fields = new Map();
  const found: {readonly type: string; readonly fields: Fields}[] = [];
  let current = host;
  for (const {name, value} of lines) {
    if (things.includes(name)) {
      current = new Map();
      found.push({type: name, fields: current});
    } else if (name === 'units_end') current = host;
    const to = ofHost.includes(name) ? host : current;
    to.set(name, [...(to.get(name) ?? []), value]);
  }
  const all = <T>(type: string, read: (fields: Fields) => T): readonly T[] =>
    found.filter((one) => one.type === type).map(({fields}) => read(fields));
  return {
    initCgroups: host.get('init_cgroup') ?? [],
    initNamespace: first(host, 'init_namespace'),
    processes: all('process', processOf),
    units: all('unit', unitOf),
    unitFiles: [...new Set(host.get('unit_file') ?? [])],
    files,
    folders: host.get('folder') ?? [],
    unreadable: host.get('unreadable') ?? [],
    data: all('data', dataOf),
    packages: (host.get('package') ?? []).flatMap(packageOf),
  };
}

/** What begins with a record of its own; the records after it are its. */
const things: readonly string[] = ['process', 'unit', 'data'];
/** What belongs to the host, wherever it stands. */
const ofHost: readonly string[] = ['folder', 'unreadable', 'unit_file', 'package'];

interface Lines {
  readonly files: ReadonlyMap<string, string>;
  readonly lines: readonly {readonly name: string; readonly value: string}[];
}

/** Takes the contents of files out. */
function readLines(stdout: Buffer): Lines {
  const files = new Map<string, string>();
  const lines: {readonly name: string; readonly value: string}[] = [];
  let at = 0;
  for (;;) {
    const end = stdout.indexOf(10, at);
    if (end === -1) throw new DiscoveryError('what the host says of its servers breaks off');
    const [name = '', value = '', path = ''] = split(stdout.toString('utf8', at, end));
    at = end + 1;
    if (name === 'end') return {files, lines};
    if (name !== 'file') lines.push({name, value});
    else {
      const size = Number(value);
      if (stdout[at + size] !== 10) throw new DiscoveryError(`${path} changed while it was read`);
      files.set(path, stdout.toString('utf8', at, at + size));
      at += size + 1;
    }
  }
}

/** A name, and a value or two. */
function split(line: string): readonly string[] {
  const [, name = '', rest = ''] = /^([^\t]*)\t?(.*)$/s.exec(line) ?? [];
  if (name !== 'file') return [name, rest];
  const [, size = '', path = ''] = /^(\d+)\t(.*)$/s.exec(rest) ?? [];
  return [name, size, path];
}

function first(fields: Fields, name: string): string {
  return fields.get(name)?.[0] ?? '';
}

function variablesOf(fields: Fields): ReadonlyMap<string, string> {
  return new Map(
    (fields.get('variable') ?? []).map((line) => {
      const [, name = '', value = ''] = /^\s*([A-Za-z_]+)=(.*)$/s.exec(line) ?? [];
      return [name, value.replace(/^(["'])(.*)\1$/, '$2')] as const;
    }),
  );
}

function processOf(fields: Fields): ProcessRecord {
  return {
    pid: Number(first(fields, 'process')),
    exe: first(fields, 'exe'),
    product: first(fields, 'product'),
    directory: first(fields, 'directory'),
    namespace: first(fields, 'namespace'),
    isRootedElsewhere: fields.has('root'),
    cgroups: fields.get('cgroup') ?? [],
    words: fields.get('argument') ?? [],
    variables: variablesOf(fields),
    parent: first(fields, 'parent'),
  };
}

function unitOf(fields: Fields): UnitRecord {
  return {
    name: first(fields, 'Id'),
    loadState: first(fields, 'LoadState'),
    activeState: first(fields, 'ActiveState'),
    fileState: first(fields, 'UnitFileState'),
    file: first(fields, 'fragment'),
    firstLine: first(fields, 'first_line'),
    dropIns: first(fields, 'DropInPaths')
      .split(' ')
      .filter((path) => path !== ''),
    words: wordsOf(first(fields, 'command')),
    directory: first(fields, 'directory') || '/',
    product: first(fields, 'product'),
    environmentFiles: fields.get('environment_file') ?? [],
    variables: variablesOf(fields),
    pid: Number(first(fields, 'MainPID') || 0),
  };
}

/** The words of a command as systemctl shows it: it quotes those with blanks in them. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S)+/gs) ?? [];
  return words.map((word) =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
      (_, double?: string, single?: string) => double?.replace(/\\(.)/gs, '$1') ?? single ?? '',
    ),
  );
}

function dataOf(fields: Fields): DataRecord {
  const size = fields.get('size')?.[0];
  return {
    path: first(fields, 'data'),
    realPath: first(fields, 'real') || first(fields, 'data'),
    nodeId: fields.get('node_id')?.[0],
    sizeBytes: size === undefined ? undefined : Number(size),
    isFileStorage: fields.has('core'),
  };
}

function packageOf(line: string): readonly PackageRecord[] {
  const [name = '', version = '', want = '', , state = ''] = line.split(' ');
  return state === 'installed' ? [{name, version, isHeld: want === 'hold'}] : [];
}
