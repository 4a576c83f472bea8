import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {errorCode, errorDiagnostic} from '../../errors/index.ts';
import type {EventBody} from '../effect.ts';
import type {ExitCode} from '../events.ts';
import {stopAt} from '../mistakes.ts';
import type {Run, RunOptions} from '../options.ts';
import {recordCodes} from '../records/codes.ts';
import {carryOut} from '../run.ts';
import {Tally} from '../tally.ts';
import {telling} from '../telling.ts';
import {Collector} from './collect.ts';
import {differencesOf, hindrancesIn} from './compare.ts';
import {hmacOf, newKey, type Plan, planText, readPlan} from './format.ts';

export interface PlanOptions extends Omit<RunOptions, 'mode' | 'printProbes' | 'records'> {
  /** Where the plan is written. */
  readonly file: string;
}

export interface ApplyOptions
  extends Omit<
    RunOptions,
    'mode' | 'printProbes' | 'playbook' | 'inventory' | 'limit' | 'tags' | 'skipTags'
  > {
  /** The plan. */
  readonly file: string;
}

/** Checks what a run would do, and writes it into a file that `apply` holds the run to. */
export function plan(options: PlanOptions): Run {
  return telling({now: options.now}, async (emit, tally) => {
    const key = newKey();
    const collector = new Collector(key, options.cwd);
    const checking: RunOptions = {...options, mode: 'check'};
    const ended = await carryOut(checking, watched(emit, collector), tally, {watch: collector});
    const exitCode = ended === 2 ? tally.exitCode(options.detailedExitcode, false) : ended;
    if (exitCode !== 0 && exitCode !== 3) {
      emit({type: 'note', message: 'no plan was written: of a check that did not end well there is none'});
      return exitCode;
    }
    const made = new Date(options.now()).toISOString();
    const text = planText({v: 1, made, key, ...collector.contents(checking)});
    try {
      writeFileSync(resolve(options.cwd, options.file), text, {mode: 0o600});
    } catch (error) {
      const reason = errorCode(error);
      if (reason === undefined) throw error;
      return stopAt(
        [errorDiagnostic(recordCodes, 'RUN006', `${options.file} cannot be written: ${reason}`)],
        emit,
      );
    }
    return exitCode;
  });
}

/**
 * Plans again, from the same sources, and runs when that comes to the same as the plan. Else nothing is done, and the
 * differences are told. What is changed on a host in the moment between is seen by nobody.
 */
export function apply(options: ApplyOptions): Run {
  return telling(options, async (emit, tally) => {
    const planned = readPlan(resolve(options.cwd, options.file));
    const wrong = extraVarsMistake(planned, options);
    if (wrong !== undefined) return stopAt([errorDiagnostic(recordCodes, 'RUN007', wrong)], emit);
    const {playbook, inventory, limit, tags, skipTags} = planned.request;
    const asked = {...options, playbook, inventory, tags, skipTags, ...(limit === undefined ? {} : {limit})};
    const collector = new Collector(planned.key, options.cwd);
    const told: EventBody[] = [];
    const checking: RunOptions = {...asked, mode: 'check', diff: false, detailedExitcode: false};
    const checked = new Tally();
    const ended = await carryOut(
      checking,
      watched((event) => {
        checked.count(event);
        told.push(event);
      }, collector),
      checked,
      {watch: collector},
    );
    const exitCode = ended === 2 ? checked.exitCode(false, false) : ended;
    const now = collector.contents(checking);
    const isWhole = exitCode === 0 || exitCode === 3;
    const mayDiffer = exitCode === 1 || exitCode === 2;
    const hindrances = mayDiffer ? hindrancesIn(told, planned, now) : [];
    if (!isWhole && hindrances.length === 0) return toldInstead(told, exitCode, emit);
    const differences = isWhole ? differencesOf(planned, now) : hindrances;
    if (differences.length === 0) return carryOut({...asked, mode: 'run'}, emit, tally);
    for (const [name, {roundTrips}] of Object.entries(checked.hosts()))
      tally.host(name).roundTrips = roundTrips;
    const hint = `nothing was done; make a new plan, or look: vprov run ${playbook} --check --diff`;
    return stopAt(
      differences.map((difference, index) =>
        errorDiagnostic(recordCodes, 'RUN008', difference, {
          hint: index === differences.length - 1 ? hint : undefined,
        }),
      ),
      emit,
    );
  });
}

function watched(emit: (event: EventBody) => void, collector: Collector): (event: EventBody) => void {
  return (event) => {
    collector.event(event);
    emit(event);
  };
}

/** The check that failed, in the place of the run: without a record, as nothing was begun. */
function toldInstead(
  told: readonly EventBody[],
  exitCode: ExitCode,
  emit: (event: EventBody) => void,
): ExitCode {
  for (const event of told) emit(event);
  emit({
    type: 'note',
    message: 'nothing was done: the plan could not be compared with what would be done now',
  });
  return exitCode;
}

/** The values of `-e` are not in the plan: they are given again, and must be the same. */
function extraVarsMistake({request, key}: Plan, {extraVars}: ApplyOptions): string | undefined {
  const wanted = request.extraVars;
  const names = wanted.map(({name}) => `-e ${name}`).join(' ');
  if (wanted.length !== extraVars.length)
    return wanted.length === 0
      ? 'the plan was made without -e'
      : `the plan was made with ${names}: give the same again`;
  const other = wanted.find(({hmac}, index) => hmac !== hmacOf(key, extraVars[index]?.text ?? ''));
  return other && `-e ${other.name} is not what the plan was made with (${names}, in this order)`;
}
