import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach} from 'vitest';
import {Bench} from './engine.ts';
import {type Ring, type RingOptions, startRing} from './ring.ts';

/** The host `wallpi` of a suite, a project for it, and a directory on it that is new for each test. */
export interface OneHost {
  readonly ring: Ring;
  readonly bench: Bench;
  /** The directory, made as root. */
  readonly place: string;
  /** In that directory. */
  at(...names: readonly string[]): string;
}

/**
 * Starts the host before the tests of the suite that this is called in, and stops it after them.
 * @param variables of the host, in the inventory
 * @param directories what the names of the directories begin with
 */
export function oneHost(
  options: RingOptions,
  variables: Readonly<Record<string, unknown>> = {},
  directories = 'test-',
): OneHost {
  let ring: Ring | undefined;
  let bench: Bench | undefined;
  let count = 0;
  const begun = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the host is there while tests run');
    return value;
  };
  const host: OneHost = {
    get ring() {
      return begun(ring);
    },
    get bench() {
      return begun(bench);
    },
    get place() {
      return path.join(host.ring.directory, 'home-pi', `${directories}${count}`);
    },
    at: (...names) => path.join(host.place, ...names),
  };
  beforeAll(async () => {
    ring = await startRing(options);
    bench = new Bench({wallpi: ring}, {wallpi: variables});
  });
  beforeEach(() => {
    count += 1;
    mkdirSync(host.place);
  });
  afterAll(async () => {
    bench?.remove();
    await ring?.stop();
  });
  return host;
}
