import type {AnyKind, Change} from '../resources/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';

/** Sets `$moved` and fails where a change is not to be made any more; what was sent for it goes. */
export function standing(change: Change, nonce: string, kind: AnyKind): readonly Script[] {
  const stands = kind.stands?.(change);
  if (!stands) return [];
  const sent = kind.steps(change, nonce).flatMap((step) => (step.type === 'upload' ? [step.to] : []));
  return [
    sh`( ${stands} ) 9>&- 2>/dev/null || { moved=1${sent.length > 0 ? sh`; rm -f ${sent}` : sh``}; false; }`,
  ];
}

/**
 * Whether it stands, what goes before, then the steps, each in a subshell without the lock's descriptor, up to the first
 * that fails: `$code` is what it ended with, `$at` which change it is of. After a failure nothing more is done.
 */
export function guarded(
  at: number,
  stands: readonly Script[],
  before: readonly Script[],
  steps: readonly Script[],
): Script {
  const all = [
    ...stands.map((script) => joinScripts([sh`{`, script, sh`}`])),
    ...before.map((script) => joinScripts([sh`{`, script, sh`}`])),
    ...steps.map((script) => joinScripts([sh`(`, script, sh`) 9>&-`])),
  ];
  return sh`[ "$code" != 0 ] || { at=${at}; { ${joinScripts(all.length > 0 ? all : [sh`:`], ' && ')}; } || code=$?; }`;
}
