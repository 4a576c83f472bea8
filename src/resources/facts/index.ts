import {type Observed, type Ref, type ResourceKind, refKey} from '../contract.ts';
import {onlyRead} from '../only-read.ts';
import {type HostFacts, parseFacts} from './parse.ts';
import {probeFacts} from './probe.ts';

export const factsRef: Ref<'facts'> = {kind: 'facts', id: 'host', facets: ['state']};

/** What a host is. Read-only; the one id is `host`. */
export const facts: ResourceKind<'facts', HostFacts, never> = {
  kind: 'facts',
  probe: (_refs, marker) => probeFacts(marker),
  parse(output, refs, marker) {
    const found: Observed<HostFacts> = {status: 'present', state: parseFacts(output.stdout, marker)};
    return new Map(refs.map((ref) => [refKey(ref), found]));
  },
  ...onlyRead,
};

export type {HostFacts} from './parse.ts';
export {factsSchema} from './shape.ts';
