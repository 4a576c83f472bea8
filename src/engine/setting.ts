import {errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import {environmentName, type Task} from '../playbook/index.ts';
import {joinScripts, quoteText, Script} from '../shell/index.ts';
import {joinTexts, type Secret, type Text, toText, Unknown, UnknownRead} from '../text/index.ts';
import {asText, isMap, render, type Scope, secretsWithin, type Value} from '../values/index.ts';
import {engineCodes} from './codes.ts';

/** What surrounds the programs that a task runs on its host. */
export interface Setting {
  /** Exports the variables of `environment`; undefined when there are none. */
  readonly environment?: Script;
  /** The task has failed after so long. */
  readonly timeoutSeconds?: number;
  /** Whether its reports hold differences in contents. */
  readonly withDiff: boolean;
}

/** What a task's surroundings depend on besides itself. */
interface Around {
  readonly withDiff: boolean;
  /** Told of every secret in them. */
  readonly onSecret?: (secret: Secret) => void;
}

/** @throws VprovError for a mistake in `environment`, UnknownRead when it depends on what is not known yet */
export function settingOf(task: Task, around: Around, scope: Scope): Setting {
  const {diff, timeoutSeconds} = task.manner;
  const environment = exportsOf(task, around, scope);
  return {
    withDiff: diff ?? around.withDiff,
    ...(timeoutSeconds ? {timeoutSeconds} : {}),
    ...(environment ? {environment} : {}),
  };
}

/** A script in these surroundings. */
export function surrounded(script: Script, {environment}: Setting): Script {
  return environment ? joinScripts([environment, script]) : script;
}

const schema = {type: 'object', additionalProperties: {type: 'string'}} as const;

function exportsOf({manner}: Task, around: Around, scope: Scope): Script | undefined {
  const variables = new Map<string, Text>();
  for (const node of manner.environment) {
    const value = render(node, scope, schema);
    if (value instanceof Unknown) throw new UnknownRead(value);
    if (around.onSecret) secretsWithin(value).forEach(around.onSecret);
    for (const map of Array.isArray(value) ? (value as readonly Value[]) : [value])
      for (const [name, text] of variablesOf(map, node.source)) variables.set(name, text);
  }
  if (variables.size === 0) return undefined;
  return joinScripts(
    [...variables].map(([name, text]) => new Script(joinTexts([toText(`export ${name}=`), quoteText(text)]))),
  );
}

function variablesOf(value: Value, source: Source): readonly (readonly [string, Text])[] {
  if (value instanceof Unknown) throw new UnknownRead(value);
  if (!isMap(value)) throw wrong('environment is not a map of variables', source);
  return Object.entries(value).map(([name, one]) => {
    if (one instanceof Unknown) throw new UnknownRead(one);
    if (!environmentName.test(name))
      throw wrong(`'${name}' is not the name of an environment variable`, source);
    const text = textOf(one);
    if (text === undefined) throw wrong(`the environment variable ${name} is not a text`, source);
    if (text.some((part) => (typeof part === 'string' ? part : part.reveal()).includes('\0')))
      throw wrong(`the environment variable ${name} cannot hold a NUL`, source);
    return [name, text] as const;
  });
}

/** A number that is written here keeps its digits: `schema` asks for texts. */
function textOf(value: Value): Text | undefined {
  if (value === null) return toText('');
  return typeof value === 'number' || typeof value === 'boolean' ? toText(String(value)) : asText(value);
}

function wrong(message: string, source: Source): VprovError {
  return new VprovError(errorDiagnostic(engineCodes, 'ENG015', message, {source}));
}

/** The end of the time that a task has, or of the run. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Why the task has failed; undefined while it has time, and when the run was interrupted. */
  readonly exceeded: () => string | undefined;
}

/** Begins now. @param interrupted ends it too */
export function limitOf({timeoutSeconds}: Setting, interrupted: AbortSignal): Limit {
  if (timeoutSeconds === undefined) return {signal: interrupted, exceeded: () => undefined};
  const timer = AbortSignal.timeout(timeoutSeconds * 1000);
  return {
    signal: AbortSignal.any([interrupted, timer]),
    exceeded: () =>
      timer.aborted && !interrupted.aborted
        ? `not done within ${timeoutSeconds} s, the task's timeout`
        : undefined,
  };
}
