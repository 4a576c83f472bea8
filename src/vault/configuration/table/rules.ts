import type {ConfigurationRule} from '../rule.ts';
import {listenerRules} from './rules-listener.ts';
import {storageRules} from './rules-storage.ts';
import {wholeRules} from './rules-whole.ts';

/**
 * What the servers refuse beyond the type of a key, each tried on them: test/openbao/refused.ts. The environment may say what a
 * configuration lacks, so little is said of that.
 */
export const configurationRules: readonly ConfigurationRule[] = [
  ...wholeRules,
  ...storageRules,
  ...listenerRules,
];
