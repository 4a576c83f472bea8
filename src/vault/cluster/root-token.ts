import {Secret} from '../../text/index.ts';
import type {Forwarder} from '../../transport/index.ts';
import type {OpenKeys} from '../keys/open-shares.ts';
import {type Answer, askServer, type Fields, type ServerRequest, wordsOf} from '../server/request.ts';
import type {Stuck} from './ports.ts';

const timeoutMs = 60_000;

/** The one that needs a login beside the shares, and its elder, which needs none where it is not switched off. */
const endpoints = ['sys/generate-root-token', 'sys/generate-root'] as const;

type Ask = (request: Pick<ServerRequest, 'method' | 'path' | 'body'>) => Promise<Answer>;

interface Attempt {
  readonly endpoint: string;
  readonly nonce: string;
  /** What the token is hidden with on its way. */
  readonly oneTimePassword: string;
}

/**
 * Makes a root token from the shares of a cluster. An attempt that somebody else has begun is left alone; our own is
 * taken back where it comes to nothing.
 * @param url of the active member's API, as its host sees it
 * @param login a token of vprov's own: OpenBao since 2.5.3 and Vault since 2.0 want one beside the shares
 * @see https://openbao.org/api-docs/system/generate-root-token/ https://openbao.org/api-docs/system/generate-root/
 * @throws TransportError when the connection to the host ended, or it was interrupted
 */
export async function generateRootToken(
  through: Forwarder & {readonly signal: AbortSignal},
  url: string,
  {shares, threshold, cluster}: Pick<OpenKeys, 'shares' | 'threshold' | 'cluster'>,
  login: Secret | undefined,
): Promise<Secret | Stuck> {
  const ask: Ask = (request) =>
    askServer(through, url, {...request, timeoutMs, ...(login ? {token: login.reveal()} : {})});
  const attempt = await begin(ask);
  if ('problem' in attempt) return attempt;
  const {endpoint, nonce} = attempt;
  for (const share of shares.slice(0, threshold)) {
    const answer = await ask({
      method: 'PUT',
      path: `${endpoint}/update`,
      body: {key: share.reveal(), nonce},
    });
    const said = dataOf(answer);
    if (said === undefined) return givenUp(ask, attempt, `it does not take the shares: ${wordsOf(answer)}`);
    const hidden = said.encoded_token || said.encoded_root_token;
    if (said.complete === true && typeof hidden === 'string')
      return new Secret(`root token of ${cluster}`, shown(hidden, attempt.oneTimePassword));
  }
  return givenUp(ask, attempt, `${threshold} shares were not enough`);
}

async function begin(ask: Ask): Promise<Attempt | Stuck> {
  let refusal: Stuck = {problem: 'it makes no root tokens'};
  for (const endpoint of endpoints) {
    const state = await ask({method: 'GET', path: `${endpoint}/attempt`});
    if (dataOf(state)?.started === true)
      return {
        problem: 'somebody has begun to make a root token, and not ended it',
        hint: `it is taken back by: DELETE /v1/${endpoint}/attempt`,
      };
    const answer = await ask({method: 'PUT', path: `${endpoint}/attempt`, body: {}});
    const {nonce, otp} = dataOf(answer) ?? {};
    if (typeof nonce === 'string' && typeof otp === 'string') return {endpoint, nonce, oneTimePassword: otp};
    // That of the newer endpoint is told, where there is one.
    if (!isMissing(answer) || endpoint === endpoints[1]) refusal = refusalOf(answer);
    if (!isMissing(answer)) break;
  }
  return refusal;
}

/** There is no such endpoint in this version, or it is switched off. */
function isMissing(answer: Answer): boolean {
  return answer.type === 'answer' && [400, 404, 405].includes(answer.status);
}

function refusalOf(answer: Answer): Stuck {
  const problem = `it makes no root token: ${wordsOf(answer)}`;
  return answer.type === 'answer' && answer.status === 403
    ? {
        problem,
        hint: "the policy vprov-operator of a cluster that an older vprov made does not allow it: see 'A root token' in docs/vault-bootstrap.md",
      }
    : {problem};
}

async function givenUp(ask: Ask, {endpoint, nonce}: Attempt, problem: string): Promise<Stuck> {
  const answer = await ask({method: 'DELETE', path: `${endpoint}/attempt`, body: {nonce}});
  const isBack = answer.type === 'answer' && answer.status < 300;
  return {problem: isBack ? problem : `${problem}; and what was begun is not taken back: ${wordsOf(answer)}`};
}

/** What a server says; newer endpoints say it one level down. Undefined: it is no success. */
function dataOf(answer: Answer): Fields | undefined {
  if (answer.type !== 'answer' || answer.status >= 300) return undefined;
  const {data} = answer.body;
  return typeof data === 'object' && data !== null ? (data as Fields) : answer.body;
}

/** The token's bytes are combined by xor with those of the password, which is as long, and written as base64. */
function shown(hidden: string, oneTimePassword: string): string {
  const password = Buffer.from(oneTimePassword);
  return Buffer.from(hidden, 'base64')
    .map((byte, at) => byte ^ (password[at] ?? 0))
    .toString();
}
