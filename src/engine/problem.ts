import {type Change, refKey} from '../resources/index.ts';
import type {Completed} from '../transport/index.ts';
import type {Application} from './application.ts';
import {diskTrouble} from './disk-trouble.ts';
import {kindOf} from './plan.ts';

const explanationTimeoutMs = 600_000;

/** Why a change did not reach its state. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

/** A step of a change has failed: what the host says. @param begun when the change was, in milliseconds since the epoch */
export async function stepFailed(
  change: Change,
  completed: Completed,
  application: Application,
  begun: number,
): Promise<Problem> {
  const trouble = diskTrouble(words(completed), change.ref.id, application.host.name);
  if (trouble) return trouble;
  const said = words(completed);
  const problem = await explained(
    said || `changing ${refKey(change.ref)} failed without a word`,
    change,
    application,
    begun,
  );
  const isForbidden = application.user !== 'root' && /operation not permitted|permission denied/i.test(said);
  return isForbidden
    ? {hint: `${application.user} may not do that: become: true does it as root`, ...problem}
    : problem;
}

/** With what the host has to say of it (a unit's last words). */
export async function explained(
  message: string,
  change: Change,
  {user, host, kinds, now}: Application,
  begun: number,
): Promise<Problem> {
  const script = kindOf(change, kinds).explain?.(change, now() - begun);
  if (!script) return {message};
  const completed = await host.request(user, script, explanationTimeoutMs);
  const text = completed.stdout.toString('utf8').trimEnd();
  return {message: text ? `${message}\n${text}` : message};
}

/** What a script said on its other stream. */
export function words(completed: Completed): string {
  return completed.stderr.toString('utf8').trim();
}
