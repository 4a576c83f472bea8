import {spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {connect as connectTcp} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Carrier, CarrierWatcher, Channel, Refusal} from './carrier.ts';
import {ownHome, passwdEntry} from './own-home.ts';
import {processChannel} from './process-channel.ts';

/**
 * This machine as a host. Commands run as after a login (the user's home, no variables of ours, no profile), each in a
 * session of its own, so that Ctrl-C in our terminal is for us alone.
 */
export function localCarrier(): Carrier {
  const channels = new Set<Channel>();
  const watchers: CarrierWatcher[] = [];
  const end = (): void => {
    for (const channel of channels) channel.close();
    for (const {lost, closed} of watchers.splice(0)) {
      lost(undefined);
      closed();
    }
  };
  return {
    exec: async (command) => {
      const {username, homedir, shell} = passwdEntry() ?? {
        username: String(process.getuid?.() ?? ''),
        homedir: ownHome(),
        shell: '/bin/sh',
      };
      const child = spawn('/bin/sh', ['-c', command], {
        detached: true,
        cwd: mayEnter(homedir) ? homedir : '/',
        env: {
          HOME: homedir,
          USER: username,
          LOGNAME: username,
          SHELL: shell ?? '/bin/sh',
          PATH: process.env.PATH,
        },
      });
      const opened = processChannel(child);
      channels.add(opened.channel);
      opened.channel.once('close', () => channels.delete(opened.channel));
      return opened;
    },
    forward: connectedTo,
    watch: (watcher) => void watchers.push(watcher),
    end,
    destroy: end,
  };
}

function connectedTo(host: string, port: number): Promise<Duplex | Refusal> {
  return new Promise((resolve) => {
    const socket = connectTcp({host, port, noDelay: true});
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error) => resolve({refused: 'failed', reason: error.message}));
  });
}

/** As sshd does it: who has no home begins in /. */
function mayEnter(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
