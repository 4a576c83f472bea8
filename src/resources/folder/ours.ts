import type {StateView} from '../contract.ts';
import {type FolderState, folderRef} from './index.ts';

/** Below the home of a user who is not root: where vprov keeps what that user has changed, and the journal. */
export function ownFolders(home: string): readonly string[] {
  return [`${home}/.local`, `${home}/.local/state`];
}

/** Names in a home that are somebody's: where vprov itself is all there is below `.local`, that is nobody's. */
export function namesOfOthers(names: readonly string[], home: string, view: StateView): readonly string[] {
  const only = ['state', 'vprov'];
  const isOurs = ownFolders(home).every((folder, index) => {
    const seen = view.get<FolderState>(folderRef(folder));
    const within = seen.status === 'present' ? (seen.state.names ?? []) : [];
    return within.every((name) => name === only[index]);
  });
  return isOurs ? names.filter((name) => name !== '.local') : names;
}
