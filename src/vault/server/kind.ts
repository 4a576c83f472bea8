import {type AnsweringKind, onlyRead} from '../../resources/index.ts';
import {lookAtServer, type ServerState, serverKindName} from './state.ts';

/** A Vault or OpenBao server on a host, asked over its connection. The id is the URL of its API as the host sees it. */
export const serverKind: AnsweringKind<typeof serverKindName, ServerState, never> = {
  ...onlyRead,
  kind: serverKindName,
  ask: ({id}, asking) => lookAtServer(asking, id),
  // A unit that is started or restarted may be this server, and then it says something else.
  react: (_ref, observed, planned) =>
    planned.ref.kind === 'unit' &&
    planned.attributes.some(({name}) => name === 'active' || name === 'invocation')
      ? {status: 'unknown', reason: `the server is asked again after ${planned.ref.id} is started`}
      : observed,
};
