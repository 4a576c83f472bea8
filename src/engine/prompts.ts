import {type Diagnostic, errorDiagnostic, formatSource, VprovError} from '../errors/index.ts';
import type {Play, VarsPrompt} from '../playbook/index.ts';
import type {ScalarNode} from '../source/index.ts';
import {
  Mistaken,
  mask,
  type Redactor,
  reveal,
  Secret,
  type Text,
  toText,
  Unknown,
  UnknownRead,
} from '../text/index.ts';
import {
  asText,
  fromText,
  type Layer,
  layerOfData,
  render,
  type Scope,
  type Value,
  type Variable,
} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Prompt} from './options.ts';
import {beforeHosts, playScope, unasked} from './play-scope.ts';
import {decided, type Project} from './project.ts';
import {foreseen} from './run-inventory.ts';
import type {PlayVariables} from './scopes.ts';

/** What somebody types is shown by nobody, but for what a play says is no secret. */
export function asking(prompt: Prompt, redactor: Redactor): Prompt {
  return async (question) => {
    const answer = await prompt(question);
    const isShown = question.type === 'step' || (question.type === 'variable' && question.echo);
    if (answer && !isShown) redactor.add(answer);
    return answer;
  };
}

/** The project with what somebody was asked for, and the hosts that it decides. */
export async function answered(
  project: Project,
  ports: PlayVariables['ports'],
  prompt: Prompt | undefined,
): Promise<Project | {readonly diagnostics: readonly Diagnostic[]}> {
  if (project.plays.every(({play}) => play.prompts.length === 0)) return project;
  try {
    const prompted = await askForVariables(project, ports, prompt);
    const known = decided({...project, prompted}, ports);
    return known.diagnostics.length > 0 ? known : known.project;
  } catch (error) {
    if (error instanceof VprovError) return {diagnostics: error.diagnostics};
    throw error;
  }
}

/**
 * Asks for what the plays want to be told, one after the other: before anything is connected, so that nobody has to
 * wait for the questions. A name that several plays ask for is asked for each of them; what an alias repeats is one
 * question.
 * @throws VprovError when there is nobody to ask, or no answer
 */
async function askForVariables(
  project: Project,
  ports: PlayVariables['ports'],
  prompt: Prompt | undefined,
): Promise<ReadonlyMap<Play, Layer>> {
  const asked = new Map<Play, Layer>();
  const answers = new Map<string, Value>();
  const known = {...project, inventory: foreseen(project)};
  for (const {play, hosts, awaits} of project.plays) {
    const values: Record<string, Value> = {};
    for (const one of hosts.length > 0 || awaits ? play.prompts : []) {
      if (project.extraVars.has(one.name)) continue;
      const scope = playScope(play, known, ports, layerOfData(values, 'vars_prompt'));
      const place = formatSource(one.source);
      const answer = answers.get(place) ?? (await answerTo(one, scope, prompt));
      answers.set(place, answer);
      values[one.name] = answer;
    }
    asked.set(play, layerOfData(values, 'vars_prompt'));
  }
  return asked;
}

async function answerTo(one: VarsPrompt, scope: Scope, prompt: Prompt | undefined): Promise<Value> {
  const {name, isPrivate, confirm} = one;
  if (!prompt) throw unanswered(one, 'there is no terminal at which to ask');
  const otherwise = one.default && textOf(one.default, scope);
  const words = one.prompt ? mask(textOf(one.prompt, scope)) : name;
  const text = otherwise && !isPrivate ? `${words} [${mask(otherwise)}]` : words;
  const kept = (answer: Text): Value => (isPrivate ? new Secret(name, reveal(answer)) : fromText(answer));
  for (let again = false; ; again = true) {
    const question = {type: 'variable', name, text, echo: !isPrivate, again} as const;
    const answer = textIn(await prompt(question));
    if (answer.length === 0 && otherwise?.length) return kept(otherwise);
    if (answer.length === 0) throw unanswered(one, 'nobody answered');
    if (!confirm) return kept(answer);
    const repeated = textIn(await prompt({...question, text: `${words} (the same again)`, again: false}));
    if (reveal(repeated) === reveal(answer)) return kept(answer);
  }
}

/** What was typed, open: whether it is a secret is for the play to say. */
function textIn(answer: Secret | undefined): Text {
  return toText(answer?.reveal() ?? '');
}

/**
 * What is wrong with the texts that somebody is asked with: they are read before any host is known, one after the other.
 * Who is asked knows the answers before.
 */
export function mistakesOfPrompts(
  play: Play,
  project: Parameters<typeof playScope>[1],
  ports: PlayVariables['ports'],
): readonly Diagnostic[] {
  const open = unasked(play, project);
  const asked = new Map<string, Variable>();
  return play.prompts.flatMap(({name, ...one}) => {
    const scope = playScope(play, project, ports, new Map(asked));
    const answer = open.get(name);
    if (answer) asked.set(name, answer);
    return [one.prompt, one.default].flatMap((node) => (node ? mistakesOfText(node, scope, asked) : []));
  });
}

function mistakesOfText(node: ScalarNode, scope: Scope, asked: Layer): readonly Diagnostic[] {
  try {
    textOf(node, scope);
    return [];
  } catch (error) {
    if (error instanceof VprovError) return error.diagnostics;
    if (!(error instanceof UnknownRead)) throw error;
    if (error.unknown instanceof Mistaken) return [];
    const isAnswer = [...asked.values()].some((one) => 'data' in one && one.data === error.unknown);
    return isAnswer ? [] : [notKnown(node, error)];
  }
}

function notKnown({source}: ScalarNode, {unknown}: UnknownRead): Diagnostic {
  const message = `what somebody is asked is not known before the play begins: ${unknown.reason}`;
  return errorDiagnostic(engineCodes, 'ENG007', message, {source, hint: 'ask without it'});
}

/** @throws VprovError when it cannot be asked, UnknownRead when it is not known what */
function textOf(node: ScalarNode, scope: Scope): Text {
  const value = beforeHosts(() => render(node, scope));
  if (value instanceof Unknown) throw new UnknownRead(value);
  return (typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : asText(value)) ?? [];
}

function unanswered({name, source}: VarsPrompt, why: string): VprovError {
  const hint = `give it by -e ${name}=…, or by a file: -e @FILE`;
  return new VprovError(
    errorDiagnostic(engineCodes, 'ENG013', `${why} for the variable ${name}`, {source, hint}),
  );
}
