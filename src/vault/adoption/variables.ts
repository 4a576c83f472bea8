import {isMap, type Value, type ValueMap} from '../../values/index.ts';
import {isBare, type KnownServer, type ReadFindings} from '../discovery/discover.ts';
import type {ReadServer} from '../discovery/server.ts';
import {stopFor} from './screen.ts';
import {type AdoptedConfiguration, adoptConfiguration} from './settings.ts';
import {yamlOf} from './yaml.ts';

/** What a group's servers come to, as files of variables. */
export interface Adoption {
  /** By path, beside the inventory. */
  readonly files: ReadonlyMap<string, string>;
  /** What to know before one goes on. */
  readonly warnings: readonly string[];
  /** Why nothing is written: what is there cannot be kept as it is. */
  readonly refusal: string;
}

export interface FoundMember {
  readonly host: string;
  readonly found: ReadFindings;
}

/** The first line of every file that is written here. */
export const adoptionSignature = '# Written by vprov vault adopt';

/**
 * Variables with which the role vault keeps every server as it is. What all members have goes to the group, the rest to the
 * host; of one member all does, so that another one that comes gets nothing that is its alone. No secret is in them.
 */
export function adoptionOf(group: string, members: readonly FoundMember[]): Adoption {
  const stop = stopFor(members.map((member) => ({...member, isAdopted: true})));
  if (stop) return {files: new Map(), warnings: [], refusal: stop.message};
  const adopted = members.flatMap(adoptedMember);
  if (adopted.length === 0)
    return {
      files: new Map(),
      warnings: [],
      refusal: 'there is no server on any of these hosts that vprov did not make',
    };
  const [first] = adopted;
  const common = adopted.length < 2 || !first ? {} : adopted.map(({settings}) => settings).reduce(shared);
  const known = <T extends string>(values: readonly T[], unknown: T): T =>
    values.find((one) => one !== unknown) ?? unknown;
  const product = known(
    adopted.map((one) => one.product),
    'unknown',
  );
  // Of servers that do not run nobody says the version: what is installed is not exchanged in any case.
  const version = known(
    adopted.map((one) => one.version),
    '',
  );
  const release = {
    ...(product === 'unknown' ? {} : {vault_product: product}),
    vault_version: version || 'auto',
  };
  const of = `of ${adopted.map(({host}) => host).join(', ')}`;
  return {
    files: new Map([
      [
        `group_vars/${group}.yml`,
        `${adoptionSignature}: what was found ${of}. Now it is yours to change.\n${yamlOf({...release, ...(isEmpty(common) ? {} : {vault_adopted_settings: common})})}`,
      ],
      ...adopted.map(
        ({host, variables, settings}) =>
          [
            `host_vars/${host}.yml`,
            `${adoptionSignature}: what was found there. Now it is yours to change.\n${yamlOf({...variables, vault_adopted_member_settings: without(settings, common)})}`,
          ] as const,
      ),
    ]),
    warnings: [
      ...adopted.flatMap(({host, warnings}) => warnings.map((warning) => `${host}: ${warning}`)),
      ...(product === 'unknown'
        ? [`nobody can tell which product these servers are: set vault_product in group_vars/${group}.yml`]
        : []),
    ],
    refusal: '',
  };
}

interface AdoptedMember {
  readonly host: string;
  readonly product: string;
  readonly version: string;
  readonly variables: ValueMap;
  readonly settings: ValueMap;
  readonly warnings: readonly string[];
}

function adoptedMember({host, found}: FoundMember): readonly AdoptedMember[] {
  const [server] = found.servers;
  if (found.isOurs || isBare(found) || !server) return [];
  const {configuration, warnings, file} = configurationOf(server);
  const {unit, program, path, nodeId, product, status} = server;
  const variables: ValueMap = {
    vault_adopt: 'as_found',
    vault_adopted: {config: file, program, path, node_id: nodeId},
    ...(unit === '' ? {} : {vault_service: unit}),
    vault_link: program,
    ...(status?.url ? {vault_local_url: status.url} : {}),
    ...(configuration.kept.length > 0 ? {vault_adopted_kept: configuration.kept} : {}),
    ...(configuration.extra === '' ? {} : {vault_config_extra: configuration.extra}),
  };
  return [
    {
      host,
      product,
      version: status?.version ?? '',
      variables,
      settings: configuration.settings,
      warnings: [...warnings, ...cautions(server, found)],
    },
  ];
}

