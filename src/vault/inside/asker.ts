import {basename} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Asking} from '../../resources/index.ts';
import {Secret} from '../../text/index.ts';
import {logIn} from '../cluster/hand-over.ts';
import {openKeys} from '../cluster/keeping.ts';
import {ownMount} from '../cluster/operator.ts';
import type {Stuck} from '../cluster/ports.ts';
import {type Answer, askServer, wordsOf} from '../server/request.ts';
import {lookAtServer} from '../server/state.ts';
import type {Place} from './place.ts';
import type {Ask} from './sort.ts';

const timeoutMs = 60_000;
/** How long an engine may take, and how often it is asked. */
const upgradeMs = 60_000;
const upgradeEveryMs = 100;
/** vprov's own tokens last twenty minutes. */
const loginLastsMs = 10 * 60_000;

interface KeptLogin {
  readonly token: Secret;
  readonly untilMs: number;
}

/** Who asks at a place, or why nobody can. */
export async function askerAt({url, login}: Place, asking: Asking): Promise<Ask | Stuck> {
  const token = 'token' in login ? login.token : await ownToken(url, login.keys, asking);
  if (!(token instanceof Secret)) return token;
  // Also one that was given as a plain text.
  asking.sealed.keep(token);
  return async (request) => {
    for (const end = Date.now() + upgradeMs; ; ) {
      const answer = await askServer(asking, url, {...request, token: token.reveal(), timeoutMs});
      if (!isUpgrading(answer) || Date.now() > end) return answer;
      // Interrupted, it asks once more, which says so.
      await wait(upgradeEveryMs, undefined, {signal: asking.signal}).catch(() => undefined);
    }
  };
}

/**
 * A kv engine that was just mounted, or became one of version 2, answers nothing for a moment.
 * @see https://openbao.org/docs/secrets/kv/kv-v2/#upgrading-from-version-1
 */
function isUpgrading(answer: Answer): boolean {
  return answer.type === 'answer' && answer.status === 400 && wordsOf(answer).includes('Upgrading from');
}

const behindMs = 10_000;
const behindEveryMs = 50;

/**
 * Waits until a server shows what the cluster has: standbys of OpenBao from 2.5 on answer what is read themselves, a moment
 * behind the active member that what is written goes on to.
 * @see https://github.com/openbao/openbao/issues/3877
 */
export async function caughtUp(shows: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const end = Date.now() + behindMs;
  while (!(await shows()) && Date.now() < end && !signal.aborted)
    await wait(behindEveryMs, undefined, {signal}).catch(() => undefined);
}

/** Why a server can tell nothing of what is in it, or undefined. */
export async function whySilent(url: string, asking: Asking): Promise<Stuck | undefined> {
  const seen = await lookAtServer(asking, url);
  switch (seen.status) {
    case 'absent':
      return {problem: `no server answers at ${url}`, hint: 'is it running? systemctl status vault.service'};
    case 'unreadable':
      return {problem: seen.reason, ...(seen.hint ? {hint: seen.hint} : {})};
    case 'unknown':
      return {problem: seen.reason};
    case 'present': {
      const {initialized, sealed, leaderAddress} = seen.state;
      if (!initialized)
        return {
          problem: `the server at ${url} is not initialised`,
          hint: 'vprov run playbooks/vault.yml -e vault_bootstrap=NAME',
        };
      if (sealed) return {problem: `the server at ${url} is sealed`, hint: 'vprov vault unseal'};
      if (leaderAddress === undefined)
        return {
          problem: `the server at ${url} knows of no active member`,
          hint: 'more than half of the members must be unsealed: vprov vault unseal',
        };
      return undefined;
    }
  }
}

/** One login of a run at each server of a host: it costs the server a write. */
async function ownToken(url: string, keys: string, asking: Asking): Promise<Secret | Stuck> {
  const key = `login ${url} ${keys}`;
  const kept = asking.kept.get(key) as KeptLogin | undefined;
  if (kept && kept.untilMs > Date.now()) return kept.token;
  // Nobody is asked for a passphrase in vain.
  const silent = await whySilent(url, asking);
  if (silent) return silent;
  const cluster = basename(keys).replace(/\.age$/, '');
  const opened = await openKeys(asking, {cluster, keys, recipients: []});
  if ('problem' in opened) return opened;
  if (!opened.operator)
    return {
      problem: `${keys} holds no login of vprov's own`,
      hint: "give a token, or have the cluster's root token hand over: vprov run playbooks/vault.yml",
    };
  const token = await logIn(asking, url, opened.operator);
  if (!(token instanceof Secret)) {
    const hint = `${keys} may be of another cluster, or somebody removed vprov's login (the AppRole mount ${ownMount}): give a token`;
    return {hint, ...token};
  }
  const itself = {method: 'GET', path: 'auth/token/lookup-self', token: token.reveal(), timeoutMs} as const;
  const isKnown = async (): Promise<boolean> => {
    const answer = await askServer(asking, url, itself);
    return answer.type !== 'answer' || answer.status !== 403;
  };
  await caughtUp(isKnown, asking.signal);
  asking.kept.set(key, {token, untilMs: Date.now() + loginLastsMs});
  return token;
}
