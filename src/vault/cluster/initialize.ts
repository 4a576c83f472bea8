import {Secret} from '../../text/index.ts';
import type {ClusterKeys} from '../keys/cluster-keys.ts';
import {printIntent} from '../keys/intent.ts';
import {placesOfKeys} from '../keys/places.ts';
import {type Answer, askServer, wordsOf} from '../server/request.ts';
import {type KeysOf, keepKeys} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface Initialization extends KeysOf {
  readonly url: string;
  /** Of the inventory: where it begins. */
  readonly host: string;
  readonly shares: number;
  readonly threshold: number;
  /** The server unseals by itself: its shares are for recovery. */
  readonly unsealsItself: boolean;
  /** Milliseconds. A Pi Zero takes more than a minute; an answer that is not waited for is lost with the keys in it. */
  readonly timeoutMs: number;
}

/**
 * Initialises a cluster, once. That its keys can be kept and opened again is seen before; that it was begun is noted
 * before; and the keys are on the disk before anything else is done with them.
 * https://openbao.org/api-docs/system/init/
 */
export async function initialize(ports: ClusterPorts, what: Initialization): Promise<Stuck | undefined> {
  const {cluster, host, recipients} = what;
  const places = placesOfKeys(what.keys);
  const unproved = await ports.sealed.prove(places.keys, recipients);
  if (unproved) return {...unproved, problem: `nothing was initialised: ${unproved.problem}`};
  const at = new Date(ports.now()).toISOString();
  const unwritten = await ports.sealed.note(places.intent, printIntent(cluster, {host, at}));
  if (unwritten) return {...unwritten, problem: `nothing was initialised: ${unwritten.problem}`};

  const {shares, threshold} = what;
  const answer = await askServer(ports, what.url, {
    method: 'PUT',
    path: 'sys/init',
    body: what.unsealsItself
      ? {recovery_shares: shares, recovery_threshold: threshold}
      : {secret_shares: shares, secret_threshold: threshold},
    timeoutMs: what.timeoutMs,
  });
  const keys = keysIn(answer, what);
  if (!keys) return unanswered(ports, answer, places.intent);
  const lost =
    (await keepKeys(ports, places.initial, keys, recipients)) ??
    (await keepKeys(ports, places.keys, withoutRoot(keys), recipients));
  if (lost)
    return {
      problem: `the cluster was initialised and its keys could not be kept: ${lost.problem}`,
      hint: 'nothing is in it yet: once that is mended, run it again, and it begins anew',
    };
  return ports.sealed.remove(places.intent);
}

function keysIn(
  answer: Answer,
  {cluster, threshold, unsealsItself}: Initialization,
): ClusterKeys | undefined {
  if (answer.type !== 'answer' || answer.status !== 200) return undefined;
  const {body} = answer;
  const shares = unsealsItself ? body.recovery_keys_base64 : body.keys_base64;
  const root = body.root_token;
  if (!Array.isArray(shares) || !shares.every((share) => typeof share === 'string')) return undefined;
  if (typeof root !== 'string') return undefined;
  return {
    cluster,
    shares: shares.map((share, index) => new Secret(`share ${index + 1} of ${cluster}`, share)),
    threshold,
    rootToken: new Secret(`root token of ${cluster}`, root),
  };
}

function withoutRoot({cluster, shares, threshold}: ClusterKeys): ClusterKeys {
  return {cluster, shares, threshold};
}

/** What the server said for certain not to have done need not be remembered as begun. */
async function unanswered(ports: ClusterPorts, answer: Answer, intent: string): Promise<Stuck> {
  const certain = answer.type === 'refused' || (answer.type === 'answer' && answer.status >= 400);
  if (certain) {
    await ports.sealed.remove(intent);
    return {problem: `the server was not initialised: ${wordsOf(answer)}`};
  }
  return {
    problem: `whether the server was initialised is not known: ${wordsOf(answer)}`,
    hint: 'run it again: it looks, and begins anew where the keys were lost and nothing is in the cluster',
  };
}
