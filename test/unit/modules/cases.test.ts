import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Action, StateModule, Validator} from '../../../src/modules/index.ts';
import {isRefusal} from '../../../src/resources/index.ts';
import {Unknown, UnknownRead} from '../../../src/text/index.ts';
import {toPlain, type ValueMap} from '../../../src/values/index.ts';
import {type Case, readCases} from './cases.ts';
import {digested} from './digested.ts';
import {hostState} from './host-state.ts';
import {describeChanges, facts, plannedChanges} from './plan.ts';
import {mistakes, modules} from './task.ts';

// Every module's cases.yml: what a person writes, what is on the host, and what comes of it. Judged by the real
// YAML reader, schemas, modules and resource kinds.

for (const [name, {module, args}] of modules.modules) {
  const file = `src/modules/${name}/cases.yml`;
  describe(file, () => {
    it.each(readCases(name, readFileSync(file, 'utf8'), file).map((one) => [one.name, one] as const))(
      '%s',
      (_title, one) => {
        const found = mistakes(one.task).map(({code, message, hint}) =>
          hint && !(/^MOD00[45]$/.test(code) && hint.endsWith('.')) ? `${message} (${hint})` : message,
        );
        expect(found).toEqual(one.errors ?? []);
        if (one.errors) return;
        if (module.type === 'state') {
          expectChanges(module, one.task.args, one);
          expectChanges(module, withDefaults(one.task.args, args.validate), one);
        }
        if (module.type === 'action') expectGuard(module, one);
      },
    );
  });
}

/** What the schema calls a default is what the module does without it. */
function withDefaults(args: ValueMap, validate: Validator): ValueMap {
  const filled = toPlain(args) as ValueMap;
  expect(validate(filled)).toBe(true);
  return filled;
}

function expectChanges(module: StateModule<ValueMap>, args: ValueMap, one: Case): void {
  const planned = plannedChanges(module, args, one);
  if ('refused' in planned) expect(planned.refused).toBe(one.refused);
  else {
    expect(one.refused).toBeUndefined();
    expect(describeChanges(planned)).toEqual(digested(one.changes ?? {}));
    if (one.impact) expect(planned.map(({want}) => want.impact)).toEqual([one.impact]);
  }
}

function expectGuard(module: Action<ValueMap>, one: Case): void {
  const {args} = one.task;
  expect(module.readOnly(args)).toBe(one.readOnly);
  expect(guardOf(module, one)).toBe(one.runs);
}

function guardOf(module: Action<ValueMap>, one: Case): string {
  try {
    const reads = module.reads?.(one.task.args, facts) ?? [];
    const seen = hostState(one.state, reads);
    const others = Object.entries(one.others).map(
      ([host, state]) => [host, hostState(state as ValueMap, reads)] as const,
    );
    const group = {
      self: 'wallpi',
      members: new Map([...others, ['wallpi', seen]]),
      told: new Map([['wallpi', one.task.args]]),
    };
    const guard = module.guard(one.task.args, seen, ...(module.scope === 'group' ? [group] : []));
    if (guard instanceof Unknown) return `unknown: ${guard.reason}`;
    if (isRefusal(guard)) return `refused: ${guard.refused}`;
    return guard.run ? 'yes' : `no: ${guard.reason}`;
  } catch (error) {
    if (error instanceof UnknownRead) return `unknown: ${error.unknown.reason}`;
    throw error;
  }
}
