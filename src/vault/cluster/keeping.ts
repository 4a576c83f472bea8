import {type ClusterKeys, printKeys, readKeys, secretsOfKeys} from '../keys/cluster-keys.ts';
import {placesOfKeys} from '../keys/places.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

/** Which keys are meant. */
export interface KeysOf {
  readonly cluster: string;
  /** The file of the keys, relative to the folder that vprov runs in. */
  readonly keys: string;
  /** `age1…`; none: those of the nearest `.age-recipients`. */
  readonly recipients: readonly string[];
}

/** The keys of a cluster. From then on none of them is shown. */
export async function openKeys(
  ports: Pick<ClusterPorts, 'sealed'>,
  {cluster, keys}: KeysOf,
): Promise<ClusterKeys | Stuck> {
  const {initial} = placesOfKeys(keys);
  for (const file of [keys, initial]) {
    const text = await ports.sealed.open(file);
    if (text === undefined) continue;
    if ('problem' in text) return {...text, problem: `${file}: ${text.problem}`};
    const read = readKeys(text, cluster);
    if (!read)
      return {problem: `${file} holds no keys of a cluster, as vprov or 'operator init' writes them`};
    for (const secret of secretsOfKeys(read)) ports.sealed.keep(secret);
    return read;
  }
  return {
    problem: `the keys of ${cluster} are not on this machine: there is no ${keys}`,
    hint: 'bring the file, name another with vault_keys_file, or unseal by hand',
  };
}

/** The keys with the initial root token; undefined: it has handed over, or was never here. */
export async function openInitialKeys(
  ports: ClusterPorts,
  {cluster, keys}: KeysOf,
): Promise<ClusterKeys | Stuck | undefined> {
  const {initial} = placesOfKeys(keys);
  const text = await ports.sealed.open(initial);
  if (text === undefined || 'problem' in text) return text;
  const read = readKeys(text, cluster);
  for (const secret of read ? secretsOfKeys(read) : []) ports.sealed.keep(secret);
  return read ?? {problem: `${initial} holds no keys of a cluster`};
}

/** Keeps them in a file that nobody but its recipients can open. */
export async function keepKeys(
  ports: ClusterPorts,
  file: string,
  keys: ClusterKeys,
  recipients: readonly string[],
): Promise<Stuck | undefined> {
  for (const secret of secretsOfKeys(keys)) ports.sealed.keep(secret);
  return ports.sealed.seal(file, printKeys(keys), recipients);
}
