export {ownOffsetMs} from './clock.ts';
export {clusterRules, ownRules, refusedRules} from './cluster-rules.ts';
export {type Condition, conditionKind, conditionRef} from './condition.ts';
export {type Check, checks, type Finding, judge, type Level, worstOf} from './finding.ts';
export {clockOffMs, hostRules, type Membership, type SeenHost} from './host-rules.ts';
export {netRules, type SeenNet} from './net-rules.ts';
export {owedRules} from './owed-rules.ts';
export {allRules} from './rules.ts';
export {
  askServerCondition,
  parseServerCondition,
  type ServerCondition,
  type UnitCondition,
} from './server-condition.ts';
export {type SeenServer, serverRules} from './server-rules.ts';
export {newestFor, type SeenVersion, versionRules} from './version-rules.ts';
