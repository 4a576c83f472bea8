import type {
  ApplyOptions,
  diagnose,
  drift,
  execOnHosts,
  findHostKeys,
  findVaults,
  gatherFacts,
  Inspected,
  InspectOptions,
  listRuns,
  lookAtNet,
  needsAttention,
  PlanOptions,
  Run,
  RunOptions,
  readRecord,
  rootTokenOf,
  trustKeys,
  UndoOptions,
  wayIn,
} from '../engine/index.ts';

/** The part of the engine that commands use. */
export interface Engine {
  run(options: RunOptions): Run;
  inspect(options: InspectOptions): Promise<Inspected>;
  readonly listRuns: typeof listRuns;
  readonly readRecord: typeof readRecord;
  readonly findHostKeys: typeof findHostKeys;
  readonly findVaults: typeof findVaults;
  readonly rootTokenOf: typeof rootTokenOf;
  readonly trustKeys: typeof trustKeys;
  readonly execOnHosts: typeof execOnHosts;
  readonly gatherFacts: typeof gatherFacts;
  readonly lookAtNet: typeof lookAtNet;
  readonly needsAttention: typeof needsAttention;
  readonly wayIn: typeof wayIn;
  undo(options: UndoOptions): Run;
  plan(options: PlanOptions): Run;
  apply(options: ApplyOptions): Run;
  readonly diagnose: typeof diagnose;
  readonly drift: typeof drift;
}

/** Loads the engine when a command needs it: `--help` and `--version` do not wait for it. */
export type LoadEngine = () => Promise<Engine>;
