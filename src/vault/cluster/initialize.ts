import type {Holder} from '../../resources/index.ts';
import {Secret} from '../../text/index.ts';
import {type ClusterKeys, sharesIn} from '../keys/cluster-keys.ts';
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
  /** Public keys of OpenPGP that the server encrypts the shares to: one for each, or one for all. None: they are vprov's to keep. */
  readonly publicKeys: readonly string[];
  /** Fewer shares than unseal may be opened on this machine: their holders are elsewhere. */
  readonly heldElsewhere: boolean;
  /** The server unseals by itself: its shares are for recovery. */
  readonly unsealsItself: boolean;
  /** Milliseconds. A Pi Zero takes more than a minute; an answer that is not waited for is lost with the keys in it. */
  readonly timeoutMs: number;
}

/**
 * Initialises a cluster, once. That its keys can be kept and opened again is seen before; that it was begun is noted
 * before, and the same of each share that is to be encrypted to its holder's key; and the keys are on the disk before anything else is done with them.
 * https://openbao.org/api-docs/system/init/
 */
export async function initialize(ports: ClusterPorts, what: Initialization): Promise<Stuck | undefined> {
  const {cluster, host, recipients} = what;
  const places = placesOfKeys(what.keys);
  const unproved = await ports.sealed.prove(places.keys, recipients);
  if (unproved) return {...unproved, problem: `nothing was initialised: ${unproved.problem}`};
  const holders = await holdersOf(ports, what);
  if ('problem' in holders) return {...holders, problem: `nothing was initialised: ${holders.problem}`};
  const at = new Date(ports.now()).toISOString();
  const unwritten = await ports.sealed.note(places.intent, printIntent(cluster, {host, at}));
  if (unwritten) return {...unwritten, problem: `nothing was initialised: ${unwritten.problem}`};

  const {shares, threshold} = what;
  const answer = await askServer(ports, what.url, {
    method: 'PUT',
    path: 'sys/init',
    body: what.unsealsItself
      ? {recovery_shares: shares, recovery_threshold: threshold, ...sealedTo('recovery_pgp_keys', holders)}
      : {secret_shares: shares, secret_threshold: threshold, ...sealedTo('pgp_keys', holders)},
    timeoutMs: what.timeoutMs,
  });
  const keys = keysIn(answer, what, holders);
  if (!keys) return unanswered(ports, answer, places.intent);
  const lost =
    (await keepKeys(ports, places.initial, keys, recipients)) ??
    (await keepKeys(ports, places.keys, withoutRoot(keys), recipients));
  if (lost)
    return {
      problem: `the cluster was initialised and its keys could not be kept: ${lost.problem}`,
      hint: 'nothing is in it yet: once that is mended, run it again, and it begins anew',
    };
  const stuck = await ports.sealed.remove(places.intent);
  if (stuck || holders.length === 0 || keys.shares.every((share) => 'message' in share)) return stuck;
  return {
    problem: `the server did not encrypt the shares to the public keys: they are in ${what.keys} as they are`,
    hint: 'begin again by hand, with all that is in it lost: docs/vault-bootstrap.md',
  };
}

/** Whom each share is for. Enough of them must be seen to open here what is encrypted to them, unless their holders are elsewhere. */
async function holdersOf(
  {sealed, now}: ClusterPorts,
  {publicKeys, shares, threshold, heldElsewhere}: Initialization,
): Promise<readonly Holder[] | Stuck> {
  if (publicKeys.length === 0) return [];
  const read = await sealed.holdersOf(publicKeys, now());
  if ('problem' in read) return read;
  const [only] = read;
  const holders = read.length === 1 && only ? Array.from({length: shares}, () => only) : read;
  const closed = holders.filter((holder) => holder.closed);
  const open = holders.length - closed.length;
  if (heldElsewhere || open >= threshold) return holders;
  const [first] = closed;
  return {
    problem: `${threshold} shares unseal, and ${open} of the ${shares} would be opened here: ${first?.name}: ${first?.closed?.problem}`,
    hint:
      first?.closed?.hint ??
      'where their holders are elsewhere: vault_keys_held_elsewhere: true (held_elsewhere)',
  };
}

function sealedTo(name: string, holders: readonly Holder[]): Readonly<Record<string, readonly string[]>> {
  return holders.length === 0 ? {} : {[name]: holders.map(({key}) => Buffer.from(key).toString('base64'))};
}

function keysIn(
  answer: Answer,
  {cluster, threshold, unsealsItself}: Initialization,
  holders: readonly Holder[],
): ClusterKeys | undefined {
  if (answer.type !== 'answer' || answer.status !== 200) return undefined;
  const {body} = answer;
  const shares = unsealsItself ? body.recovery_keys_base64 : body.keys_base64;
  const root = body.root_token;
  if (!Array.isArray(shares) || !shares.every((share) => typeof share === 'string')) return undefined;
  if (typeof root !== 'string') return undefined;
  return {
    cluster,
    shares: sharesIn(shares, cluster),
    threshold,
    ...(holders.length > 0 ? {holders: holders.map(({name}) => name)} : {}),
    rootToken: new Secret(`root token of ${cluster}`, root),
  };
}

function withoutRoot({rootToken: _, ...keys}: ClusterKeys): ClusterKeys {
  return keys;
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
