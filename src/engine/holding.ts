import {TransportError} from '../transport/index.ts';
import {allEnded, Slots} from './concurrency.ts';
import type {Hosts} from './drivers/among.ts';
import type {EventBody} from './effect.ts';
import {LockHeld} from './stop.ts';

export interface Holding {
  /** The hosts of the play, those that `--limit` leaves out, too. */
  readonly names: readonly string[];
  readonly hosts: Pick<Hosts, 'reach'>;
  readonly forks: number;
  readonly emit: (event: EventBody) => void;
}

/**
 * Takes the locks of all hosts of a play, once, and keeps them to the end of the run: two runs that are limited to different
 * members of a cluster would each find it well, and both stop one. Who cannot be reached is said not to be held: where most
 * hosts are off, the others are to be brought up nevertheless.
 * @returns to be called with the user whose sessions hold the locks. @throws LockHeld, Interrupted
 */
export function holdingOf({names, hosts, forks, emit}: Holding): (user: string) => Promise<void> {
  const missed = new Set<string>();
  const hold = async (name: string, user: string): Promise<void> => {
    try {
      const {writing} = await hosts.reach(name);
      await writing.lock(user);
    } catch (error) {
      if (error instanceof LockHeld && error.otherName !== undefined) return;
      if (!(error instanceof TransportError) || error.failure === 'aborted') throw error;
      if (missed.has(name)) return;
      missed.add(name);
      const message = `${name} is not held, and another run may be at work there, on the same cluster: ${error.message}`;
      emit({type: 'note', message});
    }
  };
  const holdAll = async (user: string): Promise<void> => {
    const slots = new Slots(forks);
    await allEnded(
      names.map(async (name) => {
        const leave = await slots.take();
        await hold(name, user).finally(leave);
      }),
    );
  };
  let held: Promise<void> | undefined;
  return (user) => {
    held ??= holdAll(user).catch((error: unknown) => {
      held = undefined;
      throw error;
    });
    return held;
  };
}
