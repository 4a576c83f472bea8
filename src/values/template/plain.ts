import {spanAt} from '../position.ts';
import type {Program, Read, Statement} from './program.ts';
import {memberSpansOf} from './spans.ts';

/** `{{ a.name }}`, or a text: with neither braces nor backslashes in it, which may mean more. */
const part = /\{\{([ \t]*)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[ \t]*\}\}|[^{}\\\r]+/y;

/** What is none of a variable's names to Handlebars. */
const words = new Set(['else', 'false', 'null', 'this', 'true', 'undefined']);

/**
 * The program of a template that is made of names and the text around them, as most in a playbook are: what Handlebars and
 * `lowerTemplate` make of it, in a tenth of their time. Undefined for every other one.
 */
export function plainProgram(text: string): Program | undefined {
  const body: Statement[] = [];
  const reads: Read[] = [];
  // Where Handlebars counts lines of its own.
  if (/[\u2028\u2029]/.test(text)) return undefined;
  part.lastIndex = 0;
  for (let offset = 0; offset < text.length; offset = part.lastIndex) {
    const [whole, space, written] = part.exec(text) ?? [];
    if (whole === undefined) return undefined;
    if (space === undefined || written === undefined) {
      body.push({type: 'text', text: whole});
      continue;
    }
    const [name = '', ...members] = written.split('.');
    if ([name, ...members].some((one) => words.has(one))) return undefined;
    const span = spanAt(text, offset + '{{'.length + space.length, written.length);
    const memberSpans = memberSpansOf(members, text, span);
    reads.push({name, members, memberSpans, span, optional: false});
    const start = {type: 'variable', name} as const;
    body.push({type: 'output', value: {type: 'path', start, members, memberSpans, written, span}});
  }
  return body.length === 0 ? undefined : {body, reads, problems: []};
}
