import {compareVersions, parseVersion} from '../../values/index.ts';
import type {ServerProduct} from '../configuration/key.ts';

interface Note {
  /** It concerns those who come from before this version. */
  readonly since: string;
  readonly text: string;
}

/**
 * What whoever upgrades should have read, in the order of versions. No note says that nothing else changed.
 * https://openbao.org/docs/release-notes/ https://developer.hashicorp.com/vault/docs/updates/important-changes
 */
const notes: Readonly<Record<ServerProduct, readonly Note[]>> = {
  openbao: [
    {
      since: '2.2.0',
      text: 'members may be non-voters; listeners read renewed certificates by themselves (tls_auto_reload)',
    },
    {
      since: '2.4.0',
      text: 'audit devices may be declared in the configuration; bao operator validate-config',
    },
    {
      since: '2.5.0',
      text: 'standbys answer reads; rekeying and generating root tokens without a token are off by default',
    },
    {since: '2.6.0', text: 'the assets of releases have other names; built-in cloud seals are deprecated'},
    {
      since: '2.7.0',
      text: 'storage "file" and the built-in cloud seals are gone: a server that has one does not start',
    },
  ],
  vault: [
    {since: '1.19.0', text: 'health codes 474 and 530; a member that was removed says so and stays out'},
    {
      since: '1.20.0',
      text: 'with raft, disable_mlock must be set, or the server does not start; audit files may not be executable',
    },
    {since: '1.21.0', text: 'a key that is twice in the configuration is an error'},
    {since: '1.21.2', text: 'no more builds for 32-bit ARM'},
    {
      since: '2.0.0',
      text: 'rekeying and generating root tokens need a token; performance_multiplier must be positive',
    },
  ],
};

/** What changed after one version and up to another. */
export function upgradeNotes(product: ServerProduct, from: string, to: string): readonly string[] {
  return notes[product]
    .filter(({since}) => isNewer(since, from) && !isNewer(since, to))
    .map(({since, text}) => `${since}: ${text}`);
}

/** Whether `a` is a later version than `b`. @throws ArgumentError for what is no version */
export function isNewer(a: string, b: string): boolean {
  return compareVersions(parseVersion(a), parseVersion(b)) > 0;
}
