import type {Kept, Refusal} from '../contract.ts';
import type {PathState} from './state.ts';

type Version = Readonly<Partial<PathState>>;

/** What a user who is not root could take away, and keep as one's own, but cannot give back to whose it was. */
export function isAnothers({before}: Kept, version: Version): boolean {
  const isOf = (name: 'owner' | 'group'): boolean =>
    before?.[name] === undefined || before[name] === version[name];
  return version.isUnprivileged === true && !(isOf('owner') && isOf('group'));
}

/** What an undo says of that. */
export function lostOwner(kept: Kept, version: Version | Refusal): string | undefined {
  if ('refused' in version || !isAnothers(kept, version)) return undefined;
  const {owner, group} = kept.before ?? {};
  return `${kept.id} belongs to who put it back: only root gives it to ${String(owner)}:${String(group)} again`;
}
