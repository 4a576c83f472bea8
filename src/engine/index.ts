export type {Check, Finding, Level} from '../doctor/index.ts';
export {needsAttention} from '../reachability/index.ts';
export type {ClusterStatus, NodeStatus} from '../vault/index.ts';
export {engineCodes} from './codes.ts';
export {drift} from './drift.ts';
export {
  type ChangeReport,
  type Event,
  type ExitCode,
  eventVersion,
  type HostCounts,
  type ListedPlay,
  type Summary,
  type TaskLabel,
  type TaskStatus,
} from './events.ts';
export {
  findHostKeys,
  type HostKeys,
  type HostKeysOptions,
  type KeyFinding,
  type ShownHostKey,
  trustKeys,
} from './host-keys.ts';
export {type Inspected, type InspectedVariable, type InspectOptions, inspect} from './inspect.ts';
export type {Prompt, Run, RunOptions, RunQuestion} from './options.ts';
export {type ApplyOptions, apply, type PlanOptions, plan} from './plan-file/plan.ts';
export {type Diagnosis, type DoctorOptions, diagnose, type HostDiagnosis} from './reach/doctor.ts';
export {type ExecOptions, type Executed, execOnHosts, type HostOutcome} from './reach/exec.ts';
export {type Gathered, gatherFacts} from './reach/facts.ts';
export type {ReachOptions} from './reach/hosts.ts';
export {lookAtNet, type Net, type NetOptions} from './reach/net.ts';
export {type MadeRootToken, type RootTokenOptions, rootTokenOf} from './reach/root-token.ts';
export {type HostTerminal, type TerminalOptions, type WayIn, wayIn} from './reach/shell.ts';
export {type FoundVaults, findVaults} from './reach/vault.ts';
export {recordCodes} from './records/codes.ts';
export type {RunRecord} from './records/format.ts';
export {listRuns, type RunEntry, readRecord} from './records/read.ts';
export {run} from './run.ts';
export {type UndoOptions, undo} from './undo/undo.ts';
