import type {Refusal, StateView} from '../resources/index.ts';
import {type ServerState, type Stuck, serverAt} from '../vault/index.ts';
import type {ActionResult} from './contract.ts';

export const usualUrl = 'http://127.0.0.1:8200';

/** What the server on a host says of itself, or why nothing can be decided about it. @throws UnknownRead */
export function serverOn(url: string, view: StateView): ServerState | Refusal {
  const seen = serverAt(url, view);
  switch (seen.status) {
    case 'present':
      return seen.state as ServerState;
    case 'absent':
      return {refused: `no server answers at ${url}`, hint: 'is it running? systemctl status vault.service'};
    case 'unreadable':
      return {refused: seen.reason};
  }
}

/** The end of an action that could not go on. */
export function stuckAt({problem, hint}: Stuck, changed = false): ActionResult {
  return {changed, failed: problem, ...(hint ? {hint} : {}), result: {}};
}
