import {didYouMean, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Task} from '../playbook/index.ts';
import {holdsSecret, mask, reveal, Unknown, UnknownRead} from '../text/index.ts';
import {asText, omit, originsOfNode, render, type Scope} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';
import {ask, type Effect, type Interpretation, type OfHost, type Reply, type There} from './effect.ts';

/**
 * The host on which a task is done instead of its own; undefined for its own.
 * @throws VprovError for a host that is not in the inventory, UnknownRead when it cannot be told yet
 */
export function delegateOf({among}: Task, context: Context, scope: Scope): string | undefined {
  const node = among.delegateTo;
  if (!node) return undefined;
  const value = render(node, scope);
  if (value instanceof Unknown) throw new UnknownRead(value);
  if (value === omit) return undefined;
  const text = asText(value) ?? [];
  const name = reveal(text);
  if (name === context.host) return undefined;
  const {current, unknown, anywhere} = context.inventory;
  const names = [...current.hosts.keys()];
  if (names.includes(name)) return name;
  if (anywhere && unknown) throw new UnknownRead(unknown);
  const isHere = name === 'localhost' || name === '127.0.0.1';
  const message =
    name === ''
      ? 'delegate_to names no host'
      : `delegate_to names '${mask(text)}', which is not in the inventory`;
  const hint = isHere
    ? "name it in the inventory: 'localhost: {transport: local}' is the machine that vprov runs on"
    : ((holdsSecret(text) ? undefined : didYouMean(name, names)) ??
      `hosts are: ${names.slice(0, 8).join(', ')}`);
  const related = originsOfNode(node, scope);
  throw new VprovError(errorDiagnostic(engineCodes, 'ENG014', message, {source: node.source, hint, related}));
}

/** Reaches the host that a task is delegated to. @throws UnknownRead for who only looks ahead */
export function* reach(host: string): Interpretation<There> {
  const there = yield* ask({type: 'reach', host});
  if (!there) throw new UnknownRead(new Unknown(`${host} is not reached yet`));
  return there;
}

/** The same interpretation, what it asks of its host asked of another. Marks of owed handlers stay its own host's. */
export function* elsewhere<T>(host: string, work: Interpretation<T>): Interpretation<T> {
  let step = work.next();
  while (!step.done) {
    const effect = step.value;
    let reply: Reply;
    try {
      reply = isOfHost(effect) ? yield* ask({type: 'elsewhere', host, effect}) : yield effect;
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(reply);
  }
  return step.value;
}

function isOfHost(effect: Effect): effect is OfHost {
  switch (effect.type) {
    case 'doubt':
      return true;
    case 'need':
      return !effect.own;
    case 'change':
      return effect.changes.length > 0;
    case 'act':
      return !effect.action.local;
    default:
      return false;
  }
}
