import {errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Become} from '../playbook/index.ts';
import type {Node} from '../source/index.ts';
import {reveal, Unknown, UnknownRead} from '../text/index.ts';
import {asText, render, type Scope, typeNameOf, type Value} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';

/**
 * The user whose session carries a task out, or, without a task, what belongs to the play: facts, journal. The
 * variables of the host are above the keywords, as Ansible has it.
 * @throws VprovError for a mistake in a template, UnknownRead when it depends on what is not known yet
 */
export function userOf(task: {readonly become: Become} | undefined, context: Context, scope: Scope): string {
  const {play, loginUser, becomes} = context;
  const says = becomes.become ?? task?.become.become ?? play.become.become ?? false;
  if (!(typeof says === 'boolean' ? says : asBoolean(says, scope))) return loginUser;
  if (becomes.user !== undefined) return becomes.user;
  const name = task?.become.user ?? play.become.user;
  return name ? asName(name, scope) : 'root';
}

function asBoolean(node: Node, scope: Scope): boolean {
  const value = known(node, scope);
  if (typeof value === 'boolean') return value;
  const hint =
    typeof value === 'string' ? 'where its value stands, write true or false without quotes' : undefined;
  throw wrong(node, `become is neither true nor false, but ${typeNameOf(value)}`, hint);
}

function asName(node: Node, scope: Scope): string {
  const text = asText(known(node, scope));
  const name = text && reveal(text);
  if (name === undefined || !isUserName(name))
    throw wrong(node, 'become_user is not the name of a user', userHint);
  return name;
}

/** Whether it may be a user's name: sudo and su take what begins with a minus for an option. */
export function isUserName(text: string): boolean {
  return /^[^\s-]\S*$/.test(text) && !text.includes('\0');
}

function known(node: Node, scope: Scope): Value {
  const value = render(node, scope);
  if (value instanceof Unknown) throw new UnknownRead(value);
  return value;
}

const userHint = 'write one name, as root: options of sudo or su are become_flags, a variable of the host';

function wrong(node: Node, message: string, hint?: string): VprovError {
  return new VprovError(errorDiagnostic(engineCodes, 'ENG007', message, {source: node.source, hint}));
}
