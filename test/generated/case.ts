import type {SystemDeed} from './system.ts';

/** Something that is there before. What its place does not allow is left out. */
export type Entry =
  | {readonly type: 'file'; readonly path: string; readonly content: string; readonly mode: string}
  | {readonly type: 'directory'; readonly path: string; readonly mode: string; readonly setgid: boolean}
  | {readonly type: 'link'; readonly path: string; readonly target: string}
  /** One more name of a file (a hard link), which is made where nothing is. */
  | {readonly type: 'twin'; readonly path: string; readonly of: string}
  | {readonly type: 'group' | 'user' | 'package'}
  /** The file of the case's own unit that a package would bring: behind one of its own in /etc. */
  | {readonly type: 'packaged-unit'}
  | {readonly type: 'mount'; readonly path: string; readonly options: string; readonly inTable: boolean}
  | {readonly type: 'cron'; readonly inFile: boolean};

/** Of a text. */
export const edits = [
  'line',
  'no line',
  'first line',
  'block',
  'no block',
  'replace',
  'ini',
  'no ini',
] as const;
export type Edit = (typeof edits)[number];

interface Attributes {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** What a task does. Several paths: a loop. `@` stands for the folder, `%` for the name of the case's own user and group. */
export type Deed =
  | {readonly type: 'absent'; readonly paths: readonly string[]}
  | ({readonly type: 'directory'; readonly paths: readonly string[]; readonly follow?: boolean} & Attributes)
  | ({readonly type: 'attributes'; readonly paths: readonly string[]; readonly follow?: boolean} & Attributes)
  | {
      readonly type: 'link';
      readonly paths: readonly string[];
      readonly target: string;
      readonly force?: boolean;
      readonly owner?: string;
    }
  | ({
      readonly type: 'copy';
      readonly paths: readonly string[];
      readonly content: string;
      readonly follow?: boolean;
      readonly inPlace?: boolean;
    } & Attributes)
  /** A text in a file that is there (or, where that is so by default, is made). */
  | {readonly type: 'edit'; readonly paths: readonly string[]; readonly edit: Edit}
  /** A directory of ours, by number, with all below it. */
  | {readonly type: 'tree'; readonly paths: readonly string[]; readonly tree: number; readonly mode?: string}
  | {
      readonly type: 'recurse';
      readonly paths: readonly string[];
      readonly mode: string;
      readonly owner?: string;
    }
  | {
      readonly type: 'user';
      readonly state: 'present' | 'absent';
      readonly shell?: string;
      readonly comment?: string;
      readonly home?: boolean;
      /** `&` stands for the case's second group. */
      readonly groups?: readonly string[];
      readonly append?: boolean;
    }
  | {
      readonly type: 'group';
      readonly state: 'present' | 'absent';
      /** Not that of the user's own name. */
      readonly second?: boolean;
    }
  /** The file of the case's own unit: a service of this sort (a static one: nothing starts it), a link to nothing, or none. */
  | {readonly type: 'unit-file'; readonly sort: 'oneshot' | 'lasting' | 'static' | 'mask' | 'none'}
  | {
      readonly type: 'unit';
      readonly state?: 'started' | 'stopped' | 'restarted';
      readonly enabled?: boolean;
      readonly masked?: boolean;
    }
  | SystemDeed
  | {readonly type: 'flush'};

/** A task: its deed, and when it is done. */
export interface Step {
  readonly deed: Deed;
  readonly when?: Condition;
  /** Number of the handler. */
  readonly notify?: number;
  /** Steps beside one another that have one are a block, and each in this part of it. */
  readonly part?: 'block' | 'rescue' | 'always';
}

/** Over the results of tasks before this one (counted back, modulo how many there are), or over a variable. */
export type Condition =
  | {readonly about: 'result'; readonly back: number; readonly field: string; readonly negated: boolean}
  | {readonly about: 'variable'; readonly negated: boolean};

/** A playbook over a world of its own. */
export interface Case {
  readonly entries: readonly Entry[];
  readonly steps: readonly Step[];
  readonly variable: boolean;
}
