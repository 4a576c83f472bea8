import {isScalar, parseAllDocuments, visit} from 'yaml';
import {type Diagnostic, errorDiagnostic} from '../../errors/index.ts';
import {sourceCodes} from '../codes.ts';
import {sealText} from './files.ts';
import type {Lockbox} from './lockbox.ts';
import type {Sealed, SealTo} from './sealed.ts';
import {sealedBy} from './values.ts';

/** A value after `!age` or `!vault`, where it stands in the text of a file: from its tag on. */
interface InlineValue {
  readonly start: number;
  readonly end: number;
  /** Of the line that it begins in; undefined where it is in quotes. */
  readonly indent: string | undefined;
  readonly sealed: Sealed;
}

/** The encrypted values of a file that is not encrypted as a whole, opened. */
export interface OpenedValues {
  readonly count: number;
  /** The file with its values in quotes. */
  readonly plain: string;
  /** The file with its values encrypted anew, everything else byte for byte as it was. */
  readonly sealedAnew: (to: SealTo) => Promise<string>;
}

/**
 * Opens every encrypted value of a YAML text.
 * @param file for what is told of it
 * @returns undefined where there is none; a diagnostic for the first that does not open
 */
export async function openValues(
  text: string,
  file: string,
  lockbox: Lockbox,
): Promise<OpenedValues | Diagnostic | undefined> {
  const values = valuesIn(text, file);
  if (values.length === 0) return undefined;
  for (const {sealed} of values) lockbox.open(sealed);
  await lockbox.unlock();
  const contents: string[] = [];
  for (const {sealed} of values) {
    const opening = lockbox.open(sealed);
    if (opening === undefined || !('text' in opening)) {
      const {problem = 'it was not opened', hint} = opening ?? {};
      const {source} = sealed;
      return errorDiagnostic(sourceCodes, 'SRC012', `the value cannot be read: ${problem}`, {source, hint});
    }
    contents.push(opening.text);
  }
  return {
    count: values.length,
    plain: withValues(
      text,
      values,
      contents.map((content) => `${JSON.stringify(content)}\n`),
    ),
    sealedAnew: async (to) => {
      const armours = await Promise.all(contents.map((content) => sealText(content, to)));
      return withValues(
        text,
        values,
        armours.map((armour, index) => tagged(armour, values[index]?.indent)),
      );
    },
  };
}

function tagged(armour: string, indent: string | undefined): string {
  if (indent === undefined) return `!age ${JSON.stringify(armour)}`;
  const lines = armour.trimEnd().split('\n');
  return `!age |\n${lines.map((line) => `${indent}  ${line}\n`).join('')}`;
}

function valuesIn(text: string, file: string): readonly InlineValue[] {
  const values: InlineValue[] = [];
  for (const document of parseAllDocuments(text, {logLevel: 'silent'}))
    visit(document, (_key, node) => {
      const format = isScalar(node) ? sealedBy(node.tag) : undefined;
      if (!isScalar(node) || format === undefined || !node.range) return;
      const start = text.lastIndexOf(node.tag ?? '', node.range[0]);
      const lineStart = text.lastIndexOf('\n', start) + 1;
      const [indent = ''] = /^[ -]*/.exec(text.slice(lineStart, start)) ?? [];
      const line = text.slice(0, start).split('\n').length;
      values.push({
        start,
        end: node.range[1],
        indent: /^[|>]/.test(text.slice(node.range[0])) ? indent.replaceAll('-', ' ') : undefined,
        sealed: {
          format,
          bytes: Buffer.from(String(node.source ?? '')),
          source: {file, line, column: start - lineStart + 1},
        },
      });
    });
  return values;
}

function withValues(text: string, values: readonly InlineValue[], contents: readonly string[]): string {
  let result = '';
  let done = 0;
  for (const [index, {start, end}] of values.entries()) {
    const content = contents[index] ?? '';
    // What ends within its line leaves the rest of that line, and its end, as they are; others end as the file's lines do.
    const whole = text.slice(0, end).endsWith('\n') ? content : content.replace(/\n$/, '');
    const lineEnd = text.slice(0, end).endsWith('\r\n') ? '\r\n' : '\n';
    result += text.slice(done, start) + whole.replaceAll('\n', lineEnd);
    done = end;
  }
  return result + text.slice(done);
}
