import type {Inspected, InspectOptions, Run, RunOptions} from '../engine/index.ts';

/** The part of the engine that commands use. */
export interface Engine {
  run(options: RunOptions): Run;
  inspect(options: InspectOptions): Promise<Inspected>;
}

/** Loads the engine when a command needs it: `--help` and `--version` do not wait for it. */
export type LoadEngine = () => Promise<Engine>;
