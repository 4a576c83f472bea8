import type {Inspected, InspectOptions, listRuns, Run, RunOptions, readRecord} from '../engine/index.ts';

/** The part of the engine that commands use. */
export interface Engine {
  run(options: RunOptions): Run;
  inspect(options: InspectOptions): Promise<Inspected>;
  readonly listRuns: typeof listRuns;
  readonly readRecord: typeof readRecord;
}

/** Loads the engine when a command needs it: `--help` and `--version` do not wait for it. */
export type LoadEngine = () => Promise<Engine>;
