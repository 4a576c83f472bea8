import {type Known, type Observed, userRef} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {TransportError} from '../../transport/index.ts';
import type {HostAccess} from '../host.ts';
import type {Overlay} from '../overlay.ts';
import {laid} from './laid.ts';

/** What of a user decides what they may see. */
interface Credentials {
  readonly uid: number | undefined;
  readonly group: string | undefined;
  readonly groups: readonly string[] | undefined;
}

/**
 * Returns where a host that is asked as a user answers what it will answer when the changes planned so far are made: not
 * so of one whom a task before makes, or puts into another group.
 * @throws UnknownRead for these, and TransportError for one whom a task before removes
 */
export async function mayAskAs(
  user: string,
  {host, overlay}: {readonly host: HostAccess; readonly overlay: Overlay},
): Promise<void> {
  const {loginUser} = host.connection;
  if (overlay.isEmpty || user === loginUser || user === 'root') return;
  const ref = userRef(user);
  const [now, then] = await laid(
    (known) => [known(ref) as Known<Credentials>, overlay.see(ref, known) as Observed<Credentials>] as const,
    loginUser,
    host,
  );
  if (now.status === 'present' && then.status === 'absent')
    throw new TransportError('become', `${host.name} has no user ${user} any more when this task comes`);
  const reason = whyOther(user, now, then);
  // Users may come from elsewhere than the files of the host.
  if (reason === undefined || (then.status !== 'present' && (await canBecome(user, host)))) return;
  throw new UnknownRead(new Unknown(reason));
}

function whyOther(user: string, now: Known<Credentials>, then: Observed<Credentials>): string | undefined {
  if (then.status === 'unknown') return then.reason;
  if (then.status === 'absent') return then.mayCome;
  if (then.status !== 'present') return undefined;
  if (now.status !== 'present') return `${user} is not there yet: what they do is known when they are`;
  const isSame = (['uid', 'group', 'groups'] as const).every(
    (name) => JSON.stringify(now.state[name]) === JSON.stringify(then.state[name]),
  );
  return isSame
    ? undefined
    : `${user} will be in other groups by then: what they may do is known when they are`;
}

async function canBecome(user: string, host: HostAccess): Promise<boolean> {
  try {
    await host.connection.session(user);
    return true;
  } catch (error) {
    if (error instanceof TransportError && error.failure === 'become') return false;
    throw error;
  }
}
