import {constants} from 'node:os';
import type {Duplex} from 'node:stream';
import type {Client, ClientChannel} from 'ssh2';
import type {Carrier, ExecChannel, Refusal} from './carrier.ts';
import type {HostTerminal} from './contract.ts';
import {hungUpLine} from './hangup.ts';

/** A background process may hold the streams open after the command's exit: then their end is not waited for. */
const closeGraceMs = 1000;

/** RFC 4254, 5.1: why a channel was not opened. */
const administrativelyProhibited = 1;

/** A connection of ssh2 that is logged in, over a socket. */
export function ssh2Carrier(client: Client, socket: Duplex): Carrier {
  return {
    exec: (command) =>
      settled<ExecChannel>((done) =>
        client.exec(command, (error, channel) => {
          // `endOf` at once: the exit may be in the same packet.
          done(error ?? {channel, ended: endOf(channel)});
        }),
      ),
    terminal: ({type, columns, rows, command, isPlain = false}) =>
      settled<HostTerminal>((done) => {
        const pty = isPlain ? false : {term: type, cols: columns, rows, width: 0, height: 0};
        const opened = (error: Error | undefined, channel: ClientChannel): void =>
          done(error ?? hostTerminal(channel));
        if (command === undefined) client.shell(pty, opened);
        else client.exec(isPlain ? hungUpLine(command) : command, {pty}, opened);
      }),
    forward: (address, port) =>
      settled<Duplex>((done) =>
        client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => done(error ?? channel)),
      ),
    watch: ({lost, closed}) => {
      client.on('error', lost);
      client.on('close', () => {
        lost(undefined);
        closed();
      });
    },
    end: () => void client.end(),
    destroy: () => void socket.destroy(),
  };
}

type OpenFailure = Error & {readonly reason?: unknown};

/** What a call of ssh2 gave; it throws where the connection is no more. */
function settled<T extends object>(
  call: (done: (outcome: T | OpenFailure) => void) => void,
): Promise<T | Refusal> {
  return new Promise((resolve) => {
    const done = (outcome: T | OpenFailure): void =>
      resolve(outcome instanceof Error ? refusal(outcome) : outcome);
    try {
      call(done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function refusal(error: OpenFailure): Refusal {
  const reason = error.message.replace('(SSH) Channel open failure: ', '');
  if (error.reason === administrativelyProhibited) return {refused: 'prohibited', reason};
  return {refused: error.message.includes('Channel open failure') ? 'full' : 'failed', reason};
}

function hostTerminal(channel: ClientChannel): HostTerminal {
  let exitCode: number | undefined;
  channel.on('error', () => undefined);
  channel.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? signalExitCode(signal);
  });
  return {
    stream: channel,
    stderr: channel.stderr,
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
    ended: new Promise((resolve) => channel.once('close', () => resolve(exitCode))),
  };
}

/** As shells count: 128 and the signal's number. @see signal(7) */
function signalExitCode(name = ''): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[name.startsWith('SIG') ? name : `SIG${name}`] ?? 0);
}

function endOf(channel: ClientChannel): Promise<number | undefined> {
  return new Promise((resolve) => {
    let exitCode: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    // A reset connection ends in 'close' as well; without a listener 'error' would end the process.
    channel.on('error', () => undefined);
    channel.on('exit', (code: number | null) => {
      exitCode = code ?? undefined;
      timer = setTimeout(() => channel.close(), closeGraceMs);
    });
    channel.on('close', () => {
      clearTimeout(timer);
      resolve(exitCode);
    });
  });
}
