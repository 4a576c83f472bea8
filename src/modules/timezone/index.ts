import {contentOf, type PathState, pathRef, pathWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {TimezoneArguments} from './schema.ts';

const zones = '/usr/share/zoneinfo';
const localtime = pathRef('/etc/localtime', ['meta', 'link']);
const named = pathRef('/etc/timezone');

export const timezone: StateModule<TimezoneArguments> = {
  type: 'state',
  name: 'timezone',
  summary: "Sets the host's time zone",
  scope: 'host',

  reads: ({name}) => [pathRef(`${zones}/${name}`), localtime, named],

  want({name}, seen) {
    if (seen.get(pathRef(`${zones}/${name}`)).status === 'absent')
      return {
        refused: `the host has no time zone ${name}`,
        hint: `its time zones are in ${zones}: package tzdata brings them`,
      };
    const hasName = seen.get(named).status === 'present';
    return [
      pathWant(localtime.id, {type: 'link', target: targetOf(name, seen.get(localtime)), force: true}),
      // Debian's programs read the name there; other systems have no such file.
      ...(hasName ? [pathWant(named.id, {type: 'file', content: contentOf(`${name}\n`)})] : []),
    ];
  },
};

/** A link to the same file that is spelt absolute is right too. */
function targetOf(name: string, observed: ReturnType<Parameters<typeof timezone.want>[1]['get']>): string {
  const target = observed.status === 'present' ? (observed.state as Partial<PathState>).target : undefined;
  return target === `${zones}/${name}` ? target : `..${zones}/${name}`;
}
