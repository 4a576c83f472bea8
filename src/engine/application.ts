import type {AnyKind} from '../resources/index.ts';
import type {EventBody} from './effect.ts';
import type {TaskLabel} from './events.ts';
import type {HostAccess} from './host.ts';
import type {Limit, Setting} from './setting.ts';

/** What changes are made with, and for whom. */
export interface Application {
  readonly user: string;
  readonly task: TaskLabel;
  readonly host: HostAccess;
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly emit: (event: EventBody) => void;
  readonly setting: Setting;
  /** Ends what is under way. */
  readonly limit: Limit;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends a wait. */
  readonly softSignal: AbortSignal;
  /** What was there, or what was changed, could not be kept on the host, for reasons that the backup knows by number. */
  readonly onUnkept: (unkept: number) => void;
}
