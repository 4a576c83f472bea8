import {contentOf, type PathState, pathRef, pathWant, sysctlWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {HostnameArguments} from './schema.ts';

const file = pathRef('/etc/hostname', ['meta', 'sha256', 'text']);

export const hostname: StateModule<HostnameArguments> = {
  type: 'state',
  name: 'hostname',
  summary: 'Gives the host a name, now and at boot. /etc/hosts is left to other tasks',
  scope: 'host',

  reads: () => [file],

  want({name}, seen) {
    const text = `${name}\n`;
    const found = seen.get<PathState>(file);
    if (found.status === 'present' && found.state.mount && found.state.text !== text)
      return {
        refused:
          '/etc/hostname is a mount point: the host is a container, whose name is given to it from outside',
        hint: 'give it where the container is made (docker run --hostname), and leave this task out there',
      };
    return [
      pathWant('/etc/hostname', {type: 'file', content: contentOf(text)}),
      sysctlWant('kernel.hostname', name),
    ];
  },
};
