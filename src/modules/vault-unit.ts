import {lastWordsOf} from '../resources/index.ts';
import type {Script} from '../shell/index.ts';
import type {Stuck} from '../vault/index.ts';
import type {ActionPorts} from './contract.ts';

/** A server writes out what it has before it ends; the unit's own limit is shorter. */
const restartTimeoutMs = 900_000;
const wordsTimeoutMs = 30_000;

/** A server's unit, and what it says after it was started. */
export interface WatchedUnit {
  /** Runs what restarts it. Resolves with what went wrong, and its last words since then. */
  start(script: Script): Promise<Stuck | undefined>;
  explained(stuck: Stuck): Promise<Stuck>;
}

export function watchUnit(unit: string, ports: Pick<ActionPorts, 'run' | 'now'>): WatchedUnit {
  let startedMs = ports.now();
  const explained = async (stuck: Stuck): Promise<Stuck> => {
    const {stdout} = await ports.run(lastWordsOf(unit, ports.now() - startedMs), wordsTimeoutMs);
    const lastWords = stdout.toString('utf8').trimEnd();
    return lastWords === '' ? stuck : {...stuck, lastWords};
  };
  return {
    explained,
    async start(script) {
      startedMs = ports.now();
      const {exitCode, stderr} = await ports.run(script, restartTimeoutMs);
      return exitCode === 0 ? undefined : explained({problem: stderr.toString('utf8').trim()});
    },
  };
}
