import type {ClusterKeys} from './cluster-keys.ts';
import type {KeysState} from './kind.ts';
import type {SharesHere} from './open-shares.ts';
import {areOfOneSplit} from './shares.ts';

/** What is known of the custody of a cluster's keys, from what is on this machine alone. Nothing of it is secret. */
export interface Custody {
  readonly shares: number;
  /** How many of them were opened here, where they are encrypted to their holders' keys. */
  readonly here?: number;
  /** How many of them unseal. */
  readonly threshold: number;
  /** Whether vprov has a login of its own in the cluster. */
  readonly login: boolean;
  /** `proved`: they belong together; `unproved`: only the server can tell. */
  readonly together: 'proved' | 'unproved' | 'no';
  /** The keys do not unseal. */
  readonly mistakes: readonly string[];
  /** They do, and something is left to do. */
  readonly warnings: readonly string[];
}

/** Bytes of a share: the key of the seal, and its place. A single share is the key itself. */
const keyBytes = 32;

/**
 * Whether keys that were opened can unseal what they are for.
 * @param here all of its shares that can be opened on this machine
 * @param name by which they were looked for: that of their file
 */
export function custodyOf(keys: ClusterKeys, here: SharesHere, name: string, state: KeysState): Custody {
  const {threshold, operator, cluster} = keys;
  const isHeld = keys.shares.some((share) => 'message' in share);
  const shares = here.shares.map((share) => bytesOf(share.reveal().trim()));
  const whole = keys.shares.length === 1 ? keyBytes : keyBytes + 1;
  const {elsewhere} = here;
  const odd = shares.findIndex((share) => share?.length !== whole);
  const same = new Set(shares.map((share) => share?.at(-1))).size < shares.length;
  const isSplit = odd === -1 && !same && shares.length > 1 && threshold > 0;
  const split = isSplit ? shares.flatMap((share) => share ?? []) : [];
  const agree = isSplit ? areOfOneSplit(split, threshold) : undefined;
  const more = split.map((_, index) => index + 1).filter((count) => count > threshold);
  const needed = agree === false ? more.find((count) => areOfOneSplit(split, count)) : undefined;
  const login = operator !== undefined;
  return {
    shares: keys.shares.length,
    ...(isHeld ? {here: shares.length} : {}),
    threshold,
    login,
    together: agree === undefined ? 'unproved' : agree ? 'proved' : 'no',
    mistakes: [
      keys.shares.length < threshold &&
        `${keys.shares.length} of the ${threshold} shares that unseal are there`,
      shares.length === 0 && `none of the shares is opened here: ${elsewhere[0]?.problem}`,
      odd !== -1 &&
        `share ${odd + 1} is none: it has not the length of a key, and is no base64 or hex of one`,
      odd === -1 && same && 'one of the shares is there twice',
      agree === false &&
        (needed === undefined
          ? 'the shares are not of one split: they do not unseal together'
          : `${needed} of the shares unseal, and not ${threshold}`),
    ].filter((one) => one !== false),
    warnings: [
      heldElsewhere(keys, here),
      cluster !== name && `it says that it is of ${cluster}`,
      agree === undefined &&
        odd === -1 &&
        !same &&
        shares.length > 1 &&
        shares.length >= threshold &&
        'there is no share to spare: whether they belong together is seen when they unseal',
      state.initial &&
        'the initial root token is still kept beside it: vprov run playbooks/vault.yml hands over and revokes it',
      state.intent !== undefined &&
        !state.initial &&
        `an initialisation on ${state.intent.host}, begun ${state.intent.at}, is noted beside it`,
    ].filter((one) => one !== false),
  };
}

/** Who is needed besides, where some of the shares are opened here and not enough of them. */
function heldElsewhere(
  {shares: all, threshold}: ClusterKeys,
  {shares: {length: opened}, elsewhere}: SharesHere,
): string | false {
  if (opened === 0 || opened >= threshold || threshold > all.length) return false;
  const others = elsewhere.map(({holder}) => holder).join(', ');
  return `${opened} of the ${threshold} shares that unseal ${opened === 1 ? 'is' : 'are'} opened here; others hold: ${others}`;
}

/** As servers give shares: base64, and in some answers hex. Undefined: it is neither. */
function bytesOf(text: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2}){32,33}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
