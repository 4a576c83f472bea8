import type {Source} from '../errors/index.ts';
import type {Expression} from '../playbook/index.ts';
import type {Node, ScalarNode} from '../source/index.ts';
import {compileExpression} from './expression/compile.ts';

import {locateInExpression, locateInFile, locateInScalar} from './position.ts';
import {type Locate, ProblemError} from './problem.ts';
import {celTypes} from './reserved.ts';
import {programOf} from './template/programs.ts';
import {mayBeTemplate} from './template/syntax.ts';

/** A variable that something reads, before anything is evaluated. */
export interface Reference {
  readonly name: string;
  readonly source: Source;
  /** It may be missing: `default` and `defined` take care of that. */
  readonly optional: boolean;
}

/** A template file as it is on disk. */
export interface TemplateFile {
  readonly text: string;
  readonly file: string;
}

/**
 * The variables that a node, a template file or a condition names. What cannot be parsed has none: rendering
 * tells the mistake.
 */
export function references(of: Node | TemplateFile | Expression): readonly Reference[] {
  if ('type' in of) return referencesOfNode(of);
  if ('file' in of) return referencesOfTemplate(of.text, locateInFile(of.file));
  return referencesOfExpression(of);
}

function referencesOfNode(node: Node): readonly Reference[] {
  switch (node.type) {
    case 'scalar':
      return referencesOfScalar(node);
    case 'list':
      return node.items.flatMap(referencesOfNode);
    case 'map':
      return node.entries.flatMap((entry) => referencesOfNode(entry.value));
  }
}

function referencesOfScalar(node: ScalarNode): readonly Reference[] {
  if (typeof node.value !== 'string' || node.raw) return [];
  return referencesOfTemplate(node.value, locateInScalar(node));
}

function referencesOfTemplate(text: string, locate: Locate): readonly Reference[] {
  if (!mayBeTemplate(text)) return [];
  return programOf(text).reads.map(({name, span, optional}) => ({name, source: locate(span), optional}));
}

function referencesOfExpression(expression: Expression): readonly Reference[] {
  const locate = locateInExpression(expression);
  try {
    const {reads, guarded, spanOf} = compileExpression(expression.text);
    return reads
      .filter(({name}) => !celTypes.has(name))
      .map(({name, start, end, optional}) => ({
        name,
        source: locate(spanOf(start, end)),
        optional: optional || guarded.has(name),
      }));
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
