import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {readFile, rm} from 'node:fs/promises';
import {connect as connectTo} from 'node:net';
import {join} from 'node:path';
import type {Duplex} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import type {Carrier, ExecChannel, Refusal} from './carrier.ts';
import {TransportError} from './contract.ts';
import {sharingArguments} from './openssh-arguments.ts';
import {processChannel} from './process-channel.ts';
import {startProgram} from './start-program.ts';

/** An ssh that is logged in and shares its connection. */
export interface Master {
  readonly directory: string;
  readonly controlPath: string;
  readonly process: ChildProcessWithoutNullStreams;
  readonly hostName: string;
  /** All that it has written to its standard error so far. */
  said(): string;
}

/** How ssh ends when it, and not the command, has failed; and where the command was ended by a signal. */
const sshFailed = 255;

/** The connection that a master shares: each channel is an ssh of its own that uses it. */
export function opensshCarrier(master: Master): Carrier {
  const {process: child, controlPath, hostName} = master;
  let channels = 0;
  const ended = once(child, 'close');
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;

  /** What a channel's end means is clear when it is known whether the connection has ended with it. */
  const beforeEnd = async (): Promise<void> => {
    if (await isListening(controlPath)) return;
    // Something may have removed its socket (what clears /tmp): nothing more goes over it.
    child.stdin.end();
    await ended;
  };
  const exitCodeOf = async (code: number | null): Promise<number | undefined> => {
    // Its log cannot be opened (exit code 1) where the directory has gone, which it does when the connection has ended.
    if (code !== null && code !== sshFailed && existsSync(master.directory)) return code;
    await beforeEnd();
    return undefined;
  };
  const start = (args: readonly string[]): ChildProcessWithoutNullStreams | Refusal => {
    try {
      return startProgram(hostName, 'ssh', args, {detached: true, env: {...process.env, LC_ALL: 'C'}});
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return {
        refused: 'failed',
        reason: error.message,
        ...(error.hint === undefined ? {} : {hint: error.hint}),
      };
    }
  };

  const exec = async (command: string): Promise<ExecChannel | Refusal> => {
    // What ssh itself has to say must not be taken for what the command says.
    const logFile = join(master.directory, `log-${channels++}`);
    const client = start([...sharingArguments(controlPath, logFile), '--', 'vprov', command]);
    if ('refused' in client) return client;
    let complaint = '';
    client.stderr.once('data', (first: Buffer) => {
      complaint = first.toString();
    });
    const opened = processChannel(client, {exitCodeOf, onClose: () => void client.kill()});
    const said = opened.ended.then(() => takeText(logFile));
    await opened.heardOf;
    if (complaint.startsWith(`Couldn't open logfile ${logFile}`)) {
      await opened.ended;
      return {refused: 'failed', reason: 'the connection has ended'};
    }
    if (client.exitCode !== sshFailed) return opened;
    const reason = /(?:session request failed|mux_client\w*): (.*)/.exec(await said)?.[1]?.trim();
    if (reason === undefined) return opened;
    return {refused: /refused by peer/.test(reason) ? 'full' : 'failed', reason};
  };

  const forward = async (address: string, port: number): Promise<Duplex | Refusal> => {
    const before = master.said().length;
    const host = address.includes(':') ? `[${address}]` : address;
    const way = ['-v', '-W', `${host}:${port}`, '--', 'vprov'];
    const client = start([...sharingArguments(controlPath, undefined), ...way]);
    if ('refused' in client) return client;
    const opened = processChannel(client, {beforeEnd, exitCodeOf, onClose: () => void client.kill()});
    const isOpen = new Promise<boolean>((resolve) => {
      let said = '';
      opened.channel.stderr.on('data', (part: Buffer) => {
        said += part.toString();
        if (/stdio_fwd: master session id/.test(said)) resolve(true);
      });
      void opened.ended.then(() => resolve(false));
    });
    if (await isOpen) return opened.channel;
    // The master told why before it told that ssh: it is only for us to read.
    await turn();
    const words = master.said().slice(Math.min(before, master.said().length));
    const reason = words.match(/open failed: (.*)/)?.[1]?.trim() ?? 'the connection was not made';
    return {
      refused: /prohibited/.test(reason) ? 'prohibited' : 'failed',
      reason: reason.replace(/^connect failed: /, ''),
    };
  };

  return {
    exec,
    forward,
    watch: ({lost, closed}) => {
      const tellLost = (): void => {
        const last = master.said().trim().split('\n').at(-1)?.trim();
        lost(last ? new Error(last) : undefined);
      };
      // It may have ended before anybody watches: where sshd gives up right after the login. Else it is told within the
      // event, not a turn later: what was under way over it ends by then, and must be known as lost.
      if (hasExited()) tellLost();
      else child.once('exit', tellLost);
      void ended.then(closed);
    },
    end: () => void child.stdin.end(),
    destroy: () => {
      // The supervisor leads the group; it can no longer remove the directory.
      if (child.pid !== undefined && !hasExited()) process.kill(-child.pid, 'SIGKILL');
      void rm(master.directory, {recursive: true, force: true});
    },
  };
}

/** Whether the master still takes connections. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connectTo(path);
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}

/** What is in a file, which is then removed; '' where there is none. */
async function takeText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, {force: true});
  return text;
}
