import {posix} from 'node:path';
import type {Observed, Ref, StandingAt} from '../contract.ts';
import {parentPath, resolve} from '../path/index.ts';
import {type MountChange, type MountState, mountRef} from './state.ts';

/** What is mounted at a path while changes are planned: links on the way, and at its end, lead where they will then. */
export function seeMount(ref: Ref<'mount'>, at: StandingAt): Observed<MountState> {
  return at<MountState>({...ref, id: placeOf(ref.id, at)});
}

/** A change of what is mounted, by the one name of its place. */
export function aimMount(change: MountChange, at: StandingAt): MountChange {
  const ref = {...change.ref, id: placeOf(change.ref.id, at)};
  return {...change, ref, want: {...change.want, ref}};
}

/** Where something is mounted no link can be: that place is not looked at, since it may not answer (a server that is gone). */
function placeOf(id: string, at: StandingAt): string {
  const folder = resolve(parentPath(id), true, at);
  if (folder === undefined) return id;
  const here = posix.join(folder, posix.basename(id));
  if (at<MountState>(mountRef(here)).status === 'present') return here;
  return resolve(here, true, at) ?? here;
}
