import {allKinds as kinds} from '../../../src/engine/outset.ts';
import {planChanges, readsOf} from '../../../src/engine/plan.ts';
import type {StateModule} from '../../../src/modules/index.ts';
import {type Change, isRefusal, NotProbed, type Ref, type Refusal} from '../../../src/resources/index.ts';
import type {ValueMap} from '../../../src/values/index.ts';
import type {Case} from './cases.ts';
import {hostState} from './host-state.ts';
import {inputsFor} from './inputs.ts';

/** The changes that a state module's wants come to, judged by the real kinds as a run does. */
export function plannedChanges(
  module: StateModule<ValueMap>,
  args: ValueMap,
  one: Case,
): readonly Change[] | Refusal {
  const reads = module.reads?.(args, facts) ?? [];
  const inputs = inputsFor(module, args, one);
  const look = (refs: readonly Ref[]) =>
    module.want(args, hostState(one.state, refs), inputs, {checkMode: false, user: 'root'});
  const wants = readsMore.has(module.name) ? askingMore(reads, look) : look(reads);
  if (isRefusal(wants)) return wants;
  return planChanges(wants, kinds, hostState(one.state, [...reads, ...readsOf(wants, kinds)]));
}

/** Modules that learn only from what they have read what else to read. */
const readsMore: ReadonlySet<string> = new Set(['authorized_key']);

function askingMore<T>(reads: readonly Ref[], look: (refs: readonly Ref[]) => T): T {
  try {
    return look(reads);
  } catch (error) {
    if (!(error instanceof NotProbed)) throw error;
    return look([...reads, error.ref]);
  }
}

/** Changes as cases write them: by `kind:id` and attribute, before and after. */
export function describeChanges(changes: readonly Change[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    changes.map(({ref, attributes}) => [
      `${ref.kind}:${ref.id}`,
      Object.fromEntries(attributes.map(({name, before = null, after = null}) => [name, [before, after]])),
    ]),
  );
}

export const facts = {
  hostname: 'wallpi',
  fqdn: 'wallpi.local',
  machine: 'aarch64',
  architecture: 'aarch64',
  kernel: '6.12',
  long_bit: 64,
  os: {},
  memory_mb: 1024,
  cpus: 4,
  init: 'systemd',
  boot_id: '00000000-0000-0000-0000-000000000000',
};
