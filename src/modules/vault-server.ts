import type {Refusal, StateView} from '../resources/index.ts';
import {reveal, Secret} from '../text/index.ts';
import {asText, type Value} from '../values/index.ts';
import {type ServerState, type Stuck, serverAt} from '../vault/index.ts';
import type {ActionPorts, ActionResult} from './contract.ts';

export {usualServer as usualUrl} from '../vault/index.ts';

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

/** A token as a task gives it, from then on never shown; undefined: an empty one is none. */
export function givenToken(token: unknown, {sealed}: Pick<ActionPorts, 'sealed'>): Secret | undefined {
  const given = reveal(asText((token ?? '') as Value) ?? []).trim();
  if (given === '') return undefined;
  const secret = new Secret('token', given);
  sealed.keep(secret);
  return secret;
}

/** APIs that stand in one text, separated by blanks. */
export function peersIn(text = ''): readonly string[] {
  return text.split(/\s+/).filter((url) => url !== '');
}

/** What is wrong where members say that they are of several clusters. @param said by each host, undefined: it does not say */
export function severalClusters(
  said: readonly (readonly [host: string, clusterId: string | undefined])[],
): string | undefined {
  const ids = new Set(said.flatMap(([, clusterId]) => clusterId ?? []));
  if (ids.size < 2) return undefined;
  const members = said.map(([host, clusterId]) => `${host} ${clusterId ?? '(sealed)'}`);
  return `members are of ${ids.size} different clusters: ${members.join(', ')}`;
}

/** The same, foretold: what stands in the way, or nothing to do; undefined: it would run. */
export function foreseen(found: Stuck | {readonly changed: false} | undefined): ActionResult | undefined {
  if (found === undefined) return undefined;
  return 'problem' in found ? stuckAt(found) : {changed: false, result: {}};
}

/** The end of an action that could not go on. */
export function stuckAt({problem, hint, lastWords}: Stuck, changed = false): ActionResult {
  const failed = lastWords ? `${problem}\n${lastWords}` : problem;
  return {changed, failed, ...(hint ? {hint} : {}), result: {}};
}
