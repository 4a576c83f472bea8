import type {Prompt, RunQuestion} from '../engine/index.ts';
import {Secret} from '../text/index.ts';
import type {AskLine} from './console-question.ts';
import type {Terminal} from './terminal.ts';

const prompts = new WeakMap<AskLine, Prompt>();

/** The engine's questions, put to whoever sits at the terminal; undefined where nobody does. */
export function promptAt({ask}: Terminal): Prompt | undefined {
  if (ask === undefined) return undefined;
  const prompt = prompts.get(ask) ?? promptBy(ask);
  prompts.set(ask, prompt);
  return prompt;
}

function promptBy(ask: AskLine): Prompt {
  /** What opened one file may open the next, also in the next of several runs. */
  const remembered = new Map<string, Secret>();
  return async (question) => {
    const opens = opensFiles(question);
    const known = remembered.get(opens ?? '');
    if (known !== undefined && 'again' in question && !question.again) return known;
    const {text, name, echo} = wordsOf(question);
    const answer = await ask(text, echo);
    if (answer === undefined || answer === '') return undefined;
    const secret = new Secret(name, answer);
    if (opens !== undefined) remembered.set(opens, secret);
    return secret;
  };
}

/** What an answer is remembered as, where it opens what is encrypted. */
function opensFiles(question: RunQuestion): string | undefined {
  switch (question.type) {
    case 'age-passphrase':
    case 'vault-password':
      return question.type;
    case 'openpgp-passphrase':
      return `${question.type} ${question.key}`;
    default:
      return undefined;
  }
}

interface Words {
  readonly text: string;
  /** Shown wherever the answer would stand. */
  readonly name: string;
  readonly echo: boolean;
}

function wordsOf(question: RunQuestion): Words {
  switch (question.type) {
    case 'passphrase':
      return hidden(`passphrase of ${question.keyFile}`, question.again, 'passphrase');
    case 'challenge': {
      const {hostName, user, text, echo} = question;
      return {text: `${user}@${hostName}: ${text.trimEnd()} `, name: 'answer', echo};
    }
    case 'age-passphrase':
      return hidden(`passphrase of ${question.file}`, question.again, 'passphrase');
    case 'vault-password':
      return hidden(`password of ansible-vault for ${question.file}`, question.again, 'vault password');
    case 'openpgp-passphrase':
      return hidden(`passphrase of gpg's key ${question.key}`, question.again, 'passphrase');
    case 'step':
      return {
        text: `run '${question.task}'? [y]es, [n]o, [c]ontinue without asking: `,
        name: 'answer',
        echo: true,
      };
    case 'variable': {
      const {text, name, echo, again} = question;
      return {text: `${again ? 'the two were not the same; ' : ''}${text}: `, name, echo};
    }
  }
}

function hidden(what: string, again: boolean, name: string): Words {
  return {text: `${again ? 'that was not it; ' : ''}${what}: `, name, echo: false};
}
