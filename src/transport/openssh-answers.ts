import type {Secret} from '../text/index.ts';
import type {Ask} from './contract.ts';
import type {Target} from './target.ts';

/** Answers ssh's questions: its password prompt with the password that is known, once; all else by asking somebody. */
export function answerTo(
  {password, hostName, user}: Target,
  ask: Ask | undefined,
): (question: string) => Promise<Secret | undefined> {
  let passwordSent = false;
  const askedFor = new Set<string>();
  return async (question) => {
    const keyFile = /passphrase for (?:key )?'?(.+?)'?:\s*$/.exec(question)?.[1];
    if (keyFile !== undefined) {
      const again = askedFor.has(keyFile);
      askedFor.add(keyFile);
      return ask?.({type: 'passphrase', keyFile, again});
    }
    if (password && !passwordSent && /password/i.test(question)) {
      passwordSent = true;
      return password;
    }
    return ask?.({type: 'challenge', hostName, user, text: question, echo: false});
  };
}
