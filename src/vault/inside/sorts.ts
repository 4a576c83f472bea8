import {approle} from './approle.ts';
import {audit} from './audit.ts';
import {autopilot} from './autopilot.ts';
import {kv} from './kv.ts';
import {auth, mount} from './mount.ts';
import type {SortName} from './place.ts';
import {policy} from './policy.ts';
import type {Sort} from './sort.ts';

/** What is different between the sorts of things inside a server. */
export const sorts: Readonly<Record<SortName, Sort>> = {policy, mount, auth, approle, kv, autopilot, audit};
