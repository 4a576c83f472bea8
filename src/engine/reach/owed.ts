import {
  askServerCondition,
  judge,
  owedRules,
  parseServerCondition,
  type ServerCondition,
} from '../../doctor/index.ts';
import {composeProbe, type JournalState, journalRef, parseProbe, refKey} from '../../resources/index.ts';
import type {Session} from '../../transport/index.ts';
import type {ReadFindings, ReadServer} from '../../vault/index.ts';
import {newMarker} from '../host.ts';
import {allKinds} from '../outset.ts';

const timeoutMs = 60_000;

/** What a host's server would run with from its next start on, and does not yet, in words. @param session root's @throws TransportError */
export async function whatIsOwed(
  {servers}: ReadFindings,
  session: Session,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const server = servers.find(({pid}) => pid > 0);
  if (!server) return [];
  const journal = journalRef('root');
  const marker = newMarker();
  const [completed, condition] = await Promise.all([
    session.request(composeProbe([journal], allKinds, marker), {signal, timeoutMs}),
    conditionOf(server, session, signal),
  ]);
  const seen = parseProbe(completed, [journal], allKinds, marker).get(refKey(journal));
  if (seen?.status !== 'present') return ['whether anything is owed cannot be told'];
  const {owed = []} = seen.state as Partial<JournalState>;
  return judge(owedRules, {server, condition, owed}).map(({message}) => message);
}

/** Undefined for one in a container, whose files are not the host's. @throws TransportError */
export async function conditionOf(
  {container, unit, files, path}: ReadServer,
  session: Session,
  signal: AbortSignal,
): Promise<ServerCondition | undefined> {
  if (container !== '') return undefined;
  const {stdout} = await session.request(
    askServerCondition({unit, files, data: path.startsWith('/') ? path.replace(/\/$/, '') : ''}),
    {signal, timeoutMs},
  );
  return parseServerCondition(stdout);
}
