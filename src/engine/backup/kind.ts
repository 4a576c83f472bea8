import {
  keptVersionsOf,
  onlyRead,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
} from '../../resources/index.ts';
import {joinScripts, sh} from '../../shell/index.ts';
import {type KeptChange, parseChanges} from './manifest.ts';

export interface BackupState {
  readonly changes: readonly KeptChange[];
}

/** What a run kept on a host. */
export function backupRef(user: string, run: string): Ref<'backup'> {
  return {kind: 'backup', id: `${user}/${run}`, facets: ['state']};
}

/** What runs have kept is read like any resource; it is written with the changes themselves. */
export const backupKind: ResourceKind<'backup', BackupState, never> = {
  kind: 'backup',
  probe: (refs, marker) =>
    joinScripts(
      refs.map((ref) => {
        const [user, run] = partsOf(ref.id);
        return sh`if cd ${keptVersionsOf(user)}/${run} 2>/dev/null; then pwd -P; cat changes; fi; printf '\n%s\n' ${marker}`;
      }),
    ),
  parse(output, refs, marker) {
    const blocks = output.stdout.toString('utf8').split(`\n${marker}\n`);
    return new Map(
      refs.map((ref, index): [RefKey, {status: 'present'; state: BackupState} | {status: 'absent'}] => {
        const [directory = '', ...lines] = (blocks[index] ?? '').split('\n');
        if (directory === '') return [refKey(ref), {status: 'absent'}];
        const [user] = partsOf(ref.id);
        return [refKey(ref), {status: 'present', state: {changes: parseChanges(user, directory, lines)}}];
      }),
    );
  },
  ...onlyRead,
};

function partsOf(id: string): readonly [user: string, run: string] {
  const at = id.lastIndexOf('/');
  return [id.slice(0, at), id.slice(at + 1)];
}
