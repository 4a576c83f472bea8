import {spawnSync} from 'node:child_process';
import {closeSync, existsSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {inject} from 'vitest';
import './applets.ts';
import {
  type AnyKind,
  type Change,
  composeProbe,
  isRefusal,
  type Known,
  kinds,
  NotProbed,
  type Observed,
  parseProbe,
  type Ref,
  type RefKey,
  type Refusal,
  refKey,
  type StandingAt,
  type StateView,
  type Step,
  type Want,
} from '../../src/resources/index.ts';
import type {Script} from '../../src/shell/index.ts';
import {reveal} from '../../src/text/index.ts';

/** A shell of this machine, by the words that start it, and the PATH that it shall know. */
export interface Shell {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly path: string;
}

const usualPath = '/usr/local/bin:/usr/bin:/bin';

/** The four shells that scripts must run under, busybox with its own tools and no others. */
export function shells(): readonly Shell[] {
  const applets = inject('applets');
  return [
    {name: 'dash', command: ['dash', '-s'], path: usualPath},
    {name: 'busybox', command: [join(applets, 'sh'), '-s'], path: applets},
    {name: 'bash --posix', command: ['bash', '--posix', '-s'], path: usualPath},
    {name: 'mksh', command: ['mksh', '-s'], path: usualPath},
  ];
}

export interface RunOptions {
  readonly umask?: string;
  /** Words before the shell's own: `unshare -m`, `chroot DIR`. */
  readonly wrapper?: readonly string[];
}

export interface Ran {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

/** Runs a script as a session does: read from standard input, in a subshell without input. */
export function run(shell: Shell, script: Script, options: RunOptions = {}): Ran {
  const umask = options.umask === undefined ? '' : `umask ${options.umask}\n`;
  const [program = '', ...args] = [...(options.wrapper ?? []), ...shell.command];
  const result = spawnSync(program, args, {
    input: `${umask}(\n${reveal(script.text)}\n) </dev/null`,
    env: {PATH: shell.path, HOME: '/root', LANG: 'C.UTF-8'},
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw result.error;
  return {stdout: result.stdout, stderr: result.stderr, exitCode: result.status ?? -1};
}

const marker = 'f00dfeed';

export function probe(
  shell: Shell,
  refs: readonly Ref[],
  options?: RunOptions,
  asked: ReadonlyMap<string, AnyKind> = kinds,
): ReadonlyMap<RefKey, Observed> {
  const output = run(shell, composeProbe(refs, asked, marker), options);
  return parseProbe(output, refs, asked, marker);
}

export function viewOf(found: ReadonlyMap<RefKey, Observed>): StateView {
  return {
    get<S extends object>(ref: Pick<Ref, 'kind' | 'id'> & Partial<Ref>): Known<S> {
      const observed = found.get(refKey(ref));
      if (!observed) throw new NotProbed({facets: [], ...ref});
      return observed as Known<S>;
    },
  };
}

export function kindOf(want: Want): AnyKind {
  const kind = kinds.get(want.ref.kind);
  if (!kind) throw new Error(`no kind ${want.ref.kind}`);
  return kind;
}

/** Probe and compare: the change to make, a refusal, or nothing to do. */
export function plan(shell: Shell, want: Want, options?: RunOptions): Change | Refusal | undefined {
  const kind = kindOf(want);
  // What a unit's file names is asked for when that is known, as the engine does; all others name it beforehand.
  for (const refs = [...kind.reads(want)]; ; ) {
    const found = probe(shell, refs, options);
    try {
      return planned(kind, want, viewOf(found));
    } catch (error) {
      const mayAsk = want.ref.kind === 'unit' && error instanceof NotProbed && !found.has(refKey(error.ref));
      if (!mayAsk) throw error;
      refs.push(error.ref);
    }
  }
}

function planned(kind: AnyKind, want: Want, view: StateView): Change | Refusal | undefined {
  const refusal = kind.refuse(want, view);
  if (refusal) return refusal;
  const before = view.get(want.ref);
  const attributes = kind.diff(before, want, view);
  return attributes.length > 0 ? {ref: want.ref, before, want, attributes} : undefined;
}

let nonces = 0;

/** Makes a change where it still stands. @returns the words of the step that failed */
export function apply(shell: Shell, change: Change, options: RunOptions = {}): string | undefined {
  const stands = kindOf(change.want).stands?.(change);
  if (stands && run(shell, stands, options).exitCode !== 0) return `${change.ref.id} is not what it was`;
  return carryOut(shell, change, options);
}

/** Makes a change by its steps. @returns the words of the step that failed */
export function carryOut(shell: Shell, change: Change, options: RunOptions = {}): string | undefined {
  for (const step of kindOf(change.want).steps(change, `n${nonces++}`)) {
    const failed = step.type === 'upload' ? upload(step) : words(run(shell, step.script, options));
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function words(ran: Ran): string | undefined {
  return ran.exitCode === 0 ? undefined : ran.stderr.toString().trim() || `exit code ${ran.exitCode}`;
}

/** As the transport does it: a new file, 0600. */
function upload(step: Extract<Step, {type: 'upload'}>): undefined {
  const {content, to} = step;
  closeSync(openSync(to, 'wx', 0o600));
  if (content.text) writeFileSync(to, reveal(content.text));
  else if (content.from && existsSync(content.from)) writeFileSync(to, readFileSync(content.from));
  return undefined;
}

/** Plans and applies; the change made, if any. @throws Error when it is refused or fails */
export function reach(shell: Shell, want: Want, options: RunOptions = {}): Change | undefined {
  const change = plan(shell, want, options);
  if (change === undefined) return undefined;
  if (isRefusal(change)) throw new Error(`refused: ${change.refused}`);
  const failed = apply(shell, change, options);
  if (failed !== undefined) throw new Error(`failed: ${failed}`);
  return change;
}

/** Fields of a prediction that are not what was then observed. */
export function mispredicted(predicted: Observed, observed: Observed): readonly string[] {
  if (predicted.status === 'unknown') return [];
  if (predicted.status !== 'present' || observed.status !== 'present')
    return predicted.status === observed.status
      ? []
      : [`status ${predicted.status}, then ${observed.status}`];
  const after = Object.entries(observed.state);
  return Object.entries(predicted.state).flatMap(([name, value]) => {
    const found = after.find(([other]) => other === name);
    if (value === undefined || !found || typeof value === 'object') return [];
    return found[1] === value ? [] : [`${name}: ${String(value)}, then ${String(found[1])}`];
  });
}

/** Every facet, so that a prediction is compared with all that can be seen. */
export const everything = ['meta', 'link', 'empty', 'sha256', 'text', 'state'] as const;

/**
 * The contract of every kind: after its steps nothing is left to do, what was predicted is so, and the second plan is
 * empty. @returns what breaks it, and the change that was made
 */
export function breaches(
  shell: Shell,
  want: Want,
  options: RunOptions = {},
): {readonly change: Change | Refusal | undefined; readonly breaches: readonly string[]} {
  const kind = kindOf(want);
  const change = plan(shell, want, options);
  if (change === undefined || isRefusal(change)) return {change, breaches: []};
  const refs = kind.reads(want).map((ref) => (ref.kind === 'path' ? {...ref, facets: everything} : ref));
  const at: StandingAt = (ref) => viewOf(probe(shell, [ref], options)).get(ref);
  const aimed = kind.aim?.(change, at) ?? change;
  const whole = {...aimed.ref, facets: want.ref.kind === 'path' ? everything : aimed.ref.facets};
  const predicted = kind.predict({...aimed, before: at(whole)});
  const failed = apply(shell, change, options);
  if (failed !== undefined) return {change, breaches: [`failed: ${failed}`]};
  const view = viewOf(probe(shell, refs, options));
  const after = view.get(want.ref);
  const left = kind.unreached ? kind.unreached(change, after, view) : kind.diff(after, want, view);
  const again = plan(shell, want, options);
  return {
    change,
    breaches: [
      ...left.map((one) => `left: ${JSON.stringify(one)}`),
      ...mispredicted(predicted, at(whole)).map((one) => `predicted ${one}`),
      ...(again && !hasTransition(want) ? [`second plan: ${JSON.stringify(again)}`] : []),
    ],
  };
}

function hasTransition(want: Want): boolean {
  const after: object | 'absent' = want.after;
  return typeof after === 'object' && 'transition' in after;
}
