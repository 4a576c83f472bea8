import {clusterRules, ownRules, refusedRules} from './cluster-rules.ts';
import type {Rule} from './finding.ts';
import {hostRules} from './host-rules.ts';
import {netRules} from './net-rules.ts';
import {serverRules} from './server-rules.ts';
import {versionRules} from './version-rules.ts';

/** Every sort of finding there is, for the documentation. */
export const allRules: readonly Pick<Rule<never>, 'id' | 'check' | 'level' | 'meaning'>[] = [
  ...hostRules,
  ...refusedRules,
  ...serverRules,
  ...clusterRules,
  ...ownRules,
  ...netRules,
  ...versionRules,
];
