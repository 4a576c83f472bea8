import {type Document, isCollection, isScalar, visit, type YAMLError} from 'yaml';
import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {sourceCodes} from './codes.ts';
import {type Places, quoteYaml} from './places.ts';
import {tagHint} from './tags.ts';

/** A mistake of syntax, and whether the rest of the document still means what its author wrote. */
export interface SyntaxProblem {
  readonly diagnostic: Diagnostic;
  readonly local: boolean;
}

/** What is said of a mistake, and where, if not at the parser's own place. */
interface Finding {
  readonly message: string;
  readonly hint?: string;
  readonly at?: readonly [start: number, end: number];
  readonly local?: boolean;
  readonly code?: keyof typeof sourceCodes;
}

const indentation: Finding = {
  message: 'the indentation fits nothing above',
  hint: 'keys of one map, and items of one list, start at the same column',
};

const tabs: Finding = {message: 'a tab is used as indentation', hint: 'indent with spaces'};

const noColon: Finding = {
  message: 'neither a key with a colon nor a part of the value above',
  hint: "a key ends with ': ' (colon and space), an item of a list starts with '- ' at its list's column",
};

/** A parser's error in our words, at the place where the author has to act. */
export function syntaxProblem(error: YAMLError, document: Document, places: Places): SyntaxProblem {
  const {code = 'SRC003', message, hint, at = error.pos, local = false} = find(error, document, places);
  const source = places.at(at[0], at[1]);
  return {diagnostic: errorDiagnostic(sourceCodes, code, message, {source, hint}), local};
}

function find(error: YAMLError, document: Document, places: Places): Finding {
  const [start] = error.pos;
  const {text} = places;
  const conflict = /^(?:<{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  if (conflict && conflict.index <= start + 1)
    return {
      message: 'a conflict of git is not settled',
      hint: 'keep one of the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>',
      at: [conflict.index, conflict.index + conflict[0].length],
    };
  switch (error.code) {
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE': {
      const written = withinBrackets(places.restOfLine(start));
      const tag = /^\S*/.exec(written)?.[0] ?? '';
      return {code: 'SRC006', message: `unknown YAML tag '${tag}'`, hint: tagHint(written), local: true};
    }
    case 'TAB_AS_INDENT':
      return tabs;
    case 'BAD_ALIAS':
      return text[start] === '*'
        ? {message: "'*' starts a YAML alias", hint: "quote it: '*'", local: true}
        : unchanged(error);
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'unknown escape sequence in a text in double quotes',
        hint: 'write it in single quotes, or double the backslash',
        local: true,
      };
    case 'BAD_SCALAR_START':
      return {message: `a text cannot start with '${text[start] ?? ''}'`, hint: 'quote it', local: true};
    case 'BLOCK_AS_IMPLICIT_KEY':
      return nestedKey(error, places);
    case 'MULTILINE_IMPLICIT_KEY': {
      const nested = document.errors.some(
        ({code, pos}) => code === 'BLOCK_AS_IMPLICIT_KEY' && pos[0] === start,
      );
      return nested ? nestedKey(error, places) : noColon;
    }
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
      return unclosed(error, document, text);
    case 'UNEXPECTED_TOKEN':
      return unexpected(error, text);
    default:
      return unchanged(error);
  }
}

/** A text up to a bracket that closes what was opened before it, or a comma before such a one. */
function withinBrackets(text: string): string {
  let depth = 0;
  let comma: number | undefined;
  for (const [index, sign] of [...text].entries()) {
    if ('{['.includes(sign)) depth += 1;
    if (sign === ',' && depth === 0) comma ??= index;
    if ('}]'.includes(sign)) depth -= 1;
    if (depth < 0) return text.slice(0, comma ?? index).trimEnd();
  }
  return text;
}

