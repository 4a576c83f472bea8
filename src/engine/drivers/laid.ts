import {NotProbed} from '../../resources/index.ts';
import type {HostAccess} from '../host.ts';
import type {Known} from '../overlay.ts';

/** Asks the host for what this turns out to need: behind a link, what is planned was asked for by no name that it has. */
export async function laid<T>(lay: (known: Known) => T, user: string, host: HostAccess): Promise<T> {
  for (;;) {
    const knowledge = host.knowledge(user);
    try {
      return lay((ref) => knowledge.of(ref));
    } catch (error) {
      const missing = error instanceof NotProbed ? host.missing(user, [error.ref]) : [];
      if (missing.length === 0) throw error;
      await host.probe(user, missing);
    }
  }
}
