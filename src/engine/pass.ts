import type {Facts} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import type {Layer, Scope} from '../values/index.ts';
import type {Context} from './context.ts';
import type {TaskLabel} from './events.ts';

/** What the pass of a task knows of itself. */
export interface Pass {
  readonly task: Task;
  readonly context: Context;
  readonly scope: Scope;
  readonly above: readonly Layer[];
  readonly user: string;
  /** As the driver's messages name it. */
  readonly label: TaskLabel;
}

/** The host's facts; before they are gathered, reading one of them throws UnknownRead. */
export function factsOf({context}: Pass): Facts {
  const {facts} = context.learned;
  if (!(facts instanceof Unknown)) return facts as Facts;
  return new Proxy({} as Facts, {
    get: () => {
      throw new UnknownRead(facts);
    },
  });
}
