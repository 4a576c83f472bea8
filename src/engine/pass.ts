import type {Facts} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import type {Layer, Scope, Value} from '../values/index.ts';
import type {Context} from './context.ts';
import type {TaskLabel} from './events.ts';
import type {Setting} from './setting.ts';

/** What the pass of a task knows of itself. */
export interface Pass {
  readonly task: Task;
  readonly context: Context;
  readonly scope: Scope;
  readonly above: readonly Layer[];
  readonly user: string;
  /** Of the host that the task is done on. */
  readonly facts: Value;
  readonly setting: Setting;
  /** As the driver's messages name it. */
  readonly label: TaskLabel;
}

/** Before it is known where, and in which surroundings, the task is done. */
export type BarePass = Omit<Pass, 'user' | 'facts' | 'setting'>;

/** The host's facts; before they are gathered, reading one of them throws UnknownRead. */
export function factsOf({facts}: Pick<Pass, 'facts'>): Facts {
  if (!(facts instanceof Unknown)) return facts as Facts;
  return new Proxy({} as Facts, {
    get: () => {
      throw new UnknownRead(facts);
    },
  });
}
