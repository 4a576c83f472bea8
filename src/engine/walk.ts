import type {Source} from '../errors/index.ts';
import type {Block, Entry, Role} from '../playbook/index.ts';
import type {Layer} from '../values/index.ts';
import {clearsErrors} from './meta-task.ts';

const parts = ['block', 'rescue', 'always'] as const;

/** Which list of a block runs. */
type Part = (typeof parts)[number];

/** A list of tasks that was begun. */
interface Frame {
  readonly entries: readonly Entry[];
  /** Of the entry that runs, or is next. */
  readonly index: number;
  readonly within?: {readonly block: Block; readonly part: Part; readonly failed: boolean};
  /** The role whose use these tasks are. */
  readonly use?: Role | undefined;
  /** What the includes around it give to its tasks, the outermost first. */
  readonly parameters: readonly Layer[];
  /** Where these includes are written. */
  readonly chain: readonly Source[];
}

/** What an include adds to what runs. */
export type Included = Pick<Frame, 'entries' | 'use'> & {
  readonly parameters: readonly Layer[];
  readonly source: Source;
};

/**
 * Where an interpretation stands in the tree of a play's tasks: the lists that were begun, the innermost last. It is
 * data, so that look-ahead can go on from a copy.
 */
export interface Walk {
  frames: readonly Frame[];
  failed: boolean;
  /** What failed was a handler, and nothing rescues it. */
  handlerFailed?: boolean;
  /** Validation, which goes through a `rescue` that nothing has led to. */
  readonly everywhere: boolean;
}

export function walkOf(entries: readonly Entry[], everywhere: boolean): Walk {
  return {frames: [{entries, index: 0, parameters: [], chain: []}], failed: false, everywhere};
}

/** The entry to be carried out; undefined at the end of everything. */
export function current(walk: Walk): Exclude<Entry, Block> | undefined {
  for (let frame = walk.frames.at(-1); frame; frame = walk.frames.at(-1)) {
    const entry = frame.entries[frame.index];
    if (entry === undefined) leave(walk, frame);
    else if (entry.type !== 'block') return entry;
    else {
      advance(walk);
      enter(walk, entry, 'block');
    }
  }
  return undefined;
}

/** Where the current entry stands, from the outermost list inwards: comparable between hosts. */
export function placeOf({frames}: Walk): readonly number[] {
  return frames.flatMap(({index, within}) => (within ? [parts.indexOf(within.part), index] : [index]));
}

/** The innermost list that runs. */
export function innermost(walk: Walk): Pick<Frame, 'parameters' | 'chain'> {
  return walk.frames.at(-1) ?? {parameters: [], chain: []};
}

/** The current entry is done. */
export function advance(walk: Walk): void {
  const frame = walk.frames.at(-1);
  if (frame) walk.frames = [...walk.frames.slice(0, -1), {...frame, index: frame.index + 1}];
}

/** What was included runs next, in this order. */
export function include(walk: Walk, included: readonly Included[]): void {
  const {parameters, chain} = innermost(walk);
  const frames = included.map(
    ({source, ...one}): Frame => ({
      ...one,
      index: 0,
      parameters: [...parameters, ...one.parameters],
      chain: [...chain, source],
    }),
  );
  walk.frames = [...walk.frames, ...frames.toReversed()];
}

/** Whether a failure here leads to a `rescue`. */
export function isRescued({frames}: Walk): boolean {
  return frames.some(({within}) => within?.part === 'block' && within.block.rescue.length > 0);
}

/** Whether what runs is the `rescue` of a block. */
export function isRescuing({frames}: Walk): boolean {
  return frames.some(({within}) => within?.part === 'rescue');
}

/** Everything ends here, and nothing has failed. */
export function end(walk: Walk): void {
  walk.frames = [];
}

/** Nothing more of this use of a role. */
export function endRole(walk: Walk, role: Role): void {
  const at = walk.frames.findLastIndex(({use}) => use === role);
  if (at !== -1) walk.frames = walk.frames.slice(0, at);
}

/**
 * The current entry failed: its block's `rescue` is next, else what must run always, else the play's next entry that
 * clears errors, else nothing any more.
 */
export function fail(walk: Walk): void {
  const [play] = walk.frames;
  // An entry of the play itself is not resumed by itself.
  const next = play ? play.index + (walk.frames.length === 1 ? 1 : 0) : 0;
  for (let frame = walk.frames.at(-1); frame; frame = walk.frames.at(-1)) {
    walk.frames = walk.frames.slice(0, -1);
    if (!frame.within || frame.within.part === 'always') continue;
    const {block, part} = frame.within;
    const isCaught = part === 'block' && block.rescue.length > 0;
    if (!isCaught && block.always.length === 0) continue;
    enter(walk, block, isCaught ? 'rescue' : 'always', !isCaught);
    return;
  }
  const index = play ? play.entries.findIndex((entry, at) => at >= next && clearsErrors(entry)) : -1;
  if (play && index !== -1) walk.frames = [{...play, index}];
  else walk.failed = true;
}

function leave(walk: Walk, {within}: Frame): void {
  if (within?.part === 'always' && within.failed) {
    fail(walk);
    return;
  }
  walk.frames = walk.frames.slice(0, -1);
  if (!within || within.part === 'always') return;
  const isNext = within.part === 'block' && walk.everywhere;
  enter(walk, within.block, isNext ? 'rescue' : 'always');
}

function enter(walk: Walk, block: Block, part: Part, failed = false): void {
  const {parameters, chain} = innermost(walk);
  const {use} = block;
  walk.frames = [
    ...walk.frames,
    {entries: block[part], index: 0, within: {block, part, failed}, use, parameters, chain},
  ];
}
