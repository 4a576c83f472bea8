import type {Body} from '../hcl/tree.ts';
import {absence} from './available.ts';
import {type Block, blocksOf, isSet, textIn} from './block.ts';
import type {ServerRelease} from './key.ts';
import {isFalse} from './value.ts';

/** Something on the host that a configuration names. */
interface NeededFile {
  /** As `storage.raft.retry_join.leader_ca_cert_file`. */
  readonly key: string;
  readonly path: string;
}

/** Files and directories without which the server does not start, absolute ones. */
export function neededFiles(body: Body, release: ServerRelease): readonly NeededFile[] {
  return blocksOf(body).flatMap((block) =>
    Object.entries(block.keys).flatMap(([name, {file}]) => {
      const path = textIn(block, name, 'part');
      if (!file || !path?.startsWith('/') || !isRead(block, name) || !holdsFor(file, release)) return [];
      return [{key: [...block.names, name].join('.'), path}];
    }),
  );
}

function holdsFor(
  file: NonNullable<Block['keys'][string]['file']>,
  {product, version}: ServerRelease,
): boolean {
  if (!product) return Object.keys(file).length === 2;
  const versions = file[product];
  if (!versions) return false;
  return Object.keys(versions).length === 0 || (version !== undefined && !absence(file, {product, version}));
}

/** Those of TLS are not, where there is none; the clients' CA, where they need show nothing. */
function isRead(block: Block, name: string): boolean {
  if (!name.startsWith('tls_')) return true;
  const isOn = (key: string): boolean => isSet(block, key) && !isFalse(textIn(block, key, 'part') ?? 'false');
  return (
    !isOn('tls_disable') && (name !== 'tls_client_ca_file' || isOn('tls_require_and_verify_client_cert'))
  );
}
