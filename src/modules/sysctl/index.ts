import {isRefusal, sysctlWant} from '../../resources/index.ts';
import {toText} from '../../text/index.ts';
import type {StateModule} from '../contract.ts';
import {withLine, withoutLines} from '../lineinfile/edit.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import type {SysctlArguments} from './schema.ts';

const defaultFile = '/etc/sysctl.d/90-vprov.conf';

export const sysctl: StateModule<SysctlArguments> = {
  type: 'state',
  name: 'sysctl',
  summary: 'Sets a setting of the kernel, now and at boot',
  scope: 'host',

  reads: ({sysctl_file: path = defaultFile}) => readsOfEdit({path}),

  want({name, value = '', state, sysctl_file: path = defaultFile}, seen) {
    const regexp = `^\\s*-?${name.replaceAll(/[.]/g, '[./]')}\\s*=`;
    if (state === 'absent') return editedFile({path}, seen, 'leave', withoutLines({regexp}, []));
    const file = editedFile({path}, seen, 'create', withLine({regexp}, toText(`${name} = ${value}`)));
    return isRefusal(file) ? file : [...file, sysctlWant(name, value)];
  },
};
