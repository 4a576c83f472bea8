import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {planChanges, readsOf} from '../../src/engine/plan.ts';
import type {StateModule} from '../../src/modules/index.ts';
import {
  type Change,
  isRefusal,
  kinds,
  type Ref,
  type Refusal,
  type StateView,
} from '../../src/resources/index.ts';
import type {ValueMap} from '../../src/values/index.ts';
import {type Case, readCases} from '../unit/modules/cases.ts';
import {digested} from '../unit/modules/digested.ts';
import {inputsFor} from '../unit/modules/inputs.ts';
import {describeChanges, facts} from '../unit/modules/plan.ts';
import {modules} from '../unit/modules/task.ts';
import {canBeMade, makeWorld} from './module-world.ts';
import {apply, everything, mispredicted, probe, type Shell, viewOf} from './resources-shell.ts';

// The contract of the class "state": what a case says of a module is made for real, and then holds. The plan is the one
// that the case tells, applying it reaches it, what was predicted is so, and the second plan is empty.

let root = '';

beforeEach(() => {
  root = mkdtempSync('/dev/shm/vprov-module-');
});

afterEach(() => rmSync(root, {recursive: true, force: true}));

const states = [...modules.modules.values()].flatMap(({module}) => (module.type === 'state' ? [module] : []));
const cases = states.map((module) => {
  const file = `src/modules/${module.name}/cases.yml`;
  return {
    module,
    cases: readCases(module.name, readFileSync(file, 'utf8'), file).filter((one) => !one.errors),
  };
});

describe.each(cases.filter((one) => one.cases.some(canBeMade)))('the module $module.name', (one) => {
  it.each(one.cases.filter(canBeMade).map((each) => [each.name, each] as const))('%s', (_title, each) => {
    const shell = makeWorld(root, each, touchedBy(one.module, each));
    const planned = plan(one.module, each, shell);
    if (isRefusal(planned)) return expect(planned.refused).toBe(each.refused);
    expect(each.refused).toBeUndefined();
    expect(describeChanges(planned)).toEqual(digested(each.changes ?? {}));
    for (const change of planned) expect(breachesOf(change, shell), change.ref.id).toEqual([]);
    expect(plan(one.module, each, shell)).toEqual([]);
  });
});

it('leaves out no module but those whose kinds are tried elsewhere', () => {
  const elsewhere = /^(?:unit|user|group|package|package_lists|hostname|sysctl|mount|crontab|vault):/;
  for (const {module, cases: all} of cases) {
    if (all.some(canBeMade)) continue;
    const keys = all.flatMap((each) => Object.keys(each.state));
    expect(keys.length, module.name).toBeGreaterThan(0);
    expect(
      keys.filter((key) => !elsewhere.test(key) && !key.startsWith('path:')),
      module.name,
    ).toEqual([]);
  }
});

/** As a run does it: what the module reads, its wants, what they read, the changes. */
function plan(module: StateModule<ValueMap>, one: Case, shell: Shell): readonly Change[] | Refusal {
  const view = (refs: readonly Ref[]): StateView => viewOf(probe(shell, refs));
  const reads = module.reads?.(one.task.args, facts) ?? [];
  const wants = module.want(one.task.args, view(reads), inputsFor(module, one.task.args, one), {
    checkMode: false,
    user: 'root',
  });
  return isRefusal(wants) ? wants : planChanges(wants, kinds, view([...reads, ...readsOf(wants, kinds)]));
}

/** Paths that a case does not mention and its module looks at, found by a look at a host that has nothing. */
function touchedBy(module: StateModule<ValueMap>, one: Case): readonly string[] {
  const seen: string[] = [];
  const nothing: StateView = {
    get: (ref) => {
      if (ref.kind === 'path') seen.push(ref.id);
      return {status: 'absent'};
    },
  };
  const wants = module.want(one.task.args, nothing, inputsFor(module, one.task.args, one), {
    checkMode: false,
    user: 'root',
  });
  const ofWants = isRefusal(wants) ? [] : readsOf(wants, kinds);
  const own = isRefusal(wants) ? [] : wants.map(({ref}) => ref.id);
  const parents = [...own, ...seen].filter((id) => id.startsWith('/')).map((id) => path.dirname(id));
  return [...ofWants.filter(({kind}) => kind === 'path').map(({id}) => id), ...seen, ...parents].filter(
    (id) => id !== '/',
  );
}

function breachesOf(change: Change, shell: Shell): readonly string[] {
  const kind = kinds.get(change.ref.kind);
  if (!kind) throw new Error(`no kind ${change.ref.kind}`);
  const refs = kind
    .reads(change.want)
    .map((ref) => (ref.kind === 'path' ? {...ref, facets: everything} : ref));
  const before = viewOf(probe(shell, refs)).get(change.ref);
  const predicted = kind.predict({...change, before});
  const failed = apply(shell, change);
  if (failed !== undefined) return [`failed: ${failed}`];
  const view = viewOf(probe(shell, refs));
  const after = view.get(change.ref);
  return [
    ...kind.diff(after, change.want, view).map((left) => `left: ${JSON.stringify(left)}`),
    ...mispredicted(predicted, after).map((one) => `predicted ${one}`),
  ];
}
