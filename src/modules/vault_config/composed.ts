import {isRefusal, type Refusal} from '../../resources/index.ts';
import {joinTexts, reveal, type Text, toText} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {
  type Body,
  type ConfigurationMistake,
  conflictBetween,
  HclError,
  keptItems,
  mergeConfigurations,
  mistakesOfConfiguration,
  parseHcl,
  printHcl,
  renderSettings,
  renderSettingsOver,
  repeatedKeys,
  sameSettings,
} from '../../vault/index.ts';
import type {ArgumentProblem} from '../contract.ts';
import type {VaultConfigArguments} from './schema.ts';

/** The configuration as it will be written, and what the server reads of it. */
export interface Composed {
  readonly text: Text;
  readonly body: Body;
}

/**
 * What the template renders to, with the settings over it, what stays of the file that is there, and the text of one's own behind.
 * @param rendered undefined: there is no template
 * @param there undefined: there is no such file, or it is no HCL
 */
export function composed(
  args: VaultConfigArguments,
  rendered: Text | undefined,
  there: Body | undefined,
): Composed | Refusal {
  const {src = '', settings} = args;
  const written = rendered && readHcl(rendered, `${src} renders to`);
  if (written && isRefusal(written)) return written;
  const problem = written && rendered && problemOf(args, written, src, rendered);
  if (problem) return problem;
  // What is wrong with them was told before: knownProblems.
  const set = settings && renderSettings(settings);
  const merged =
    written && settings
      ? mergeConfigurations(written, renderSettingsOver(settings))
      : (written ?? set ?? parseHcl([]));
  const body = withKept(args, merged, there);
  const whole = isRefusal(body) ? body : withExtra(args, {body, text: printHcl(body)});
  // A server that runs with it has from elsewhere what the file lacks: from its environment.
  if (isRefusal(whole) || (args.form === 'as_found' && there && sameSettings(there, whole.body)))
    return whole;
  const [mistake] = mistakesFor({...args, unread_keys: 'allow'}, whole.body, 'whole');
  return mistake ? {refused: `the configuration ${mistake.message}`, ...hintOf(mistake)} : whole;
}

function hintOf({hint}: ConfigurationMistake): {readonly hint?: string} {
  return hint === undefined ? {} : {hint};
}

/** What the server would not read of the settings, or not take: that needs no look at the host, and no template. */
export function knownProblems(args: Partial<VaultConfigArguments>): readonly ArgumentProblem[] {
  return [...settingsProblems(args), ...extraProblems(args)];
}

/** The text of one's own is written by the role or the playbook as a whole: what is wrong with it, no host can mend. */
function extraProblems(args: Partial<VaultConfigArguments>): readonly ArgumentProblem[] {
  const extra = asText(args.extra ?? '');
  if (extra === undefined || reveal(extra).trim() === '') return [];
  const read = readExtra(args, extra);
  if (!isRefusal(read)) return [];
  const {refused, hint = 'what stands there goes into the configuration as it is: telemetry { … }'} = read;
  return [{argument: 'extra', message: refused.replace(/^extra /, ''), hint}];
}

function settingsProblems(args: Partial<VaultConfigArguments>): readonly ArgumentProblem[] {
  if (args.settings === undefined) return [];
  return mistakesFor(args, renderSettings(args.settings)).map(
    ({message, path, atKey, hint = whereAllIs}) => ({
      argument: 'settings',
      at: path,
      ...(atKey ? {atKey} : {}),
      message,
      hint,
    }),
  );
}

const whereAllIs = 'docs/vault-configuration.md has all keys, what they take and which versions have them';

function withKept(
  {keep = [], dest}: VaultConfigArguments,
  body: Body,
  there: Body | undefined,
): Body | Refusal {
  if (keep.length === 0) return body;
  const items = keptItems(there ?? parseHcl([]), keep);
  const missing = keep.find((name) => !items.some(({keys: [type]}) => type?.name === name));
  if (missing !== undefined)
    return {
      refused: `'${missing}' is to stay as ${dest} has it, and is not there`,
      hint: 'say it in settings, its secrets encrypted',
    };
  const conflict = conflictBetween(body, {items, comments: []});
  if (conflict)
    return {
      refused: `'${conflict.name}' is to stay as ${dest} has it, and is set, too`,
      hint: 'drop one of the two',
    };
  return {...body, items: [...body.items, ...items]};
}

/** The text of one's own stays as it is. */
function withExtra(args: VaultConfigArguments, {body, text}: Composed): Composed | Refusal {
  const extra = asText(args.extra ?? '') ?? [];
  if (reveal(extra).trim() === '') return {body, text};
  const read = readExtra(args, extra);
  if (isRefusal(read)) return read;
  const conflict = conflictBetween(body, read);
  if (conflict)
    return {
      refused: `extra sets '${conflict.name}', which is set already (line ${lineAt(extra, conflict.start)})`,
      hint: 'set it in one place: in settings, whose values go over what is there',
    };
  const end = reveal(extra).endsWith('\n') ? [] : toText('\n');
  const whole = joinTexts([text, toText('\n'), extra, end]);
  return {body: parseHcl(whole), text: whole};
}

function readExtra(args: Partial<VaultConfigArguments>, extra: Text): Body | Refusal {
  const read = readHcl(extra, 'extra is');
  return isRefusal(read) ? read : (problemOf({...args, unread_keys: 'allow'}, read, 'extra', extra) ?? read);
}

/** @param whose begins the message: "vault.hcl.hbs renders to" */
export function readHcl(text: Text, whose: string): Body | Refusal {
  try {
    return parseHcl(text);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    return {refused: `${whose} what is no HCL, line ${lineAt(text, error.offset)}: ${error.message}`};
  }
}

/** @param text what was read, for the lines in messages */
function problemOf(
  args: Partial<VaultConfigArguments>,
  body: Body,
  name: string,
  text: Text,
): Refusal | undefined {
  const [repeated] = repeatedKeys(body);
  if (repeated !== undefined)
    return {
      refused: `${name} sets '${repeated.names.at(-1)}' twice in one block`,
      hint: 'newer servers refuse that, older ones take the last: keep one',
    };
  const [mistake] = mistakesFor(args, body);
  if (!mistake) return undefined;
  return {
    refused: `${name} ${mistake.message} (line ${lineAt(text, mistake.start)})`,
    ...hintOf(mistake),
  };
}

/** What the server would not take, and, unless that is allowed, what it would not read. */
function mistakesFor(
  {product, version, unread_keys: unread}: Partial<VaultConfigArguments>,
  body: Body,
  extent: 'whole' | 'part' = 'part',
): readonly ConfigurationMistake[] {
  const release = {
    ...(product === undefined ? {} : {product}),
    ...(version === undefined ? {} : {version}),
  };
  const mistakes = mistakesOfConfiguration(body, release, extent);
  return mistakes.filter(({type}) => type === 'refused' || unread !== 'allow');
}

function lineAt(text: Text, offset: number): number {
  return reveal(text).slice(0, offset).split('\n').length;
}
