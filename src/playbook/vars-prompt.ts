import {didYouMean} from '../errors/index.ts';
import {describeNode, type MapNode, type Node} from '../source/index.ts';
import {readBoolean, readIdentifier, readScalar} from './fields.ts';
import type {VarsPrompt} from './model.ts';
import {fieldsOf, isMisspelt, isNothing, type Reading, readList, report} from './reading.ts';

const keywords = ['name', 'prompt', 'default', 'private', 'confirm', 'unsafe'];
const laterKeywords = ['encrypt', 'salt', 'salt_size'];

/** The variables that somebody is asked for before the play. */
export function readVarsPrompt(reading: Reading, node: Node | undefined): readonly VarsPrompt[] {
  if (node === undefined || isNothing(node)) return [];
  const items = readList(reading, node, "'vars_prompt'");
  const prompts = items.flatMap((item) => readPrompt(reading, item) ?? []);
  reportTwice(reading, prompts);
  // A name that cannot be read is missed by nobody.
  if (prompts.length < items.length || node.type !== 'list') reading.unread.variables = true;
  return prompts;
}

function reportTwice(reading: Reading, prompts: readonly VarsPrompt[]): void {
  const firsts = new Map<string, VarsPrompt>();
  for (const prompt of prompts) {
    const {name, source} = prompt;
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, prompt);
      continue;
    }
    const related = [{message: 'first asked for here', source: first.source}];
    report(reading, 'PLY008', `'${name}' is asked for twice`, source, 'remove one of the two', related);
  }
}

function readPrompt(reading: Reading, node: Node): VarsPrompt | undefined {
  if (node.type !== 'map') {
    const message = `a prompt must be a map, not ${describeNode(node)}`;
    report(reading, 'PLY001', message, node.source, "write '- {name: password, prompt: Which password?}'");
    return undefined;
  }
  checkKeys(reading, node);
  const fields = fieldsOf(node);
  const name = readIdentifier(reading, fields, 'name');
  if (!fields.has('name') && !isMisspelt('name', node))
    report(reading, 'PLY013', "a prompt needs 'name'", node.source, 'name the variable that is asked for');
  if (name === undefined) return undefined;
  // What somebody types is never a template here, so that all are what Ansible calls unsafe.
  readBoolean(reading, fields, 'unsafe');
  return {
    name,
    source: fields.get('name')?.value.source ?? node.source,
    prompt: readScalar(reading, fields, 'prompt'),
    default: fields.has('default') ? readScalar(reading, fields, 'default') : undefined,
    isPrivate: readBoolean(reading, fields, 'private') ?? true,
    confirm: readBoolean(reading, fields, 'confirm') ?? false,
  };
}

function checkKeys(reading: Reading, map: MapNode): void {
  for (const {key, keySource} of map.entries) {
    if (keywords.includes(key)) continue;
    if (laterKeywords.includes(key)) {
      const hint = 'ask for the hash itself, as openssl passwd makes it';
      report(reading, 'PLY003', `'${key}' of a prompt is not supported yet`, keySource, hint);
    } else {
      const hint = didYouMean(key, keywords) ?? `keys are: ${keywords.join(', ')}`;
      report(reading, 'PLY002', `unknown key '${key}' in 'vars_prompt'`, keySource, hint);
    }
  }
}