const none: AdoptedConfiguration = {settings: {}, extra: '', kept: [], secret: [], warnings: []};

/** Of several files the one with the storage is kept by variables; the others stay as they are. */
function configurationOf({configuration: files, product, status}: KnownServer<ReadServer>): {
  readonly file: string;
  readonly configuration: AdoptedConfiguration;
  readonly warnings: readonly string[];
} {
  const version = status?.version ?? '';
  const file = files.find(({text}) => /^\s*(storage|backend)\b/m.test(text)) ?? files[0];
  const leave = (reason: string) => ({
    file: '',
    configuration: none,
    warnings: [`its configuration stays as it is and in nobody's hands: ${reason}`],
  });
  if (!file) return leave('no file of it was found');
  if (file.path.endsWith('.json')) return leave(`${file.path} is JSON, and vprov writes HCL`);
  if (!file.body) return leave(`${file.path} is no HCL`);
  const configuration = adoptConfiguration(file.path, file.text, {
    ...(product === 'unknown' ? {} : {product}),
    ...(version === '' ? {} : {version}),
  });
  const others = files.filter((one) => one !== file);
  return {
    file: file.path,
    configuration,
    warnings: [
      ...configuration.warnings,
      ...configuration.secret.map(
        (name) => `'${name}' of ${file.path} holds a secret: it stays on the host, and no variable has it`,
      ),
      ...others.map(({path}) => `${path} belongs to its configuration, too, and stays as it is`),
    ],
  };
}

function cautions(
  {pathFrom, nodeIdFrom, isReplaced, unit, program, status}: KnownServer<ReadServer>,
  {packages, unusedData}: ReadFindings,
): readonly string[] {
  return [
    ...(pathFrom === 'environment'
      ? ['its path comes from the environment, whatever the configuration says']
      : []),
    ...(nodeIdFrom === 'environment'
      ? ['its node_id comes from the environment, whatever the configuration says']
      : []),
    ...(isReplaced
      ? [`${program} was replaced under the server, which runs the old one until it is restarted`]
      : []),
    ...(unit === '' ? ['no unit starts it: after a reboot it is gone'] : []),
    ...(status?.problem ? [`it gives no answer: ${status.problem}`] : []),
    ...packages
      .filter(({isHeld}) => !isHeld)
      .map(({name}) => `apt may upgrade it at any time: apt-mark hold ${name}`),
    ...unusedData.map((path) => `nobody uses the data in ${path}`),
  ];
}

/** What two maps have in common, in maps within them, too. */
function shared(one: ValueMap, other: ValueMap): ValueMap {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]): [string, Value][] => {
      if (!Object.hasOwn(other, key)) return [];
      const also = other[key] as Value;
      if (JSON.stringify(value) === JSON.stringify(also)) return [[key, value as Value]];
      if (!isMap(value) || !isMap(also)) return [];
      const inner = shared(value, also);
      return isEmpty(inner) ? [] : [[key, inner]];
    }),
  );
}

/** What a map has beyond what is common to all. */
function without(map: ValueMap, common: ValueMap): ValueMap {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]): [string, Value][] => {
      if (!Object.hasOwn(common, key)) return [[key, value as Value]];
      const there = common[key] as Value;
      if (!isMap(value) || !isMap(there)) return [];
      const rest = without(value, there);
      return isEmpty(rest) ? [] : [[key, rest]];
    }),
  );
}

function isEmpty(map: ValueMap): boolean {
  return Object.keys(map).length === 0;
}
