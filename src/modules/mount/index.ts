import {
  isRefusal,
  mountWant,
  normalPath,
  pathWant,
  type Refusal,
  type StateView,
  type Want,
} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {withEntry, withoutEntry} from './edit.ts';
import type {MountArguments} from './schema.ts';

const table = '/etc/fstab';

export const mount: StateModule<MountArguments> = {
  type: 'state',
  name: 'mount',
  summary: 'Mounts a file system, now and at boot. What is mounted already is not mounted anew',
  scope: 'host',

  reads: ({fstab = table}) => readsOfEdit({path: fstab}),

  want(args, seen) {
    const path = normalPath(args.path);
    const {src: source = '', fstype = '', opts: options = 'defaults'} = args;
    const directory = pathWant(path, {type: 'directory'});
    const mountNow = mountWant(path, {mounted: true, from: {source, fstype, options}});
    switch (args.state) {
      case 'mounted':
        // What cannot be mounted now is not left to the next boot.
        return withTable(args, seen, (entry) => [directory, mountNow, ...entry]);
      case 'present':
        return withTable(args, seen, (entry) => entry);
      case 'ephemeral':
        return [directory, mountNow];
      case 'unmounted':
        return [mountWant(path, {mounted: false})];
      case 'absent':
        return withTable(args, seen, (entry) => [mountWant(path, {mounted: false}), ...entry]);
    }
  },
};

function withTable(
  args: MountArguments,
  seen: StateView,
  wants: (entry: readonly Want[]) => readonly Want[],
): readonly Want[] | Refusal {
  const path = args.fstab ?? table;
  const entry =
    args.state === 'absent'
      ? editedFile({path}, seen, 'leave', withoutEntry(normalPath(args.path)))
      : editedFile({path}, seen, 'create', withEntry({...args, path: normalPath(args.path)}));
  return isRefusal(entry) ? entry : wants(entry);
}
