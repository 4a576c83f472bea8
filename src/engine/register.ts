import type {AnyModule} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {Mistaken, Secret, Unknown} from '../text/index.ts';
import {isMap, type JsonSchema, ShapedUnknown, type Value, type Variable} from '../values/index.ts';
import type {Context} from './context.ts';
import {type ItemResult, itemFields, statusOf} from './result.ts';

/** What a task would have set that did not come to it: unknown, so that whoever reads it makes no mistake. */
export function learnLost(task: Task, items: readonly ItemResult[], {learned, included}: Context): void {
  if (!items.some(({status}) => status === 'failed' || status === 'unknown')) return;
  const mayDefine = ['include_vars', 'include_tasks', 'include_role'].includes(task.module);
  // What a mistake in its condition did not keep from being included is known.
  if (mayDefine && included.length < items.length) learned.mayKnowMore = true;
  if (task.module !== 'set_fact') return;
  const data = new Mistaken('the task that sets it has a mistake');
  for (const {key, keySource} of task.args.entries)
    if (!learned.registered.has(key))
      learned.registered.set(key, {data, origin: {layer: 'set_fact', source: keySource}});
}

type Registered = Extract<Variable, {readonly data: Value}>;

/** What a task leaves under its name: its result, or after a loop the list of the results. */
export function registered(task: Task, items: readonly ItemResult[], context: Context): Registered {
  const result = resultOf(task, items, context);
  const isHidden = task.noLog && context.house.catalogue.modules.get(task.module)?.module.type !== 'state';
  const data = isHidden ? secretTexts(task.register ?? task.module, result) : result;
  // Of a task under no_log the line may hold what is not to be seen.
  return {data, origin: {layer: 'register', ...(task.noLog ? {} : {source: task.source})}};
}

/** What a task under `no_log` leaves to others: its texts are secrets, the item of a loop among them. */
export function secretTexts(name: string, value: Value): Value {
  if (typeof value === 'string') return value === '' ? value : new Secret(name, value);
  if (Array.isArray(value)) return (value as readonly Value[]).map((one) => secretTexts(name, one));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, secretTexts(name, one)]));
}

function resultOf(task: Task, items: readonly ItemResult[], context: Context): Value {
  const status = statusOf(items);
  // Validation goes on after a mistake: what the task would have given is then not known, and no mistake of its own.
  if (context.continues && status === 'failed') return lostResult(task, context);
  const results = items.map((item) => shaped(item.result, itemSchema(task, context)));
  const [first] = results;
  if (!task.loop && first !== undefined) return first;
  const unknown = results.find((result) => result instanceof Unknown);
  const changed = items.some((item) => itemFields(item.status).changed);
  if (!(unknown instanceof Unknown)) return {...itemFields(status), changed, results};
  // One that is certain decides; the unknown ones may yet.
  const known = itemFields(status);
  const certain = (field: boolean): Value => field || new Unknown(unknown.reason);
  return {changed: certain(known.changed), failed: certain(known.failed), skipped: false, results};
}

/** What a module never has in its result is another mistake than that of the task. */
function lostResult(task: Task, context: Context): Unknown {
  const reason = 'the task has a mistake';
  const schema = itemSchema(task, context);
  const isKnown = schema.additionalProperties === false && !task.loop && !task.flawed;
  return isKnown ? new ShapedUnknown(reason, schema) : new Mistaken(reason);
}

function shaped(result: Value, schema: JsonSchema): Value {
  // Whatever its own type: a condition that is not known is a boolean, and the result is not.
  return result instanceof Unknown ? new ShapedUnknown(result.reason, schema) : result;
}

/** The result of a task before it is known, as conditions over it see it. */
export function unknownResult(task: Task, context: Context, reason: string): Unknown {
  return new ShapedUnknown(reason, itemSchema(task, context));
}

const boolean: JsonSchema = {type: 'boolean'};
const text: JsonSchema = {type: 'string'};

const changes: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {ref: text, attributes: {type: 'array', items: text}, impact: text},
    required: ['ref', 'attributes', 'impact'],
    additionalProperties: false,
  },
};

/** Made once for a task: two unknown results of it can so be told to be of one type. */
const schemas = new WeakMap<Task, JsonSchema>();

/** The type of the result of one pass of a task. */
function itemSchema(task: Task, context: Context): JsonSchema {
  const known = schemas.get(task) ?? makeItemSchema(task, context);
  schemas.set(task, known);
  return known;
}

function makeItemSchema(task: Task, {house}: Context): JsonSchema {
  const module = house.catalogue.modules.get(task.module)?.module;
  const fields = module && fieldsOf(module);
  return {
    type: 'object',
    properties: {
      changed: boolean,
      failed: boolean,
      skipped: boolean,
      msg: module?.type === 'control' ? {} : text,
      ...(task.among.ignoreUnreachable ? {unreachable: boolean} : {}),
      ...(task.until ? {attempts: {type: 'integer'}} : {}),
      ...(task.loop ? {[task.loopVariable]: {}} : {}),
      ...fields,
    },
    required: ['changed', 'failed', 'skipped'],
    ...(fields ? {additionalProperties: false} : {}),
  };
}

function fieldsOf(module: AnyModule): Readonly<Record<string, JsonSchema>> | undefined {
  switch (module.type) {
    case 'state':
      return {changes};
    case 'action':
      return module.result;
    case 'control':
      return module.result ?? {};
  }
}
