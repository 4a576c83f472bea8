import {VprovError} from '../errors/index.ts';
import {checkArguments} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {isRefusal, type StateView, type Want} from '../resources/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {isMap, render} from '../values/index.ts';
import type {Context} from './context.ts';
import {firstUnknown} from './first-unknown.ts';

/** What a task would want, as far as that can be said without a look at the host and at local files. */
export function wantsBlindly(task: Task, context: Context): readonly Want[] {
  const entry = context.house.catalogue.modules.get(task.module);
  if (entry?.module.type !== 'state') return [];
  try {
    const args = render(task.args, context.scopes.forTask(task), entry.args.schema);
    if (!isMap(args)) return [];
    if (firstUnknown(args)) return [];
    if (checkArguments(task.module, args, task.args, context.house.catalogue).length > 0) return [];
    const {checkMode} = context;
    const wants: readonly Want[] | object = entry.module.want(args, blind, blindInputs, {
      checkMode,
      user: 'root',
    });
    return isRefusal(wants) || !Array.isArray(wants) ? [] : (wants as readonly Want[]);
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return [];
    throw error;
  }
}

const blind: StateView = {
  get: () => ({status: 'unreadable', reason: 'nothing is known of the host here'}),
};

function unread(): never {
  throw new UnknownRead(new Unknown('no local file is read here'));
}

const blindInputs = {content: unread, tree: unread, release: unread};
