import {type Findings, isBare, type KnownServer} from '../discovery/discover.ts';

/** What a host of the group has, and whether the user said that it is to be kept as it is. */
export interface Member {
  readonly host: string;
  readonly found: Findings;
  /** `vault_adopt: as_found`. */
  readonly isAdopted: boolean;
}

/** Whether vprov made what is there, or was told of it. A bare host has nothing that could be somebody else's. */
export function isKnown({found, isAdopted}: Member): boolean {
  return isAdopted || found.isOurs || isBare(found);
}

/** What is wrong with a host's servers whoever made them, each in a sentence or two with the way out. */
export function obstaclesOn(found: Findings): readonly string[] {
  const own = found.servers.filter(({container}) => container === '');
  return [
    ...found.servers.flatMap(inContainer),
    ...own.flatMap(onOtherStorage),
    ...severalServers(own),
    ...hiddenUnits(found),
    ...twoInstallers(found),
  ];
}

function inContainer({container, pid}: KnownServer): readonly string[] {
  if (container === '') return [];
  return [
    `a server runs in a container ${container} on this host (process ${pid}); a unit beside it would be a second one on the ` +
      `same port. Take the host out of the group, or move its data and then end it: docker stop ${container} ` +
      `(podman stop ${container})`,
  ];
}

/** How each storage is backed up before anybody moves it. */
const backups: Readonly<Record<string, string>> = {
  file: 'stop the server, then copy the folder',
  consul: 'consul snapshot save vault.snap',
};

function onOtherStorage({storage, path}: KnownServer): readonly string[] {
  if (storage === '' || storage === 'raft') return [];
  const where = path === '' ? '' : ` in ${path}`;
  const backup = backups[storage];
  return [
    `its storage is '${storage}'${where}, not raft. Moving it is the work of vault-migrate-storage.yml, which this version of ` +
      `vprov does not have yet${backup ? `; the backup before it: ${backup}` : ''}`,
  ];
}

function severalServers(servers: readonly KnownServer[]): readonly string[] {
  if (servers.length < 2) return [];
  const names = servers.map(({unit, pid, program}) =>
    pid === 0 ? unit : `${unit || program} (process ${pid})`,
  );
  const superfluous = servers.find(({pid, unit}) => pid === 0 && unit !== '') ?? servers[1];
  const way = superfluous?.unit ? `systemctl disable --now ${superfluous.unit}` : `kill ${superfluous?.pid}`;
  return [`${servers.length} servers would run here: ${names.join(', ')}. Keep one: ${way}`];
}

/** A unit in /etc takes the place of the package's: an upgrade of the package then changes a unit that nobody runs. */
function hiddenUnits({unitFiles}: Findings): readonly string[] {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  return unitFiles.flatMap((path, index) => {
    const hides = unitFiles.slice(0, index).find((one) => nameOf(one) === nameOf(path));
    return hides === undefined
      ? []
      : [
          `there are two units of one name: ${hides} hides ${path}. Keep one: rm ${path} (or: rm ${hides}), then systemctl daemon-reload`,
        ];
  });
}

function twoInstallers({isOurs, packages}: Findings): readonly string[] {
  if (!isOurs) return [];
  return packages
    .filter(({isHeld}) => !isHeld)
    .map(
      ({name, version}) =>
        `the package ${name} ${version} is installed beside vprov's release: apt-mark hold ${name}, or apt-get remove ${name}`,
    );
}

/** What is wrong with the group as a whole: a paragraph for each. */
export function discordsOf(members: readonly Member[]): readonly string[] {
  const servers = members.flatMap(({host, found, isAdopted}) =>
    found.servers
      .filter(({container}) => container === '')
      .map((server) => ({host, server, isOurs: found.isOurs && !isAdopted})),
  );
  const others = servers.filter(({isOurs}) => !isOurs);
  const said = (read: (server: KnownServer) => string, among = others): readonly Said[] =>
    grouped(among.map(({host, server}) => ({host, value: read(server)})));
  const ids = said(({storage, nodeId}) => (storage === 'raft' ? nodeId : '')).filter(
    ({hosts}) => hosts.length > 1,
  );
  const clusters = said(({status}) => status?.clusterId ?? '', servers);
  const versions = said(({status}) => status?.version ?? '');
  const products = said(({product}) => (product === 'unknown' ? '' : product));
  return [
    ...ids.map(
      ({value, hosts}) =>
        `${hosts.join(', ')} all have the node_id "${value}". A cluster knows its members by it, so these can never be in one: ` +
        'each is a cluster of its own, or none yet. Give all but one that holds what you need a node_id of its own before it ' +
        'has data; one that has data is wiped and joins anew.',
    ),
    ...different(
      clusters,
      'are in clusters of their own (cluster_id)',
      'A group is one cluster: give each a group, and set vault_inventory_group, or wipe the members of the one that nobody needs and let them join.',
    ),
    ...different(
      versions,
      'run different versions',
      'Finish that upgrade first, standbys before the leader: nothing is written to a cluster in the middle of one.',
    ),
    ...different(
      products,
      'run different products',
      'A group is one cluster of one product: docs/vault-to-openbao.md has the way from one to the other.',
    ),
  ];
}

interface Said {
  readonly value: string;
  readonly hosts: readonly string[];
}

/** Who says what; who says nothing is left out. */
function grouped(said: readonly {readonly host: string; readonly value: string}[]): readonly Said[] {
  const values = [...new Set(said.map(({value}) => value))].filter((value) => value !== '');
  return values.map((value) => ({
    value,
    hosts: [...new Set(said.filter((one) => one.value === value).map(({host}) => host))],
  }));
}

function different(said: readonly Said[], what: string, way: string): readonly string[] {
  if (said.length < 2) return [];
  const parts = said.map(({value, hosts}) => `${hosts.join(', ')}: ${value}`);
  return [`the members ${what}: ${parts.join('; ')}. ${way}`];
}
