import type {UnitState} from './state.ts';

/** Where the directories of a service are that systemd makes for it. @see systemd.exec(5) "RuntimeDirectory" */
export const managedDirectories = {
  RuntimeDirectory: '/run',
  StateDirectory: '/var/lib',
  CacheDirectory: '/var/cache',
  LogsDirectory: '/var/log',
  ConfigurationDirectory: '/etc',
} as const;

/**
 * What is there once a unit has started, and what goes when it stops.
 * @param list what a setting names
 * @param listens on which it listens, as `/run/x.sock`
 */
export function madeBy(
  list: (name: string) => readonly string[],
  listens: readonly string[],
): Pick<UnitState, 'makes' | 'takesAway'> {
  const directories = Object.entries(managedDirectories).flatMap(([name, root]) =>
    list(name).map((one) => `${root}/${one.split(':')[0]}`),
  );
  const files = [...list('PIDFile'), ...listens].map((one) => one.replace(/^\/var\/run\//, '/run/'));
  const keeps = !['', 'no'].includes(list('RuntimeDirectoryPreserve').join(''));
  const makes = [...directories, ...files.filter((one) => one.startsWith('/'))];
  return {makes, takesAway: keeps ? files : makes.filter((one) => one.startsWith('/run/'))};
}
