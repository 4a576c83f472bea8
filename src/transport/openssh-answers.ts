import type {Secret} from '../text/index.ts';
import type {Ask} from './contract.ts';
import {passphraseHint, type UnsignedKey} from './refusal.ts';
import type {Target} from './target.ts';

export interface Answers {
  /** Undefined: there is none. */
  answer(question: string): Promise<Secret | undefined>;
  /** Keys that a host would have taken, and that could not sign. */
  unsigned(): readonly UnsignedKey[];
  passwordSent(): boolean;
}

/**
 * Answers ssh's questions: its password prompt with the password that is known, once; all else by asking somebody. For
 * the passphrase of a key it asks only when the host would take that key, and again only when it was not right.
 */
export function answersTo({password, hostName, user}: Target, ask: Ask | undefined): Answers {
  let passwordSent = false;
  const askedFor = new Set<string>();
  const given = new Map<string, boolean>();
  const answer = async (question: string): Promise<Secret | undefined> => {
    const keyFile = /passphrase for (?:key )?'?(.+?)'?:\s*$/.exec(question)?.[1];
    if (keyFile !== undefined) {
      const again = askedFor.has(keyFile);
      askedFor.add(keyFile);
      const passphrase = await ask?.({type: 'passphrase', keyFile, again});
      given.set(keyFile, passphrase !== undefined);
      return passphrase;
    }
    if (password && !passwordSent && /password/i.test(question)) {
      passwordSent = true;
      return password;
    }
    return ask?.({type: 'challenge', hostName, user, text: question, echo: false});
  };
  return {
    answer,
    passwordSent: () => passwordSent,
    unsigned: () =>
      [...given].map(([file, was]) => ({
        why: `the passphrase of ${file} was not ${was ? 'right' : 'given'}`,
        hint: passphraseHint,
      })),
  };
}
