import type {HostRecords, ProcessRecord} from './records.ts';

/** The unit that a process belongs to by its control group; empty where it is none. */
export function unitOf({cgroups}: Pick<ProcessRecord, 'cgroups'>): string {
  const names = cgroups.map((line) => line.slice(line.lastIndexOf('/') + 1));
  return names.find((name) => name.endsWith('.service')) ?? '';
}

const engines = /docker|libpod|podman|containerd|kubepods|crio|lxc|machine\.slice|nspawn|garden/;

/**
 * The name of the container that a process is in; empty where it is in none. The host itself may be one, so its own
 * place is taken away first. A service with namespaces of its own is no container.
 */
export function containerOf(
  process: ProcessRecord,
  {initCgroups, initNamespace}: Pick<HostRecords, 'initCgroups' | 'initNamespace'>,
): string {
  const own = initCgroups
    .map(pathOf)
    .map((path) => path.replace(/\/init\.scope$/, ''))
    .filter((path) => path !== '/');
  const paths = process.cgroups.map(pathOf).map((path) => {
    const around = own.find((one) => path === one || path.startsWith(`${one}/`));
    return around === undefined ? path : path.slice(around.length);
  });
  const engine = paths.find((path) => engines.test(path));
  const isApart =
    initNamespace !== '' &&
    process.namespace !== '' &&
    process.namespace !== initNamespace &&
    unitOf(process) === '';
  if (engine === undefined && !isApart && !process.isRootedElsewhere) return '';
  const [, given = ''] = /conmon.* (?:-n|--name) (\S+)/.exec(process.parent) ?? [];
  const place = engine ?? paths.find((path) => path !== '/' && path !== '') ?? '';
  return given || nameIn(place) || (process.variables.get('HOSTNAME') ?? '') || `of process ${process.pid}`;
}

/** `3:memory:/docker/0a1b…` is `/docker/0a1b…`. */
function pathOf(line: string): string {
  return line.split(':').slice(2).join(':');
}

/** Of `/system.slice/docker-0123456789abcdef….scope` what people know it by: `0123456789ab`. */
function nameIn(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1).replace(/\.(scope|service|slice)$/, '');
  const name = last.replace(/^(docker|libpod|cri-containerd|crio|lxc\.payload\.?|machine)-?/, '');
  return /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name;
}
