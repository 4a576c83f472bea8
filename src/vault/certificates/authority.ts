import type {SealedFiles} from '../../resources/index.ts';
import {Secret} from '../../text/index.ts';
import type {ClusterPorts, Stuck} from '../cluster/ports.ts';
import type {Issued} from './issue.ts';

/** Whose authority it is, and where it is kept on this machine. */
export interface AuthorityOf {
  readonly cluster: string;
  /** The file of its certificate, which ends with `.crt`; its key is beside it, encrypted: `.key.age`. */
  readonly file: string;
  readonly recipients: readonly string[];
}

/** @param file of the authority's certificate */
function keyFileOf(file: string): string {
  return file.replace(/\.crt$/, '.key.age');
}

const opening = new WeakMap<SealedFiles, Map<string, Promise<Issued | Stuck>>>();

/**
 * The authority of a cluster, opened; made where there is none. All hosts of a run ask for it at the same time, and get the
 * same one. Its key is on the disk, encrypted, before it signs anything.
 */
export function openAuthority(
  ports: Pick<ClusterPorts, 'sealed' | 'now'>,
  of: AuthorityOf,
): Promise<Issued | Stuck> {
  const open = opening.get(ports.sealed) ?? new Map<string, Promise<Issued | Stuck>>();
  opening.set(ports.sealed, open);
  const asked = open.get(of.file) ?? openOrMake(ports, of);
  open.set(of.file, asked);
  return asked;
}

async function openOrMake(
  {sealed, now}: Pick<ClusterPorts, 'sealed' | 'now'>,
  {cluster, file, recipients}: AuthorityOf,
): Promise<Issued | Stuck> {
  const keyFile = keyFileOf(file);
  const certificate = await sealed.noted(file);
  if (typeof certificate === 'object') return certificate;
  const key = await sealed.open(keyFile);
  if (key !== undefined && 'problem' in key) return key;
  if (certificate !== undefined && key !== undefined) return {certificate, key: key.reveal()};
  // Without its certificate a key has signed nothing yet: it is written first.
  if (certificate !== undefined)
    return {
      problem: `the authority's certificate ${file} is here, and its key ${keyFile} is not`,
      hint: `copy ${keyFile} from where the cluster was made, or from its backup`,
    };
  const {issueAuthority} = await import('./issue.ts');
  const made = issueAuthority(cluster, now());
  const secret = new Secret(`key of the authority of ${cluster}`, made.key);
  sealed.keep(secret);
  const lost =
    (await sealed.seal(keyFile, secret, recipients)) ?? (await sealed.note(file, made.certificate));
  return lost ?? made;
}

/** A new certificate by an authority, as `issueCertificate` makes it. */
export async function certificateBy(
  authority: Issued,
  names: readonly string[],
  days: number,
  nowMs: number,
): Promise<Issued> {
  const {issueCertificate} = await import('./issue.ts');
  return issueCertificate(authority, names, days, nowMs);
}
