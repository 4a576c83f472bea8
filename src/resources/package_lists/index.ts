import {joinScripts, sh} from '../../shell/index.ts';
import {type Change, type Observed, type Ref, type ResourceKind, refKey, type Want} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {refuseUnlessRoot, rootFolder} from '../only-root.ts';
import {aptPrelude, packageLocks} from '../package/index.ts';

/** What apt knows of the packages that there are. Absent: it was never asked for. */
export interface PackageListsState {
  /** Seconds since they were last got, by the host's own clock. */
  readonly ageSeconds: number | undefined;
}

export interface PackageListsDesired {
  readonly maxAgeSeconds: number;
}

export type PackageListsWant = Want<'package_lists', PackageListsDesired>;
type ListsChange = Change<'package_lists', PackageListsState, PackageListsDesired>;

const ref: Ref<'package_lists'> = {kind: 'package_lists', id: 'apt', facets: ['state']};

export function packageListsWant(maxAgeSeconds: number): PackageListsWant {
  return {ref, after: {maxAgeSeconds}};
}

/** The lists of apt. There is one such resource on a host. */
export const packageLists: ResourceKind<'package_lists', PackageListsState, PackageListsDesired> = {
  kind: 'package_lists',
  probe: () => sh`d=/var/lib/apt/lists n=0
[ -d "$d" ] || { echo 'apt is not on the host' >&2; exit 1; }
for f in "$d"/*_*; do if [ -f "$f" ]; then n=1; break; fi; done
echo "$n"
stat -c %Y "$d"
date +%s`,
  parse(output, refs) {
    const [found, changed, now] = new Cursor(output.stdout).lines(3);
    const observed: Observed<PackageListsState> =
      found === '1'
        ? {status: 'present', state: {ageSeconds: Math.max(0, Number(now) - Number(changed))}}
        : {status: 'absent'};
    return new Map(refs.map((one) => [refKey(one), observed]));
  },
  reads: () => [ref, rootFolder],
  refuse: () => undefined,
  forbids: (_change, view) => refuseUnlessRoot('get package lists', view),
  diff(before, want) {
    const {maxAgeSeconds} = desiredOf(want);
    if (before.status === 'absent') return [{name: 'updated', after: true}];
    const ageSeconds = before.status === 'present' ? before.state.ageSeconds : undefined;
    if (ageSeconds === undefined || ageSeconds <= maxAgeSeconds) return [];
    return [{name: 'updated', before: `${ageSeconds} s ago`, after: true}];
  },
  /** apt leaves the directory as it is where nothing new has come: its time is set, so that it says when was looked. */
  steps: () => [
    packageLocks,
    {
      type: 'script',
      script: joinScripts([
        aptPrelude,
        sh`apt -o APT::Update::Error-Mode=any update
touch /var/lib/apt/lists`,
      ]),
    },
  ],
  effects: () => ({type: 'kinds', kinds: ['package', 'package_lists', 'path']}),
  predict: (_change: ListsChange) => ({status: 'present', state: {ageSeconds: undefined}}),
  /** They are as old as the look at them is: what counts is that they were got. */
  unreached(change: ListsChange, after) {
    const before = change.before.status === 'present' ? change.before.state.ageSeconds : undefined;
    const age = after.status === 'present' ? after.state.ageSeconds : undefined;
    if (
      age !== undefined &&
      (before === undefined || age < before || age <= desiredOf(change.want).maxAgeSeconds)
    )
      return [];
    return change.attributes;
  },
};

function desiredOf(want: PackageListsWant): PackageListsDesired {
  if (want.after === 'absent') throw new Error('package lists are never removed');
  return want.after;
}
