import {contentOf, pathWant, sysctlWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {HostnameArguments} from './schema.ts';

export const hostname: StateModule<HostnameArguments> = {
  type: 'state',
  name: 'hostname',
  summary: 'Gives the host a name, now and at boot. /etc/hosts is left to other tasks',
  scope: 'host',

  want: ({name}) => [
    pathWant('/etc/hostname', {type: 'file', content: contentOf(`${name}\n`)}),
    sysctlWant('kernel.hostname', name),
  ],
};
