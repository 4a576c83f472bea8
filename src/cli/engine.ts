import type {
  ApplyOptions,
  drift,
  findHostKeys,
  Inspected,
  InspectOptions,
  listRuns,
  PlanOptions,
  Run,
  RunOptions,
  readRecord,
  trustKeys,
  UndoOptions,
} from '../engine/index.ts';

/** The part of the engine that commands use. */
export interface Engine {
  run(options: RunOptions): Run;
  inspect(options: InspectOptions): Promise<Inspected>;
  readonly listRuns: typeof listRuns;
  readonly readRecord: typeof readRecord;
  readonly findHostKeys: typeof findHostKeys;
  readonly trustKeys: typeof trustKeys;
  undo(options: UndoOptions): Run;
  plan(options: PlanOptions): Run;
  apply(options: ApplyOptions): Run;
  readonly drift: typeof drift;
}

/** Loads the engine when a command needs it: `--help` and `--version` do not wait for it. */
export type LoadEngine = () => Promise<Engine>;
