import type {Secret} from '../text/index.ts';
import type {Ask} from './contract.ts';
import {mustChange} from './expired-password.ts';
import {notUnlocked} from './failures.ts';
import type {Passphrases} from './passphrases.ts';
import {passphraseHint, type UnsignedKey} from './refusal.ts';
import type {Target} from './target.ts';

export interface Answers {
  /** Undefined: there is none. */
  answer(question: string): Promise<Secret | undefined>;
  /** Keys that a host would have taken, and that could not sign. */
  unsigned(): readonly UnsignedKey[];
  passwordSent(): boolean;
  /** The password was right, and must be changed first. */
  mustChange(): boolean;
}

/**
 * Answers ssh's questions: its password prompt with the password that is known, once; all else by asking somebody. For
 * the passphrase of a key it asks only when the host would take that key, and again only when it was not right.
 */
export function answersTo(
  target: Target,
  ask: Ask | undefined,
  passphrases: Passphrases | undefined,
): Answers {
  const {password, hostName, user} = target;
  let passwordSent = false;
  let mustBeChanged = false;
  const given = new Map<string, Secret | undefined>();
  const refused = new Set<string>();
  const answer = async (question: string): Promise<Secret | undefined> => {
    const keyFile = /passphrase for (?:key )?'?(.+?)'?:\s*$/.exec(question)?.[1];
    if (keyFile !== undefined) {
      if (given.get(keyFile)) refused.add(keyFile);
      const passphrase = await passphrases?.(keyFile, given.get(keyFile));
      given.set(keyFile, passphrase);
      return passphrase;
    }
    if (password && !passwordSent && /password/i.test(question) && !asksForAnother(question, target)) {
      passwordSent = true;
      return password;
    }
    if (passwordSent && mustChange.test(question)) {
      mustBeChanged = true;
      return undefined;
    }
    return ask?.({type: 'challenge', hostName, user, text: question, echo: false});
  };
  return {
    answer,
    passwordSent: () => passwordSent,
    mustChange: () => mustBeChanged,
    unsigned: () =>
      [...given].map(([file, was]) => ({
        why: notUnlocked(file, was !== undefined || refused.has(file), was !== undefined),
        hint: passphraseHint(file),
      })),
  };
}

/**
 * Whether a host on the way asks, which is not to get the password of the host behind it: `USER@HOST's password:`, or
 * `(USER@HOST) Password:`.
 */
function asksForAnother(question: string, {jumps, user, host, originalHost}: Target): boolean {
  if (jumps.length === 0) return false;
  const [, who] = /^\(?(\S+@\S+?)(?:'s |\) )/.exec(question) ?? [];
  return who === undefined || ![host, originalHost].some((name) => who === `${user}@${name}`);
}
