import {type Diagnostic, hushed} from '../errors/index.ts';
import type {Catalogue} from '../modules/index.ts';
import {type Expression, type Play, type Task, tasksIn} from '../playbook/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import {Unknown} from '../text/index.ts';
import {
  expressionsOf,
  isStatic,
  type JsonSchema,
  mistakesOfExpression,
  mistakesOfTemplates,
  render,
  staticScope,
  type Value,
  type ValueMap,
} from '../values/index.ts';
import {argumentMistakes} from './argument-mistakes.ts';
import {inlineArguments} from './inline-arguments.ts';
import {withoutOwnValue} from './no-log.ts';
import type {Project} from './project.ts';

/**
 * What is wrong with a playbook as it is written, also where no host comes: in tasks whose condition is false or whose
 * loop is empty, in plays without hosts, in variables that nobody reads. Names that nothing defines are not looked for:
 * what stands behind a condition may be right just where the condition is.
 */
export function mistakesAsWritten(project: Project, catalogue: Catalogue): readonly Diagnostic[] {
  const ofPlays = project.playbook.plays.flatMap((play) => [
    ...[...variablesOf(play), ...promptsOf(play)].flatMap(mistakesOfTemplates),
    ...[...tasksIn([...play.tasks, ...play.handlers])].flatMap((task) => mistakesOfTask(task, catalogue)),
  ]);
  return [...mistakesOfInventory(project), ...ofPlays];
}

/** What is wrong only with hosts that no play is for stops none of the others. */
function mistakesOfInventory({inventory, plays}: Project): readonly Diagnostic[] {
  const played = new Set(plays.flatMap(({hosts}) => hosts));
  const concerned = new Map<MapNode, boolean>();
  for (const {name, variables} of inventory.hosts.values())
    for (const {vars} of variables) concerned.set(vars, concerned.get(vars) || played.has(name));
  return [...concerned].flatMap(([vars, isPlayed]) =>
    mistakesOfTemplates(vars).map((one) => (isPlayed ? one : {...one, severity: 'warning' as const})),
  );
}

function variablesOf({vars, varsFiles, roles}: Play): readonly MapNode[] {
  return [
    vars,
    ...varsFiles.map((file) => file.vars),
    ...roles.flatMap((role) => [role.defaults, role.vars, role.parameters]),
  ].filter((map) => map !== undefined);
}

function promptsOf({prompts}: Play): readonly Node[] {
  return prompts.flatMap((one) => [one.prompt, one.default]).filter((node) => node !== undefined);
}

/** Also of a task under `no_log`, without the values that are written there. */
function mistakesOfTask(task: Task, catalogue: Catalogue): readonly Diagnostic[] {
  const {args, loop, vars, when, changedWhen, failedWhen, until, breakWhen, notify} = task;
  const conditions = [when, changedWhen ?? [], failedWhen ?? [], until ?? [], breakWhen];
  const {expressions, others} = argumentsOf(args, catalogue.modules.get(task.module)?.args.schema);
  const nodes = [...others, ...(loop ? [loop] : []), ...vars, ...(task.name ? [task.name] : [])];
  const found = [
    ...nodes.flatMap(mistakesOfTemplates),
    ...[...conditions, ...notify.map((one) => one.when), expressions].flat().flatMap(mistakesOfExpression),
    ...inlineArguments(task),
    ...mistakesOfArguments(task, catalogue),
  ];
  return task.noLog ? found.map((one) => hushed(withoutOwnValue(one, args))) : found;
}

/** Of a module's arguments those that are expressions, and those that may be templates. */
export function argumentsOf(
  {entries}: MapNode,
  schema: JsonSchema | undefined,
): {readonly expressions: readonly Expression[]; readonly others: readonly Node[]} {
  const isExpression = ({key}: MapNode['entries'][number]): boolean =>
    schema?.properties?.[key]?.expression === true;
  return {
    expressions: entries.filter(isExpression).flatMap(({value}) => expressionsOf(value)),
    others: entries.filter((entry) => !isExpression(entry)).map(({value}) => value),
  };
}

/** Which arguments exclude each other depends on which of them are left out. */
function mistakesOfArguments(task: Task, catalogue: Catalogue): readonly Diagnostic[] {
  const schema = catalogue.modules.get(task.module)?.args.schema;
  if (!schema) return [];
  return argumentMistakes(task, knownOf(task.args, schema), catalogue).filter(({code}) => code !== 'MOD006');
}

const unknown = new Unknown('it is a template');

function knownOf({entries}: MapNode, schema: JsonSchema): ValueMap {
  const value = ({value: node, key}: MapNode['entries'][number]): Value =>
    isStatic(node) ? render(node, staticScope, schema.properties?.[key]) : unknown;
  return Object.fromEntries(entries.map((entry) => [entry.key, value(entry)]));
}
