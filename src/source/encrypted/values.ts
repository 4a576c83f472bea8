import {type Diagnostic, errorDiagnostic, type Source, warningDiagnostic} from '../../errors/index.ts';
import {Secret} from '../../text/index.ts';
import {sourceCodes} from '../codes.ts';
import type {ScalarNode} from '../node.ts';
import {type Opener, type SealedFormat, sealedFormatOf} from './sealed.ts';

const tags: Readonly<Record<string, SealedFormat>> = {'!age': 'age', '!vault': 'ansible-vault'};

/** How a value is encrypted that has this tag. */
export function sealedBy(tag: string | undefined): SealedFormat | undefined {
  return tag !== undefined && Object.hasOwn(tags, tag) ? tags[tag] : undefined;
}

/** What is around an encrypted value. */
export interface SealedPlace {
  readonly format: SealedFormat;
  /** What is shown in its place: the key that it stands at. */
  readonly name: string;
  /** Undefined where nothing encrypted can be. */
  readonly opener: Opener | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** A value after `!age` or `!vault`. */
export function sealedNode(text: string, source: Source, place: SealedPlace): ScalarNode {
  const {format, name, opener, report} = place;
  const bytes = Buffer.from(text);
  if (sealedFormatOf(bytes) !== format) {
    const how = format === 'age' ? "'vprov secrets encrypt --value'" : "'ansible-vault encrypt_string'";
    const message = `the value of '${name}' is not encrypted with ${format}`;
    report(
      errorDiagnostic(sourceCodes, 'SRC013', message, {source, hint: `${how} prints what belongs here`}),
    );
    return secretNode('sealed', name, source);
  }
  const opening = opener?.open({format, bytes, source});
  if (opening !== undefined && 'text' in opening) {
    const secret = new Secret(name, opening.text);
    opener?.keep(secret);
    return secretNode(secret, name, source);
  }
  if (opener === undefined) {
    const hint = 'values of variables and arguments of tasks may be encrypted';
    report(errorDiagnostic(sourceCodes, 'SRC014', 'nothing encrypted can stand here', {source, hint}));
  } else if (opening !== undefined && !opening.told) {
    const message = `the value of '${name}' cannot be read: ${opening.problem}`;
    report(errorDiagnostic(sourceCodes, 'SRC012', message, {source, hint: opening.hint}));
  }
  return secretNode('sealed', name, source);
}

/**
 * A value of a file that is encrypted as a whole: a text, or a number as its author wrote it. Others are no secrets:
 * `true` says nothing.
 */
export function decryptedNode(
  node: ScalarNode,
  {name, opener, report}: Omit<SealedPlace, 'format'>,
): ScalarNode {
  if (typeof node.value === 'boolean' || node.value === null) return node;
  if (!node.raw && node.text.includes('{{')) report(templateWarning(name, node.source));
  const secret = new Secret(name, typeof node.value === 'string' ? node.value : node.text);
  opener?.keep(secret);
  return secretNode(secret, name, node.source);
}

function templateWarning(name: string, source: Source): Diagnostic {
  return warningDiagnostic(sourceCodes, 'SRC015', `'${name}' is encrypted, so its braces are no template`, {
    source,
    hint: "compose it outside of the encrypted file, or write '!raw' before it",
  });
}

function secretNode(secret: Secret | 'sealed', name: string, source: Source): ScalarNode {
  const shown = `‹${name}›`;
  return {type: 'scalar', value: shown, text: shown, style: 'quoted', raw: true, secret, source};
}
