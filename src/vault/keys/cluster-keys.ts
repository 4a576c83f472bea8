import {isOpenPgpMessage} from '../../source/index.ts';
import {Secret} from '../../text/index.ts';

/** A share that the server encrypted to its holder's public key: what is in it nobody has seen. */
export interface SealedShare {
  /** Of OpenPGP, without armour. */
  readonly message: Uint8Array;
}

/** What opens a cluster, and what works in it afterwards. */
export interface ClusterKeys {
  readonly cluster: string;
  /** Base64, as the server gave them: of its seal, or, where that unseals by itself, for recovery. */
  readonly shares: readonly (Secret | SealedShare)[];
  /** Whose key each share is encrypted to, for people. */
  readonly holders?: readonly string[];
  readonly threshold: number;
  /** The initial one: until it has handed over. */
  readonly rootToken?: Secret;
  /** What vprov logs in with afterwards. https://openbao.org/api-docs/auth/approle/ */
  readonly operator?: {readonly roleId: string; readonly secretId: Secret};
}

interface Written {
  readonly cluster: string;
  readonly shares: readonly string[];
  readonly threshold: number;
  readonly holders?: readonly string[];
  readonly root_token?: string;
  readonly operator?: {readonly role_id: string; readonly secret_id: string};
}

/** The keys as a text, which is to be encrypted. */
export function printKeys({cluster, shares, threshold, holders, rootToken, operator}: ClusterKeys): Secret {
  const written: Written = {
    cluster,
    shares: shares.map((share) =>
      share instanceof Secret ? share.reveal() : Buffer.from(share.message).toString('base64'),
    ),
    threshold,
    ...(holders ? {holders} : {}),
    ...(rootToken ? {root_token: rootToken.reveal()} : {}),
    ...(operator ? {operator: {role_id: operator.roleId, secret_id: operator.secretId.reveal()}} : {}),
  };
  return new Secret(`keys of ${cluster}`, `${JSON.stringify(written, null, 2)}\n`);
}

/** Undefined: the text is not what `printKeys` prints, nor what `operator init -format=json` does. */
export function readKeys(text: Secret, cluster: string): ClusterKeys | undefined {
  const value = parsed(text.reveal());
  if (value === undefined) return undefined;
  const shares = strings(value.shares ?? value.unseal_keys_b64 ?? value.keys_base64);
  const threshold = value.threshold ?? value.unseal_threshold ?? shares?.length;
  if (!shares || shares.length === 0 || typeof threshold !== 'number') return undefined;
  const root = value.root_token;
  const holders = strings(value.holders);
  const operator = value.operator as Written['operator'];
  return {
    cluster: typeof value.cluster === 'string' ? value.cluster : cluster,
    shares: sharesIn(shares, cluster),
    threshold,
    ...(holders ? {holders} : {}),
    ...(typeof root === 'string' && root !== ''
      ? {rootToken: new Secret(`root token of ${cluster}`, root)}
      : {}),
    ...(typeof operator?.role_id === 'string' && typeof operator.secret_id === 'string'
      ? {
          operator: {
            roleId: operator.role_id,
            secretId: new Secret(`secret id of ${cluster}`, operator.secret_id),
          },
        }
      : {}),
  };
}

/** Shares as a server gives them, in base64. */
export function sharesIn(texts: readonly string[], cluster: string): ClusterKeys['shares'] {
  return texts.map((text, index) => {
    const bytes = Buffer.from(text, 'base64');
    return isOpenPgpMessage(bytes) ? {message: bytes} : new Secret(shareName(index, cluster), text);
  });
}

export function shareName(index: number, cluster: string): string {
  return `share ${index + 1} of ${cluster}`;
}

/** Everything of it that must be shown nowhere. */
export function secretsOfKeys({shares, rootToken, operator}: ClusterKeys): readonly Secret[] {
  const open = shares.filter((share) => share instanceof Secret);
  return [...open, ...(rootToken ? [rootToken] : []), ...(operator ? [operator.secretId] : [])];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    // It is something else: whoever asked says so, without repeating any of it.
    return undefined;
  }
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