/** `a: b: c` wants quotes; a key on the next line, deeper than the value above it, is indented wrongly. */
function nestedKey({pos: [start]}: YAMLError, {text}: Places): Finding {
  const [first = '', ...rest] = text.slice(start).split('\n');
  if (/:(\s|$)/.test(first)) {
    const words = first.replace(/\s+#.*$/, '').trim();
    return {
      message: "': ' inside a text that is not quoted",
      hint: words.startsWith('- ')
        ? 'an item of a list starts at the column of its list; a text is quoted'
        : `quote the text: ${quoteYaml(words)}`,
      at: [start + first.search(/\S/), start + first.trimEnd().length],
      local: true,
    };
  }
  let offset = start + first.length + 1;
  for (const line of rest) {
    const indent = line.search(/\S/);
    if (/:(\s|$)/.test(line))
      return (
        tabBefore(offset + indent, text) ?? {
          ...indentation,
          at: [offset + indent, offset + line.trimEnd().length],
        }
      );
    offset += line.length + 1;
  }
  return indentation;
}

/** A tab in the indentation of the line of an offset. */
function tabBefore(offset: number, text: string): Finding | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const tab = indent.indexOf('\t');
  return tab === -1 ? undefined : {...tabs, at: [lineStart + tab, lineStart + tab + 1]};
}

function unexpected(error: YAMLError, text: string): Finding {
  const [start] = error.pos;
  const tab = tabBefore(start, text);
  if (tab) return tab;
  if (/block-seq-ind on same line/.test(error.message))
    return {message: 'a list begins on the line of its key', hint: 'begin it on the next line'};
  if (/flow-(map|seq)-end/.test(error.message))
    return {
      message: `'${text[start] ?? ''}' closes a bracket that was not opened`,
      hint: 'remove it, or quote the value',
    };
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim();
  if (before === '') return {...indentation, at: wordsAt(text, start)};
  if (/["'\]}]$/.test(before) || /^[^:]*:?\s*\*\S+$/.test(before))
    return {message: 'more text after the end of a value', hint: 'quote the whole value', local: true};
  if (/extra characters/.test(error.message))
    return {message: 'text on the line of a block text', hint: "begin the text on the line below '|' or '>'"};
  return unchanged(error);
}

/** From the first sign at or after an offset to the end of its line. */
function wordsAt(text: string, offset: number): readonly [start: number, end: number] {
  const [lead = '', words = ''] = /^\s*([^\r\n]*)/.exec(text.slice(offset)) ?? [];
  return [offset + lead.length - words.length, offset + lead.trimEnd().length];
}

/** A quote or bracket that is never closed is noticed far below; the author wants to see where it opens. */
function unclosed(error: YAMLError, document: Document, text: string): Finding {
  const [offset] = error.pos;
  let opening: number | undefined;
  if (/quote$/.test(error.message))
    visit(document, {
      Scalar: (_key, node) => {
        if (isScalar(node) && node.range?.[1] === offset) opening = node.range[0];
      },
    });
  const close = 'close it, or quote the whole value if it is a text';
  if (opening !== undefined)
    return {message: 'a quote is never closed', hint: close, at: [opening, opening + 1]};
  if (/^Flow (map|sequence)/.test(error.message))
    visit(document, {
      Collection: (_key, node) => {
        if (isCollection(node) && node.flow && node.range && node.range[0] < offset) opening = node.range[0];
      },
    });
  if (opening !== undefined)
    return {message: 'a bracket is never closed', hint: close, at: [opening, opening + 1]};
  if (/Implicit map keys/.test(error.message)) return noColon;
  const isIndent = error.code === 'BAD_INDENT' || /without - /.test(error.message);
  if (!isIndent) return unchanged(error);
  const at = wordsAt(text, offset);
  return tabBefore(at[0], text) ?? {...indentation, at};
}

function unchanged({message}: YAMLError): Finding {
  const comma = /^Unexpected , in flow/.test(message);
  return {
    message: message.charAt(0).toLowerCase() + message.slice(1),
    hint: comma ? 'one comma between two values: remove this one' : 'quote the value if it is a text',
  };
}
