import type {Rule} from './finding.ts';
import {hostRules} from './host-rules.ts';

/** Every sort of finding there is, for the documentation. */
export const allRules: readonly Pick<Rule<never>, 'id' | 'check' | 'level' | 'meaning'>[] = [...hostRules];
