import type {Secret} from '../text/index.ts';
import type {Ask} from './contract.ts';

/**
 * The passphrase of a key file; undefined when nobody gives one.
 * @param refused the one that was not right
 */
export type Passphrases = (keyFile: string, refused?: Secret) => Promise<Secret | undefined>;

/** Each passphrase is asked for once, for all hosts of a run, and again when it was not right: once for all of them, too. */
export function createPassphrases(ask: Ask): Passphrases {
  const answers = new Map<string, Promise<Secret | undefined>>();
  return async (keyFile, refused) => {
    for (let answer = answers.get(keyFile); answer !== undefined; answer = answers.get(keyFile)) {
      const passphrase = await answer;
      if (refused === undefined || passphrase !== refused) return passphrase;
      // Whoever is the first to find out asks.
      if (answers.get(keyFile) === answer) break;
    }
    const asked = ask({type: 'passphrase', keyFile, again: refused !== undefined});
    answers.set(keyFile, asked);
    return asked;
  };
}
