import {createInterruption, runProgram, type Terminal} from '../../../src/cli/index.ts';
import {
  apply,
  diagnose,
  drift,
  type Event,
  execOnHosts,
  findHostKeys,
  findVaults,
  gatherFacts,
  inspect,
  listRuns,
  lookAtNet,
  needsAttention,
  plan,
  type Run,
  type RunOptions,
  readRecord,
  rootTokenOf,
  type Summary,
  trustKeys,
  undo,
  wayIn,
} from '../../../src/engine/index.ts';

export interface Told {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the engine was asked for; undefined: it was not loaded. */
  readonly options: RunOptions | undefined;
}

export type Engine = (options: RunOptions) => Run;

/** An engine that says these events and ends with this code. */
export function engineOf(events: readonly Event[], exitCode: Summary['exitCode'] = 0): Engine {
  const each = async function* (): AsyncGenerator<Event> {
    yield* events;
  };
  return () => ({events: each(), done: Promise.resolve({hosts: {}, exitCode, durationMs: 1})});
}

/** Runs the program as typed, without a process. */
export async function type(
  line: string,
  engine: Engine = engineOf([]),
  terminal: Partial<Terminal> = {},
): Promise<Told> {
  const [out, err]: [string[], string[]] = [[], []];
  let options: RunOptions | undefined;
  const run: Engine = (given) => {
    options = given;
    return engine(given);
  };
  const exitCode = await runProgram(
    line.split(' ').filter((word) => word !== ''),
    {
      stdout: {write: (text) => out.push(text)},
      stderr: {write: (text) => err.push(text)},
      cwd: '/home/pi/fleet',
      environment: {},
      now: () => 0,
      interruption: createInterruption({say: () => undefined, giveUp: () => undefined}),
      readText: () => undefined,
      listFolder: (path) => (path.endsWith('/playbooks') ? ['README.md', 'b.yml', 'vault.yml'] : undefined),
      every: () => () => undefined,
      ...terminal,
    },
    async () => ({
      run,
      inspect,
      listRuns,
      readRecord,
      findHostKeys,
      findVaults,
      rootTokenOf,
      trustKeys,
      execOnHosts,
      gatherFacts,
      wayIn,
      diagnose,
      lookAtNet,
      needsAttention,
      undo,
      plan,
      apply,
      drift,
    }),
  );
  return {exitCode, stdout: out.join(''), stderr: err.join(''), options};
}
