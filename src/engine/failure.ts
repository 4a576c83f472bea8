import {Unknown} from '../text/index.ts';
import {type JsonSchema, ShapedUnknown, type Value} from '../values/index.ts';
import type {TaskResult} from './result.ts';
import type {Learned} from './scopes.ts';

/** What failed, as a `rescue` sees it: `vprov_failed_task` and `vprov_failed_result`. */
export interface Failure {
  readonly task: Value;
  readonly result: Value;
}

const text: JsonSchema = {type: 'string'};

const taskSchema: JsonSchema = {
  type: 'object',
  properties: {name: text, module: text, action: text},
  required: ['name', 'module', 'action'],
  additionalProperties: false,
};

/** Validation goes through what only a failure leads to. */
export const unknownFailure: Failure = {
  task: new ShapedUnknown('what fails here is not known', taskSchema),
  result: new Unknown('what fails here is not known'),
};

/** Undefined when the task did not fail. */
export function failureOf({status, label, result}: TaskResult): Failure | undefined {
  if (status !== 'failed') return undefined;
  const {name, module} = label;
  return {task: {name, module, action: module}, result};
}

/** From here on, and until another task fails, both are known under their names. */
export function learnFailure({task, result}: Failure, {registered}: Learned): void {
  const origin = {layer: 'rescue'};
  registered.set('vprov_failed_task', {data: task, origin});
  registered.set('vprov_failed_result', {data: result, origin});
}
