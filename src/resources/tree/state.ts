import type {Ref} from '../contract.ts';
import type {PathType} from '../path/state.ts';
import type {FoundPath} from './listing.ts';

/** Something below a directory. Without a mode and an owner: a change is planned of it, and its path says what it will be. */
export interface TreeMember extends Partial<Omit<FoundPath, 'path' | 'type'>> {
  /** From the directory on, without a slash in front. */
  readonly name: string;
  readonly type: PathType;
}

/** All that is below a directory. What is no directory has nothing below it. */
export interface TreeState {
  /** The directory's own name, that no link leads to. */
  readonly real: string;
  readonly members: readonly TreeMember[];
}

export function treeRef(path: string): Ref<'tree'> {
  return {kind: 'tree', id: path, facets: ['state']};
}
