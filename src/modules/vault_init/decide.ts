import {isRefusal, type Refusal} from '../../resources/index.ts';
import type {KeysState, ServerState} from '../../vault/index.ts';
import {keysAt, recordAt} from '../../vault/index.ts';
import type {GroupView} from '../contract.ts';
import {serverOn, severalClusters, usualUrl} from '../vault-server.ts';
import type {VaultInitArguments} from './schema.ts';

/** What an interrupted initialisation of ours left, and the next one moved aside. */
const madeRoom = /\.lost-\d{8}T\d{6}Z\/?$/;

/** What is to be done on one member: nothing, and why; the initialisation; or the one that was interrupted, again. */
export type Decision =
  | {readonly do: 'nothing'; readonly reason: string}
  | {readonly do: 'initialize'}
  /** An initialisation was begun here, and nobody ever had its keys. */
  | {readonly do: 'begin-anew'}
  | Refusal;

/**
 * One decision, the same for all members: a cluster is initialised at most once, on one of them, and only when every one
 * of them says that it is not. Whatever is odd is a refusal.
 * @throws UnknownRead where a server has still to be started
 */
export function decide(args: VaultInitArguments, group: GroupView): Decision {
  const {members, without = [], url = usualUrl, name, keys, record} = args;
  const odd = oddSplit(args);
  if (odd) return odd;
  const servers = new Map<string, ServerState>();
  for (const [host, view] of group.members) {
    const server = serverOn(url, view);
    if (isRefusal(server)) return {...server, refused: `${host}: ${server.refused}`};
    servers.set(host, server);
  }
  const own = group.members.get(group.self);
  const kept = own ? keysAt(keys, own) : undefined;
  const here = kept?.status === 'present' ? (kept.state as KeysState) : undefined;
  const initialized = [...servers].filter(([, {initialized}]) => initialized);
  if (initialized.length > 0) return amongInitialized(initialized, here, args, group.self);

  const missing = members.filter((host) => !servers.has(host) && !without.includes(host));
  if (missing.length > 0)
    return {
      refused: `${missing.join(', ')} ${missing.length === 1 ? 'does' : 'do'} not take part: nobody can say whether the cluster is initialised there`,
      hint: 'run it without --limit, with all of them on; one that is lost for good is named in vault_bootstrap_without',
    };
  if (here?.keys || here?.initial)
    return {
      refused: `there are keys of a cluster ${name} already (${keys}), and no member is initialised`,
      hint: 'either the members lost their data, or the name was used before: bring the data back, or move the file of keys away',
    };
  const leftovers = leftoversOf(group);
  if (leftovers) return leftovers;
  const written = own && record !== undefined ? recordAt(record, own) : undefined;
  if (written !== undefined && written.status !== 'absent')
    return {
      refused: `${record} says that there is a cluster ${name} already, and no member is initialised`,
      hint: 'bring the members their data back; or, if that cluster is gone for good, move the file away',
    };
  const [first] = servers.keys();
  return first === group.self
    ? {do: 'initialize'}
    : {do: 'nothing', reason: `the cluster begins on ${first}`};
}

/** Why the key cannot be split so. */
function oddSplit({shares = 5, threshold = 3, pgp_keys: keys}: VaultInitArguments): Refusal | undefined {
  if (threshold > shares || (shares > 1 && threshold < 2))
    return {refused: `of ${shares} shares ${threshold} cannot be the threshold`};
  if (keys !== undefined && keys.length !== 1 && keys.length !== shares)
    return {
      refused: `pgp_keys are ${keys.length}, and shares ${shares}: it takes one public key for each, or one for all`,
    };
  return undefined;
}

/** Why nothing may begin beside data that may be a cluster's. */
function leftoversOf({told}: GroupView): Refusal | undefined {
  const paths = [...told].flatMap(([host, {leftover}]) =>
    ((leftover ?? []) as readonly string[])
      .filter((path) => !madeRoom.test(path))
      .map((path) => `${host}: ${path}`),
  );
  if (paths.length === 0) return undefined;
  return {
    refused: `there are data of a server that no server uses: ${paths.join(', ')}`,
    hint: 'if they are the cluster, give them back to their server (storage.path); if they are of no use, move them out of the way',
  };
}

function amongInitialized(
  initialized: readonly (readonly [string, ServerState])[],
  here: KeysState | undefined,
  {name, keys}: VaultInitArguments,
  self: string,
): Decision {
  const several = severalClusters(initialized.map(([host, {clusterId}]) => [host, clusterId]));
  if (several !== undefined) return {refused: several, hint: 'decide which one lives; nothing was touched'};
  const isLost = here?.intent !== undefined && !here.keys && !here.initial;
  if (!isLost) return {do: 'nothing', reason: 'the cluster is initialised'};
  const [[host, server] = ['', undefined], ...others] = initialized;
  const isUnused = server?.sealed === true && server.progress === 0 && server.sealType === 'shamir';
  if (others.length > 0 || host !== here.intent?.host || !isUnused)
    return {
      refused: `an initialisation of ${name} was begun on ${here.intent?.host} at ${here.intent?.at}, its keys were not kept, and the cluster is in use`,
      hint: `whoever has its keys puts them into ${keys} (vprov secrets encrypt)`,
    };
  return host === self ? {do: 'begin-anew'} : {do: 'nothing', reason: `the cluster begins anew on ${host}`};
}
