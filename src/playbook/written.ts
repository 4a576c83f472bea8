import type {Source} from '../errors/index.ts';
import type {MapNode, ScalarNode} from '../source/index.ts';
import type {Include, Inherited, ModuleTask} from './model.ts';

/** What stands in a list of tasks as one file has it, before the files that it imports are read. */
export type Written = ModuleTask | Include | WrittenBlock | Import;

export interface WrittenBlock {
  readonly type: 'block';
  readonly name: ScalarNode | undefined;
  readonly source: Source;
  readonly keywords: Inherited;
  readonly block: readonly Written[];
  readonly rescue: readonly Written[];
  readonly always: readonly Written[];
}

/** Tasks of another file, or a role, that stand here as if they were written here. */
export interface Import {
  readonly type: 'import';
  /** `import_tasks` or `import_role`. */
  readonly module: string;
  readonly source: Source;
  readonly args: MapNode;
  readonly keywords: Inherited;
}
