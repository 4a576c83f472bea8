import type {ScriptedKind} from './contract.ts';
import {crontab} from './crontab/index.ts';
import {facts} from './facts/index.ts';
import {folder} from './folder/index.ts';
import {group} from './group/index.ts';
import {mount} from './mount/index.ts';
import {packageKind} from './package/index.ts';
import {packageLists} from './package_lists/index.ts';
import {path} from './path/index.ts';
import {space} from './space/index.ts';
import {sysctl} from './sysctl/index.ts';
import {tree} from './tree/index.ts';
import {unit} from './unit/index.ts';
import {user} from './user/index.ts';
import {versions} from './versions/index.ts';

const all: readonly ScriptedKind[] = [
  path,
  user,
  group,
  unit,
  packageKind,
  packageLists,
  crontab,
  mount,
  sysctl,
  folder,
  tree,
  space,
  versions,
  facts,
];

/** Every kind that is read by scripts, by name. */
export const kinds: ReadonlyMap<string, ScriptedKind> = new Map(all.map((kind) => [kind.kind, kind]));
