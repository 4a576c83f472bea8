import type {Secret} from '../../text/index.ts';
import type {AgeHeader, AgeKey} from './age.ts';
import {type KeySources, readKeyFile} from './keys.ts';
import {type Opening, textOf} from './sealed.ts';

/** Why nothing can be opened, whatever it is: told once. */
export interface NoKey {
  readonly problem: string;
  readonly hint: string;
}

const passphraseTries = 3;

/** The keys of age: identities are read when the first text needs them, a passphrase is asked for once. */
export interface AgeKeys {
  /** The identities, or why there are none. */
  identities(): Promise<readonly string[] | NoKey>;
  /**
   * Opens a text that a passphrase encrypts.
   * @param file as people know it
   */
  openWithPassphrase(header: AgeHeader, file: string): Promise<Uint8Array | NoKey>;
  /** The passphrase that opened something last. */
  passphrase(): string | undefined;
}

export function createAgeKeys(sources: KeySources): AgeKeys {
  const passphrases: string[] = sources.passphrase === undefined ? [] : [sources.passphrase];
  let identities: Promise<readonly string[] | NoKey> | undefined;

  const openWithPassphrase = async (header: AgeHeader, file: string): Promise<Uint8Array | NoKey> => {
    const {openAge} = await import('./age.ts');
    for (const passphrase of [...passphrases]) {
      const opened = await openAge(header, {passphrase});
      if (opened === undefined) continue;
      passphrases.splice(passphrases.indexOf(passphrase), 1);
      passphrases.unshift(passphrase);
      return opened;
    }
    for (let tried = 0; tried < passphraseTries; tried++) {
      const again = tried > 0;
      const answer: Secret | undefined = await sources.ask?.({type: 'age-passphrase', file, again});
      if (answer === undefined) break;
      const opened = await openAge(header, {passphrase: answer.reveal()});
      if (opened === undefined) continue;
      passphrases.unshift(answer.reveal());
      return opened;
    }
    return passphrases.length > 0 || sources.ask
      ? {
          problem: 'the passphrase does not open it',
          hint: 'it is the wrong one, or another file is meant: VPROV_AGE_PASSPHRASE, or a terminal',
        }
      : {
          problem: 'it needs a passphrase, and there is nobody to ask',
          hint: 'run vprov in a terminal, or set VPROV_AGE_PASSPHRASE',
        };
  };

  const readIdentities = async (): Promise<readonly string[] | NoKey> => {
    const found: string[] = [];
    for (const file of sources.identityFiles) {
      const bytes = readKeyFile(file);
      if ('reason' in bytes) {
        if (bytes.missing && !sources.named) continue;
        return {problem: `the identity ${file} cannot be read`, hint: bytes.reason};
      }
      const text = await identityText(bytes, file, openWithPassphrase);
      if (typeof text !== 'string') return text;
      const own = text.split(/\r?\n/).map((line) => line.trim());
      const identitiesOfFile = own.filter((line) => line.startsWith('AGE-SECRET-KEY-'));
      const mistake = await wrongIdentity(identitiesOfFile, file);
      if (mistake !== undefined) return mistake;
      found.push(...identitiesOfFile);
    }
    return found.length > 0 ? found : noIdentity(sources);
  };

  return {
    openWithPassphrase,
    identities: () => {
      identities ??= readIdentities();
      return identities;
    },
    passphrase: () => passphrases[0],
  };
}

async function identityText(
  bytes: Buffer,
  file: string,
  openWithPassphrase: AgeKeys['openWithPassphrase'],
): Promise<string | NoKey> {
  const text = bytes.toString('utf8');
  if (!/^\s*(?:age-encryption\.org|-----BEGIN AGE)/.test(text)) return text;
  let header: AgeHeader;
  const {readAge} = await import('./age.ts');
  try {
    header = readAge(bytes);
  } catch {
    // Whatever is wrong with its bytes, it is of no use.
    return {problem: `the identity ${file} is damaged`, hint: 'take it from a backup'};
  }
  const opened = await openWithPassphrase(header, file);
  return opened instanceof Uint8Array ? Buffer.from(opened).toString('utf8') : opened;
}

async function wrongIdentity(identities: readonly string[], file: string): Promise<NoKey | undefined> {
  const {recipientOf} = await import('./age.ts');
  const hint = "it is a file as 'vprov secrets keygen' or age-keygen writes it: a line AGE-SECRET-KEY-1…";
  if (identities.length === 0) return {problem: `the file ${file} holds no identity of age`, hint};
  for (const identity of identities)
    if ((await recipientOf(identity)) === undefined)
      return {problem: `the file ${file} holds a damaged identity of age`, hint};
  return undefined;
}

function noIdentity({identityFiles}: KeySources): NoKey {
  const usual = identityFiles[0];
  return {
    problem: 'it is encrypted with age, and there is no identity to open it',
    hint: `name one with --identity FILE${usual === undefined ? '' : `, or put it into ${usual}`}`,
  };
}

/** Opens a text with whatever its header asks for. */
export async function openAgeText(
  keys: AgeKeys,
  bytes: Uint8Array,
  file: string,
): Promise<Opening & {readonly once?: boolean}> {
  let header: AgeHeader;
  const {readAge} = await import('./age.ts');
  try {
    header = readAge(bytes);
  } catch {
    // The library's words are about bytes; what a person needs is the same for all of them.
    return damaged;
  }
  try {
    const opened = header.passphrase
      ? await keys.openWithPassphrase(header, file)
      : await openWithIdentities(keys, header);
    return opened instanceof Uint8Array ? textOf(opened) : opened;
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    return damaged;
  }
}

const damaged = {
  problem: 'the encrypted text is damaged: bytes of it are missing or were changed',
  hint: 'take it from a backup or from the history of the repository',
} as const;

async function openWithIdentities(
  keys: AgeKeys,
  header: AgeHeader,
): Promise<Uint8Array | (NoKey & {once?: boolean})> {
  const identities = await keys.identities();
  if ('problem' in identities) return {...identities, once: true};
  const key: AgeKey = {identities};
  const {openAge} = await import('./age.ts');
  const opened = await openAge(header, key);
  if (opened !== undefined) return opened;
  const foreign = header.kinds.find((kind) => kind.startsWith('ssh-'));
  return {
    problem:
      identities.length === 1
        ? 'it is not encrypted to the identity here'
        : `it is encrypted to none of the ${identities.length} identities here`,
    hint: foreign
      ? `it is encrypted to a key of ssh (${foreign}), which vprov does not take: encrypt it to a recipient age1… too`
      : 'who can open it encrypts it anew, to your recipient too: vprov secrets rekey',
  };
}
