import {composeProbe, kinds, type Observed, parseProbe, type Ref, refKey} from '../resources/index.ts';
import type {ActionPorts} from './contract.ts';

const lookTimeoutMs = 120_000;
/** Frames text within an answer that nobody else could have written into it beforehand. */
const markerOf = (ports: ActionPorts): string => `vprov-look-${ports.now().toString(36)}`;

/** What is at the host now, by the probe of the resource's own kind. */
export async function lookAt<S extends object>(ref: Ref, ports: ActionPorts): Promise<Observed<S>> {
  const marker = markerOf(ports);
  const output = await ports.run(composeProbe([ref], kinds, marker), lookTimeoutMs);
  const found = parseProbe(output, [ref], kinds, marker).get(refKey(ref));
  return (found ?? {status: 'unreadable', reason: 'the host gave no answer'}) as Observed<S>;
}
