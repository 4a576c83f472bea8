export {type Condition, conditionKind, conditionRef} from './condition.ts';
export {type Check, checks, type Finding, judge, type Level, worstOf} from './finding.ts';
export {hostRules, type Membership, type SeenHost} from './host-rules.ts';
export {allRules} from './rules.ts';
