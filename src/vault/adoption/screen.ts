import type {Findings, KnownServer} from '../discovery/discover.ts';
import {discordsOf, isKnown, type Member, obstaclesOn} from './obstacles.ts';

/** Why nothing may be done to a group, in one screen. */
export interface Stop {
  /** What was found where. */
  readonly message: string;
  /** What can be done about it. */
  readonly ways: string;
}

const waysOn = [
  'vprov vault adopt -i INVENTORY    writes what is there into group_vars/ and host_vars/ and changes no host;',
  '                                  from then on this playbook keeps it as it is',
  '-e vault_adopt=as_found           goes on for this once, looks at the servers and changes nothing of them',
  'a playbook of its own             for what is moved, not kept: vault-migrate-storage.yml, vault-replace-node.yml',
  '                                  (they come with a later version)',
].join('\n');

/** @returns undefined: all that is there is known, and nothing is wrong with it */
export function stopFor(members: readonly Member[]): Stop | undefined {
  const unknown = members.filter((member) => !isKnown(member));
  const obstacles = members.map((member) => ({member, problems: obstaclesOn(member.found)}));
  const discords = discordsOf(members);
  const troubled = obstacles.filter(({problems}) => problems.length > 0);
  if (unknown.length + troubled.length + discords.length === 0) return undefined;
  const shown = obstacles.filter(({member, problems}) => problems.length > 0 || !isKnown(member));
  const head =
    unknown.length > 0
      ? 'there is a Vault or OpenBao here that vprov did not make. Nothing was changed on any host.'
      : 'this Vault is not as one can go on with it. Nothing was changed on any host.';
  return {
    message: [
      head,
      ...(shown.length > 0 ? [''] : []),
      ...shown.flatMap(({member, problems}) => [
        ...linesOn(member),
        ...problems.map((problem) => `    ! ${problem}`),
      ]),
      ...discords.flatMap((discord) => ['', discord]),
    ].join('\n'),
    ways: unknown.length > 0 ? waysOn : '',
  };
}

function linesOn({host, found}: Member): readonly string[] {
  const what = [...found.servers.map(serverLine), ...leftoverLines(found)];
  const layout = layoutOf(found);
  return [
    `  ${host}`,
    ...what.map((line) => `    ${line}`),
    ...(layout === '' ? [] : [`    layout: ${layout}`]),
  ];
}

const productNames = {openbao: 'OpenBao', vault: 'Vault', unknown: 'Vault or OpenBao'} as const;

function serverLine(server: KnownServer): string {
  const {status, pid, product, program, unit, files, storage, path, nodeId} = server;
  const name = `${productNames[product]}${status?.version ? ` ${status.version}` : ''}`;
  const runs = pid === 0 ? 'does not run' : `${stateOf(server)}, process ${pid}`;
  const parts = [
    `${name} ${runs}${unit === '' ? ', no unit' : `, ${unit}`}, ${program}`,
    ...(files.length > 0 ? [files.join(' ')] : []),
    ...(storage === ''
      ? []
      : [`${storage}${path === '' ? '' : ` ${path}`}${nodeId === '' ? '' : ` node_id ${nodeId}`}`]),
  ];
  return parts.join(' · ');
}

function stateOf({status, container}: KnownServer): string {
  if (container !== '') return `in container ${container}`;
  if (status?.problem !== '') return 'gives no answer';
  if (!status.initialized) return 'not initialised';
  return status.sealed ? 'sealed' : 'unsealed';
}

function leftoverLines({unusedData, unusedFiles}: Findings): readonly string[] {
  return [
    ...unusedData.map((path) => `data that no server here uses: ${path}`),
    ...unusedFiles.map((path) => `a configuration that no server here reads: ${path}`),
  ];
}

/** Whose work it looks like, in words. */
export function layoutOf({servers, packages, unusedData}: Findings): string {
  const moved = servers.filter(({pathFrom, nodeIdFrom}) => [pathFrom, nodeIdFrom].includes('environment'));
  const dropIns = servers.flatMap((server) => server.dropIns);
  const words = [
    ...packages.map(
      ({name, version, isHeld}) =>
        `the package ${name} ${version}${isHeld ? ', held' : ` in the hands of apt (apt-mark hold ${name} keeps it)`}`,
    ),
    ...(servers.some(
      ({files, path}) => path === '/var/vault' || files.some((file) => file.endsWith('/vault_main.hcl')),
    )
      ? ['as ansible-community/ansible-vault makes it']
      : []),
    ...(servers.some(({path}) => /^\/vault\/(raft|data)$/.test(path)) ? ['by hand, below /vault'] : []),
    ...(moved.length > 0 ? ['path or node_id set in the environment'] : []),
    ...(dropIns.length > 0 ? [`drop-ins: ${dropIns.join(' ')}`] : []),
    ...(servers.some(({nodeIdFrom}) => nodeIdFrom === 'data') ? ['node_id kept in the data alone'] : []),
    ...(unusedData.length > 0 && servers.length > 0 ? ['data left over from before'] : []),
  ];
  return words.join('; ') || (servers.length > 0 ? 'its own' : '');
}
