import type {SealedFiles} from '../../resources/index.ts';
import {Secret} from '../../text/index.ts';
import type {Forwarder} from '../../transport/index.ts';
import type {ClusterKeys} from '../keys/cluster-keys.ts';
import {placesOfKeys} from '../keys/places.ts';
import {type Answer, askServer, type Fields, type ServerRequest, wordsOf} from '../server/request.ts';
import {type KeysOf, keepKeys, openInitialKeys, openKeys} from './keeping.ts';
import {grantedPolicy, operatorPolicy, ownMount, ownPolicy, ownRole} from './operator.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

const timeoutMs = 120_000;

/** Asks with the token. @throws Refused for any answer that is no success */
type AskWithToken = (request: Pick<ServerRequest, 'method' | 'path' | 'body'>) => Promise<Fields>;

/** The server did not do what must be done before the next step. */
class Refused extends Error {}

/**
 * The initial root token makes what vprov works with from then on (a policy, an AppRole), and is revoked. Each part may
 * be done already: it goes on where an interrupted run left off. The root token is let go last.
 * @param url of the active member's API, as its host sees it
 */
export async function handOver(ports: ClusterPorts, url: string, of: KeysOf): Promise<Stuck | undefined> {
  const places = placesOfKeys(of.keys);
  const initial = await openInitialKeys(ports, of);
  if (initial === undefined) return undefined;
  if ('problem' in initial) return initial;
  const lasting = await openKeys(ports, of);
  if ('problem' in lasting) return lasting;
  const {rootToken} = initial;
  if (rootToken) {
    const stuck = await replaceRoot(ports, url, of, {rootToken, lasting});
    if (stuck) return stuck;
  }
  return ports.sealed.remove(places.initial);
}

async function replaceRoot(
  ports: ClusterPorts,
  url: string,
  of: KeysOf,
  {rootToken, lasting}: {readonly rootToken: Secret; readonly lasting: ClusterKeys},
): Promise<Stuck | undefined> {
  const operator = lasting.operator ?? (await newOperator(ports, url, rootToken));
  if ('problem' in operator) return operator;
  const kept = lasting.operator
    ? undefined
    : await keepKeys(ports, of.keys, {...lasting, operator}, of.recipients);
  if (kept) return kept;
  const token = await logIn(ports, url, operator);
  if (!(token instanceof Secret)) return {...token, problem: `the new login does not work: ${token.problem}`};
  const revoked = await askServer(ports, url, {
    method: 'POST',
    path: 'auth/token/revoke-self',
    token: rootToken.reveal(),
    timeoutMs,
  });
  // 403: it is revoked already, which is all that is wanted.
  if (revoked.type === 'answer' && (revoked.status < 300 || revoked.status === 403)) return undefined;
  return {problem: `the initial root token was not revoked: ${wordsOf(revoked)}`};
}

async function newOperator(
  ports: ClusterPorts,
  url: string,
  rootToken: Secret,
): Promise<NonNullable<ClusterKeys['operator']> | Stuck> {
  try {
    return await makeOperator(asking(ports, url, rootToken), ports);
  } catch (error) {
    if (error instanceof Refused) return {problem: error.message};
    throw error;
  }
}

async function makeOperator(
  ask: AskWithToken,
  ports: ClusterPorts,
): Promise<NonNullable<ClusterKeys['operator']>> {
  await ask({method: 'PUT', path: `sys/policies/acl/${ownPolicy}`, body: {policy: operatorPolicy}});
  if (!isMounted(await ask({method: 'GET', path: 'sys/auth'})))
    await ask({method: 'POST', path: `sys/auth/${ownMount}`, body: {type: 'approle'}});
  await ask({
    method: 'POST',
    path: `auth/${ownMount}/role/${ownRole}`,
    body: {
      token_policies: [ownPolicy, grantedPolicy],
      token_ttl: '20m',
      token_max_ttl: '1h',
      secret_id_ttl: 0,
    },
  });
  const roleId = dataOf(
    await ask({method: 'GET', path: `auth/${ownMount}/role/${ownRole}/role-id`}),
    'role_id',
  );
  const made = await ask({method: 'POST', path: `auth/${ownMount}/role/${ownRole}/secret-id`, body: {}});
  const secretId = new Secret('secret id of vprov', dataOf(made, 'secret_id'));
  ports.sealed.keep(secretId);
  return {roleId, secretId};
}

/** What vprov asks a cluster with: its own login, or a token that somebody gave. */
export type Login = NonNullable<ClusterKeys['operator']> | Secret;

/**
 * A token of vprov's own, which lasts twenty minutes; one that was given is that one.
 * https://openbao.org/api-docs/auth/approle/#login-with-approle
 */
export async function logIn(
  ports: Forwarder & {readonly signal: AbortSignal; readonly sealed?: Pick<SealedFiles, 'keep'>},
  url: string,
  login: Login,
): Promise<Secret | Stuck> {
  if (login instanceof Secret) return login;
  const {roleId, secretId} = login;
  const answer = await askServer(ports, url, {
    method: 'POST',
    path: `auth/${ownMount}/login`,
    body: {role_id: roleId, secret_id: secretId.reveal()},
    timeoutMs,
  });
  const auth = answer.type === 'answer' ? (answer.body.auth as Fields | undefined) : undefined;
  const token = auth?.client_token;
  if (typeof token !== 'string') return {problem: `vprov cannot log in: ${wordsOf(answer)}`};
  const secret = new Secret('token of vprov', token);
  ports.sealed?.keep(secret);
  return secret;
}

function asking(ports: ClusterPorts, url: string, token: Secret): AskWithToken {
  return async (request) => {
    const answer: Answer = await askServer(ports, url, {...request, token: token.reveal(), timeoutMs});
    if (answer.type === 'answer' && answer.status < 300) return answer.body;
    throw new Refused(`${request.path}: ${wordsOf(answer)}`);
  };
}

function isMounted(mounted: Fields): boolean {
  return `${ownMount}/` in mounted || `${ownMount}/` in ((mounted.data as Fields | undefined) ?? {});
}

/** @throws Refused when it is not there */
function dataOf(answer: Fields, name: string): string {
  const value = (answer.data as Fields | undefined)?.[name];
  if (typeof value !== 'string') throw new Refused(`the server gave no ${name}`);
  return value;
}
