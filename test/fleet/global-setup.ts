import {ensureFleet} from './fleet.ts';

/**
 * Vitest runs this once before the fleet ring. The hosts stay up afterwards, for the next run and for a look
 * at them by hand; `make test` removes its own fleet at its end.
 */
export async function setup(): Promise<void> {
  await ensureFleet();
}
