import type {Diagnostic} from '../../errors/index.ts';
import type {HostFacts} from '../../resources/index.ts';
import {composeProbe, factsRef, parseProbe, refKey} from '../../resources/index.ts';
import {TransportError} from '../../transport/index.ts';
import {newMarker} from '../host.ts';
import {allKinds} from '../outset.ts';
import {chooseHosts, onEach, type ReachOptions} from './hosts.ts';

export interface Gathered {
  readonly diagnostics: readonly Diagnostic[];
  /** By the hosts' names, in the order of the inventory: what `facts` is in a playbook, or why it is not known. */
  readonly facts: ReadonlyMap<string, HostFacts | TransportError>;
}

const timeoutMs = 60_000;

/** Asks hosts what they are, as their login users. */
export async function gatherFacts(options: ReachOptions & {readonly forks: number}): Promise<Gathered> {
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const results = await onEach(
    {hosts, connect},
    options.forks,
    options.signal,
    async ({name}, connection) => {
      const session = await connection.session(connection.loginUser);
      const marker = newMarker();
      const refs = [factsRef];
      const completed = await session.request(composeProbe(refs, allKinds, marker), {
        signal: options.signal,
        timeoutMs,
      });
      const found = parseProbe(completed, refs, allKinds, marker).get(refKey(factsRef));
      if (found?.status === 'present') return found.state as HostFacts;
      const why = found?.status === 'unreadable' ? found.reason : 'there is no answer';
      return new TransportError('lost', `${name} does not say what it is: ${why}`);
    },
  );
  return {diagnostics, facts: new Map(hosts.map(({name}, index) => [name, results[index] ?? missing(name)]))};
}

function missing(name: string): TransportError {
  return new TransportError('lost', `${name} was not asked`);
}
