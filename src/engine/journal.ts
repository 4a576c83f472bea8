import {createHash} from 'node:crypto';
import {journalDirectory, journalPath, type OwedHandler} from '../resources/index.ts';
import {joinScripts, type Script, sh} from '../shell/index.ts';

export {type JournalState, journalDirectory, journalKind, type OwedHandler} from '../resources/index.ts';

/** Marks of owed handlers, and the user in whose journal they stand. */
export interface Marks {
  readonly journal: string;
  readonly handlers: readonly OwedHandler[];
}

/** Writes the marks, durably, before the change that follows in the same request. A failure fails the request. */
export function oweScript(user: string, handlers: readonly OwedHandler[]): Script {
  if (handlers.length === 0) return sh`:`;
  const folder = journalPath(journalDirectory(user));
  const writes = handlers.map((owed) => {
    const name = fileName(owed);
    return sh`printf '%s\n' ${JSON.stringify(owed)} > ${folder}/${`.${name}`} && { sync ${folder}/${`.${name}`} 2>/dev/null || sync; } && mv -f ${folder}/${`.${name}`} ${folder}/${name}`;
  });
  return joinScripts([sh`umask 077 && mkdir -p ${folder}`, ...writes, sh`umask 022`], ' && ');
}

/** Removes the marks of handlers that are owed no longer. */
export function settleScript(user: string, handlers: readonly OwedHandler[]): Script {
  const folder = journalPath(journalDirectory(user));
  return sh`rm -f ${handlers.map((owed) => sh`${folder}/${fileName(owed)}`)}`;
}

/** The journal's file for a handler: by what defines it and its name, so that a second notification finds the first. */
function fileName(owed: OwedHandler): string {
  return `${createHash('sha256').update(`${owed.of}\0${owed.handler}`).digest('hex').slice(0, 24)}.json`;
}

/** Whether two entries speak of the same handler. */
export function sameHandler(
  a: Pick<OwedHandler, 'of' | 'handler'>,
  b: Pick<OwedHandler, 'of' | 'handler'>,
): boolean {
  return a.of === b.of && a.handler === b.handler;
}
