import type {HostOutcome} from '../engine/index.ts';
import {problemText} from './problem.ts';
import {type Style, styler} from './style.ts';
import {padEnd, visible} from './width.ts';

/** What a command gave on one host: a line about it, then its output as it is. Errors go elsewhere. */
export interface OutcomeText {
  /** One after the other: what a host wrote may be long, and joined with what stands before it would be so twice. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export function outcomeText(outcome: HostOutcome, colour: boolean, columns?: number): OutcomeText {
  const style = styler(colour);
  const host = visible(outcome.host);
  const {stdout = '', stderr = ''} = outcome;
  const written = {
    stdout: withEnd(visible(stdout)),
    stderr: stderr === '' ? [] : withEnd(visible(stderr).replace(/^(?=.)/gm, `${host}: `)),
  };
  if (outcome.type === 'ended')
    return {stdout: [`${headOf(outcome, style)}\n`, ...written.stdout], stderr: written.stderr};
  const {type, message, hint} = outcome;
  const text = problemText({message: `${outcome.host}: ${type}: ${message}`, hint}, {columns, colour});
  const head = `${style('bad', `${host}: ${type}, what it wrote until then`)}\n`;
  return {stdout: stdout === '' ? [] : [head, ...written.stdout], stderr: [...written.stderr, text]};
}

function headOf({host, exitCode, durationMs}: Extract<HostOutcome, {type: 'ended'}>, style: Style): string {
  const tone = exitCode === 0 ? 'good' : 'bad';
  return `${style(tone, `${visible(host)}: exit code ${exitCode}`)}${style('quiet', ` after ${(durationMs / 1000).toFixed(1)} s`)}`;
}

function withEnd(text: string): readonly string[] {
  if (text === '') return [];
  return text.endsWith('\n') ? [text] : [text, '\n'];
}

/** A line of a host's output as it comes, its host before it. @param columns of the longest name of a host */
export function streamedLine(host: string, line: string, columns: number, colour: boolean): string {
  return `${styler(colour)('place', padEnd(visible(host), columns))} | ${visible(line)}\n`;
}

/** How it went, in one line: `5 hosts: 3 ended with 0, 1 with another exit code, 1 unreachable`. */
export function outcomeSummary(outcomes: readonly HostOutcome[]): string {
  const count = (is: (outcome: HostOutcome) => boolean): number => outcomes.filter(is).length;
  const parts: readonly (readonly [number, string])[] = [
    [count((one) => one.type === 'ended' && one.exitCode === 0), 'ended with 0'],
    [count((one) => one.type === 'ended' && one.exitCode !== 0), 'with another exit code'],
    [count((one) => one.type === 'timeout'), 'took too long'],
    [count((one) => one.type === 'failed'), 'could not become the user'],
    [count((one) => one.type === 'unreachable'), 'unreachable'],
    [count((one) => one.type === 'interrupted'), 'interrupted'],
  ];
  const said = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  return `${outcomes.length} ${outcomes.length === 1 ? 'host' : 'hosts'}: ${said.join(', ')}`;
}
