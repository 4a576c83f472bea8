import {mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach} from 'vitest';
import {Bench} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

/** Hosts of a suite, all of them on this machine, a project for them, and a directory that they share, new for each test. */
export interface SeveralHosts {
  readonly rings: Readonly<Record<string, Ring>>;
  readonly bench: Bench;
  readonly place: string;
  /** In that directory. */
  at(...names: readonly string[]): string;
}

/** Starts the hosts before the tests of the suite that this is called in, and stops them after them. */
export function severalHosts(names: readonly string[]): SeveralHosts {
  let rings: Readonly<Record<string, Ring>> = {};
  let bench: Bench | undefined;
  let shared = '';
  let count = 0;
  const hosts: SeveralHosts = {
    get rings() {
      return rings;
    },
    get bench() {
      if (bench === undefined) throw new Error('the hosts are there while tests run');
      return bench;
    },
    get place() {
      return path.join(shared, `test-${count}`);
    },
    at: (...parts) => path.join(hosts.place, ...parts),
  };
  beforeAll(async () => {
    const started = await Promise.all(
      names.map(async (name) => [name, await startRing({shell: 'dash'})] as const),
    );
    rings = Object.fromEntries(started);
    shared = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-shared-')));
    bench = new Bench(rings);
  });
  beforeEach(() => {
    count += 1;
    mkdirSync(hosts.place);
  });
  afterAll(async () => {
    bench?.remove();
    rmSync(shared, {recursive: true, force: true});
    await Promise.all(Object.values(rings).map((ring) => ring.stop()));
  });
  return hosts;
}
