import type {AnyAuthMethod, AuthHandlerMiddleware, BaseAgent, ParsedKey, Prompt} from 'ssh2';
import type {Secret} from '../text/index.ts';
import type {Ask} from './contract.ts';
import {mustChange} from './expired-password.ts';
import type {Identities, Identity} from './identity.ts';
import type {Ssh2} from './keyring.ts';
import {keyNames, passphraseHint, type Refusal} from './refusal.ts';
import type {LoginMethod} from './ssh-settings.ts';
import type {Target} from './target.ts';

/**
 * What is offered to a host, one after the other, until it lets us in: keys, then the password. The list goes on over
 * several connections: sshd ends one after a few keys (`MaxAuthTries`), and the next one is told the others.
 */
export interface Proofs {
  readonly handler: AuthHandlerMiddleware;
  /** Whether a key was offered since `begin`, and another one is left. */
  canGoOn(): boolean;
  /** A connection begins to offer. */
  begin(): void;
  /** The connection ended without an answer: the next one begins where this one did. */
  takeBack(): void;
  /** We are in: the next time begins with what was offered last. */
  succeeded(): void;
  /** What was offered, for a message. */
  offered(): readonly string[];
  /** The key that is to sign, and has not yet. */
  signing(): string | undefined;
  /** The proof that was given, and that the host has not answered yet. */
  awaited(): string | undefined;
  /** What is known when the host lets us in by none. */
  refusal(tooMany: boolean): Refusal;
}

export function createProofs(
  ssh2: Ssh2,
  target: Target,
  identities: Identities,
  ask: Ask | undefined,
): Proofs {
  const {user: username, password} = target;
  let keys = [...identities.keys];
  let next = 0;
  let offeredBefore = 0;
  const done = new Set<'password' | 'keyboard-interactive'>();
  let takes: readonly string[] | undefined;
  let asksMethods = false;
  const unsigned = new Map<Identity, string>();
  let signing: Identity | undefined;

  /** A key was taken, and more is wanted: ssh2 does not say so of keys that an agent signs for. */
  let signed = false;
  let awaited: string | undefined;
  let mustBeChanged = false;
  const onMustChange = (): void => {
    mustBeChanged = true;
  };

  const keyMethod = (): AnyAuthMethod | undefined => {
    const identity = keys[next];
    if (!identity) return undefined;
    next++;
    const onSign = (error?: Error): void => {
      signing = undefined;
      if (error) unsigned.set(identity, error.message);
      else {
        signed = true;
        awaited = identity.name;
      }
    };
    const onStart = (): void => {
      signing = identity;
    };
    return {type: 'agent', username, agent: oneKeyAgent(ssh2, identity, onStart, onSign)};
  };
  const choose = (left: readonly string[] | null, partial: boolean): AnyAuthMethod | undefined => {
    const may = (method: LoginMethod): boolean =>
      target.loginMethods.includes(method) && (left === null || left.includes(method));
    if (may('publickey') && !signed) {
      const method = keyMethod();
      if (method) return method;
    }
    if (password && may('password') && !done.has('password')) {
      done.add('password');
      awaited = 'the password';
      return {type: 'password', username, password: password.reveal()};
    }
    // A second factor is asked for; a first one only when a password was given.
    const wanted = password || (ask && (partial || signed));
    if (wanted && may('keyboard-interactive') && !done.has('keyboard-interactive')) {
      done.add('keyboard-interactive');
      awaited = password ? 'the password' : 'an answer';
      return {type: 'keyboard-interactive', username, prompt: answering(target, ask, onMustChange)};
    }
    return may('publickey') ? keyMethod() : undefined;
  };

  /** ssh2 does not tell what a host takes after keys that an agent signs for: it is asked at the end, for a message. */
  const whichMethods = (): AnyAuthMethod | undefined => {
    if (takes || asksMethods) return undefined;
    asksMethods = true;
    return {type: 'none', username};
  };
  const passwordOffered = (): boolean =>
    done.has('password') || (password !== undefined && done.has('keyboard-interactive'));

  return {
    handler: (left, partial, give) => {
      // The declaration does not know that `null` comes first, and that `false` is the end.
      const end = give as (method: AnyAuthMethod | false) => void;
      awaited = undefined;
      const methods = left as readonly string[] | null;
      takes = methods ?? takes;
      end(choose(methods, partial) ?? whichMethods() ?? false);
    },
    canGoOn: () => next > offeredBefore && next < keys.length,
    begin: () => {
      offeredBefore = next;
      done.clear();
      signed = false;
      awaited = undefined;
      asksMethods = false;
      signing = undefined;
    },
    takeBack: () => {
      next = offeredBefore;
    },
    succeeded: () => {
      const winner = keys[next - 1];
      if (winner) keys = [winner, ...keys.filter((key) => key !== winner)];
      next = 0;
    },
    offered: () => [...keyNames(keys.slice(0, next)), ...(passwordOffered() ? ['the password'] : [])],
    signing: () => signing?.name,
    awaited: () => awaited,
    refusal: (tooMany) => ({
      ...(takes ? {takes} : {}),
      tooMany,
      // ssh2 does not say so of keys that an agent signs for: what has signed was taken. So is root's key where
      // PermitRootLogin keeps root out.
      tookKey: signed && username !== 'root',
      passwordOffered: passwordOffered(),
      mustChange: mustBeChanged,
      unsigned: [...unsigned].map(([{name}, why]) => ({
        why: `it would take ${name}, but ${why}`,
        ...(why.includes('passphrase') ? {hint: passphraseHint(name.replace(/^the key /, ''))} : {}),
      })),
      agentState: identities.agentState,
    }),
  };
}

/** ssh2 lets only an agent sign later, when the host has said that it would take the key. */
function oneKeyAgent(
  ssh2: Ssh2,
  {key}: Identity,
  onStart: () => void,
  onSign: (error?: Error) => void,
): BaseAgent {
  class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(found: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      found(null, [key.publicKey]);
    }

    override sign(...args: unknown[]): void {
      const [, data, options, signed] = args as [
        ParsedKey,
        Buffer,
        {hash?: string},
        (error?: Error | null, signature?: Buffer) => void,
      ];
      onStart();
      key.sign(data, options.hash).then(
        (signature) => {
          onSign();
          signed(null, signature);
        },
        (error: Error) => {
          onSign(error);
          signed(error);
        },
      );
    }
  }
  return new OneKeyAgent();
}

/** Answers a host's questions: with the password where it asks for one, else with what somebody says. */
function answering({hostName, user, password}: Target, ask: Ask | undefined, onMustChange: () => void) {
  let asked = 0;
  return (
    _name: string,
    instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ): void => {
    const first = asked++ === 0;
    if (
      password &&
      !first &&
      mustChange.test([instructions, ...prompts.map((one) => one.prompt)].join('\n'))
    ) {
      // No other one is made up, nor asked for behind the back of whoever keeps the known one.
      onMustChange();
      finish(prompts.map(() => ''));
      return;
    }
    const answers = prompts.map(async ({prompt: text, echo = false}): Promise<string> => {
      let answer: Secret | undefined;
      if (password && first && !echo && /password|passwort|mot de passe|contraseña/i.test(text))
        answer = password;
      else answer = await ask?.({type: 'challenge', hostName, user, text, echo});
      return answer?.reveal() ?? '';
    });
    void Promise.all(answers).then(finish);
  };
}
