import {type Problem, ProblemError} from '../problem.ts';
import {lowerTemplate} from './lower.ts';
import {plainProgram} from './plain.ts';
import type {Operand, Program} from './program.ts';

const programs = new Map<string, Program>();

/** The program of a text, made once. A text that is no template has nothing but one problem. */
export function programOf(text: string): Program {
  const kept = programs.get(text);
  if (kept) return kept;
  const made = makeProgram(text);
  programs.set(text, made);
  return made;
}

function makeProgram(text: string): Program {
  try {
    return plainProgram(text) ?? lowerTemplate(text);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const problems: readonly Problem[] = [error.problem];
    return {body: [], reads: [], problems};
  }
}

/** What a template that is one expression gives: its value keeps its type. */
export function onlyOperand(text: string): Operand | undefined {
  const {body} = programOf(text);
  const [only] = body;
  return body.length === 1 && only?.type === 'output' ? only.value : undefined;
}
