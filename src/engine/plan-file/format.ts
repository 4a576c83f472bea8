import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import {errorDiagnostic, VprovError} from '../../errors/index.ts';
import {isRefused, readLocalText} from '../../source/index.ts';
import {recordCodes} from '../records/codes.ts';

/** An attribute of a planned change. Its values stand there as HMACs under the plan's key, never themselves. */
export interface PlannedAttribute {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface PlannedChange {
  readonly host: string;
  readonly task: string;
  /** `kind:id` */
  readonly ref: string;
  readonly attributes: readonly PlannedAttribute[];
}

/** What would be done on a host without anybody knowing what comes of it, or cannot be said before. */
export interface PlannedTask {
  readonly host: string;
  readonly task: string;
  /** Of what it would be run with, secrets and all. Plans of an earlier vprov have none. */
  readonly hmac?: string;
}

/** What was asked for, to ask for it again. Of `-e` only the names. */
export interface PlanRequest {
  readonly playbook: string;
  readonly inventory: readonly string[];
  readonly limit?: string;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly extraVars: readonly {readonly name: string; readonly hmac: string}[];
}

export interface PlanContents {
  readonly request: PlanRequest;
  /** Every file that it was made of, and the HMAC of its bytes. */
  readonly sources: readonly {readonly file: string; readonly hmac: string}[];
  readonly changes: readonly PlannedChange[];
  /** Commands and the like that would run. */
  readonly actions: readonly PlannedTask[];
  /** Known only after the run. */
  readonly unknown: readonly PlannedTask[];
}

/** A plan as a file has it. Version 1. */
export interface Plan extends PlanContents {
  readonly v: 1;
  /** ISO 8601. */
  readonly made: string;
  readonly key: string;
}

export function newKey(): string {
  return randomBytes(32).toString('hex');
}

export function hmacOf(key: string, text: string | Buffer): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex').slice(0, 32);
}

/** The file's text: one line of JSON, and the seal of all of it, so that a change by hand is seen. */
export function planText(plan: Plan): string {
  const text = JSON.stringify(plan);
  return `${text}\n${hmacOf(plan.key, text)}\n`;
}

/** @throws VprovError when it is no plan, not of this version, or not as it was made */
export function readPlan(file: string): Plan {
  const text = readLocalText(file);
  if (isRefused(text)) throw notAPlan(file, `cannot be read: ${text.reason}`);
  const [line = '', seal = ''] = text.split('\n');
  const plan = parsed(file, line);
  const wanted = Buffer.from(hmacOf(plan.key, line));
  const found = Buffer.from(seal);
  if (found.length !== wanted.length || !timingSafeEqual(found, wanted))
    throw notAPlan(file, 'was changed after it was made, or is not whole');
  return plan;
}

function parsed(file: string, line: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw notAPlan(file, 'is no plan');
    throw error;
  }
  if (typeof value !== 'object' || value === null || !('v' in value) || !('key' in value))
    throw notAPlan(file, 'is no plan');
  if (value.v !== 1) throw notAPlan(file, `is a plan of another version (${String(value.v)})`);
  if (typeof value.key !== 'string' || !/^[0-9a-f]{64}$/.test(value.key)) throw notAPlan(file, 'is no plan');
  // The seal, which is looked at next, says that nobody but us wrote the rest.
  return value as Plan;
}

function notAPlan(file: string, why: string): VprovError {
  const hint = 'make it with vprov plan PLAYBOOK -o FILE';
  return new VprovError(errorDiagnostic(recordCodes, 'RUN005', `${file} ${why}`, {hint}));
}
