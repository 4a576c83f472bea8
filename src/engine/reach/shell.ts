import {type Diagnostic, errorDiagnostic} from '../../errors/index.ts';
import {
  type Connection,
  type ConnectOptions,
  createConnector,
  type HostTerminal,
  interactiveArguments,
  type TerminalOptions,
  TransportError,
} from '../../transport/index.ts';
import {engineCodes} from '../codes.ts';
import {lineOf} from './exec.ts';
import {type ChosenHost, chooseHosts, type ReachOptions} from './hosts.ts';

/** How a person gets a terminal on a host: by a program to be run here, or by a connection of our own. */
export type WayIn =
  | {
      readonly by: 'program';
      readonly program: string;
      readonly args: readonly string[];
      /** Whether it is on this machine what a terminal's Ctrl-C is for. */
      readonly takesInterrupts: boolean;
      /** Why the host lets nobody in as the inventory says, by a login of our own; undefined where it does, or is not heard. */
      refusal(signal: AbortSignal): Promise<TransportError | undefined>;
    }
  | {
      readonly by: 'connection';
      /** @throws TransportError */
      open(options: TerminalOptions): Promise<{terminal: HostTerminal; close(): Promise<void>}>;
    };

/**
 * Finds the way in to one host: the system's `ssh` where that can be told all that the inventory says, else our own SSH.
 * `command`: instead of a login shell; one word is a line for the shell, several a program and its arguments.
 * `atTerminal`: whether somebody sits there; otherwise ssh gives the command no terminal.
 */
export async function wayIn(
  options: ReachOptions & {readonly command: readonly string[]; readonly atTerminal?: boolean},
): Promise<{readonly diagnostics: readonly Diagnostic[]; readonly host?: string; readonly way?: WayIn}> {
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const [host, another] = hosts;
  if (!host) return {diagnostics};
  if (another) return {diagnostics: [...diagnostics, oneHostOnly(hosts)]};
  const command = options.command.length === 0 ? undefined : lineOf(options.command);
  const {environment} = options;
  if (host.options.transport === 'local') {
    const shell = environment.SHELL || '/bin/sh';
    const args = command === undefined ? ['-l'] : ['-c', command];
    return {diagnostics, host: host.name, way: {...byProgram(shell, args), takesInterrupts: true}};
  }
  const args = await interactiveArguments(host.options, environment, command, options.atTerminal);
  if (args) {
    const refusal = (signal: AbortSignal) => refusalOf({...host.options, signal}, environment);
    return {diagnostics, host: host.name, way: {...byProgram('ssh', args), refusal}};
  }
  const open = async (terminal: TerminalOptions) => {
    // What can open a terminal is our own.
    const connection: Connection = await connect({...host.options, transport: 'ssh'});
    try {
      const isPlain = options.atTerminal === false;
      const wanted = {...terminal, isPlain, ...(command === undefined ? {} : {command})};
      return {terminal: await connection.terminal(wanted), close: () => connection.close()};
    } catch (error) {
      await connection.close();
      throw error;
    }
  };
  return {diagnostics, host: host.name, way: {by: 'connection', open}};
}

function byProgram(program: string, args: readonly string[]) {
  const refusal = async () => undefined;
  return {by: 'program', program, args, takesInterrupts: false, refusal} as const;
}

/** Nobody is asked for anything: that has been done. */
async function refusalOf(
  {onWaiting: _, ...options}: ConnectOptions,
  environment: ReachOptions['environment'],
): Promise<TransportError | undefined> {
  try {
    const connection = await createConnector({environment})(options);
    await connection.close();
    return undefined;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return error.failure === 'authentication' ? error : undefined;
  }
}

function oneHostOnly(hosts: readonly ChosenHost[]): Diagnostic {
  return errorDiagnostic(engineCodes, 'ENG010', 'a terminal is of one host', {
    hint: `this names ${hosts.map(({name}) => name).join(', ')}; for several: vprov exec PATTERN -- CMD`,
  });
}

export type {HostTerminal, TerminalOptions};
