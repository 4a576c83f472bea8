import type {ConfigurationBlock, ConfigurationKey} from './key.ts';
import {listener} from './table/listener.ts';
import {others} from './table/others.ts';
import {seals} from './table/seal.ts';
import {storage} from './table/storage.ts';
import {telemetry} from './table/telemetry.ts';
import {topLevel} from './table/top-level.ts';

/** All that is known of the servers' configuration: one entry for each block, the top level first. */
export const configurationBlocks: readonly ConfigurationBlock[] = [
  topLevel,
  ...storage,
  ...listener,
  ...seals,
  telemetry,
  ...others,
];

/** Keys that people write and the servers ignore, by what is meant. Whether they matter shows when a fresh member joins. */
export const mistakenKeys: Readonly<Record<string, string>> = {
  'storage.raft.retry_join.leader_ca_file': 'leader_ca_cert_file',
  'storage.raft.retry_join.leader_cert_file': 'leader_client_cert_file',
  'storage.raft.retry_join.leader_key_file': 'leader_client_key_file',
};

/** Whole blocks whose coming, going or change of label parts a member from what it has, each with the reason. */
export const keptBlocks: Readonly<Record<string, string>> = {
  storage: 'the data would stay behind in the old storage',
  ha_storage:
    'with integrated storage there is none beside it, and moving to another is not a change of its configuration',
  seal: 'what protects the root key is changed by a seal migration, which a changed configuration alone would leave half done',
};

/** Where a value stands in the table. */
export interface Place {
  /** The innermost block that is known there. */
  readonly block: ConfigurationBlock;
  /** Its key; undefined: there is none of that name, or it is the block itself. */
  readonly key?: ConfigurationKey;
  /** As it was written; undefined for a block without anything in it. */
  readonly name?: string;
  /** How many of the value's names belong to the block. */
  readonly depth: number;
}

interface Branch {
  readonly below: Map<string, Branch>;
  block?: ConfigurationBlock;
}

const tree: Branch = {below: new Map(), block: topLevel};
for (const block of configurationBlocks) {
  let branch = tree;
  for (const name of block.path === '' ? [] : block.path.split('.')) {
    const next = branch.below.get(name) ?? {below: new Map()};
    branch.below.set(name, next);
    branch = next;
  }
  branch.block = block;
}

/**
 * A name as the table has it: most blocks are read without regard to case, `Listener` is `listener`.
 * @see `decodeStruct` of hashicorp/hcl, which compares by `strings.EqualFold`; what is read into a map keeps its case
 */
export function nameAsKnown(names: readonly string[], name: string): string {
  let branch: Branch | undefined = tree;
  for (const one of names) branch = branch?.below.get(one) ?? branch?.below.get('*');
  const lower = name.toLowerCase();
  if (lower === name || !branch || branch.below.has(name)) return name;
  if (branch.below.has(lower)) return lower;
  const {block} = branch;
  return block && !block.cased && Object.hasOwn(block.keys, lower) ? lower : name;
}

/** @param names of the blocks and labels around a value, and its own: `listener`, `tcp`, `address` */
export function placeOf(names: readonly string[]): Place {
  let branch: Branch = tree;
  let found: Place = {block: topLevel, depth: 0};
  for (const [index, name] of names.entries()) {
    const next = branch.below.get(name) ?? branch.below.get('*');
    if (!next) break;
    branch = next;
    if (branch.block) found = {block: branch.block, depth: index + 1};
  }
  const name = names[found.depth];
  if (name === undefined || isBlockName(found.block, name)) return found;
  const key = Object.hasOwn(found.block.keys, name) ? found.block.keys[name] : undefined;
  return {...found, name, ...(key ? {key} : {})};
}

/**
 * The labels that blocks of a type may have, `tcp` and `unix` of `listener`; undefined for a block that has none.
 * @returns `others`: there are more than these
 */
export function labelsOfType(
  type: string,
): {readonly labels: readonly string[]; readonly others: boolean} | undefined {
  const branch = tree.below.get(type);
  if (!branch || branch.block) return undefined;
  return {labels: [...branch.below.keys()].filter((label) => label !== '*'), others: branch.below.has('*')};
}

/**
 * What a block of this name may be: `block`, or `label` where one more label is needed to know.
 * @param names of the blocks and labels around it, and its own
 */
export function roleOf(names: readonly string[]): 'block' | 'label' | 'value' {
  let branch: Branch | undefined = tree;
  for (const name of names) branch = branch?.below.get(name) ?? branch?.below.get('*');
  if (!branch) return 'value';
  return branch.block ? 'block' : 'label';
}

/** Of a block that is not known in full, such as `storage` without a label. */
function isBlockName({path}: ConfigurationBlock, name: string): boolean {
  let branch: Branch | undefined = tree;
  for (const part of path === '' ? [] : path.split('.')) branch = branch?.below.get(part);
  return branch?.below.has(name) === true;
}
