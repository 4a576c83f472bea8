import fc from 'fast-check';

/** What a task does to the host as a whole; what it is done to is the case's own. */
export type SystemDeed =
  | {
      readonly type: 'mount';
      readonly place: string;
      readonly state: 'mounted' | 'present' | 'unmounted' | 'absent' | 'ephemeral';
      readonly options: string;
    }
  | {
      readonly type: 'cron';
      readonly state: 'present' | 'absent';
      readonly minute: string;
      /** A file in /etc/cron.d, not root's crontab. */
      readonly inFile: boolean;
    }
  | {readonly type: 'package'; readonly state: 'present' | 'absent'; readonly purge?: boolean}
  | {readonly type: 'sysctl'; readonly value: string};

export const mountDeed: fc.Arbitrary<SystemDeed> = fc.record({
  type: fc.constant('mount' as const),
  place: fc.constantFrom('a', 'm', 'm', 'n'),
  state: fc.constantFrom('mounted', 'mounted', 'present', 'unmounted', 'absent', 'ephemeral'),
  options: fc.constantFrom('size=64k', 'size=128k,noexec', 'nosuid,size=64k,mode=0700'),
});

const cronDeed: fc.Arbitrary<SystemDeed> = fc.record({
  type: fc.constant('cron' as const),
  state: fc.constantFrom('present', 'present', 'absent'),
  minute: fc.constantFrom('5', '*/10'),
  inFile: fc.boolean(),
});

export const systemDeed: fc.Arbitrary<SystemDeed> = fc.oneof(
  {weight: 3, arbitrary: mountDeed},
  {weight: 3, arbitrary: cronDeed},
  {
    weight: 2,
    arbitrary: fc.record({type: fc.constant('sysctl' as const), value: fc.constantFrom('1', '2', '3')}),
  },
);

/** After a package of which nothing is known, check knows nothing of the host: these are by themselves. */
export const packageDeed: fc.Arbitrary<SystemDeed> = fc.oneof(
  fc.record({type: fc.constant('package' as const), state: fc.constant('present' as const)}),
  fc.record({
    type: fc.constant('package' as const),
    state: fc.constant('absent' as const),
    purge: fc.boolean(),
  }),
);
