import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Makes a key in a directory, with a passphrase or without. @returns its path */
export function makeKey(
  directory: string,
  name: string,
  passphrase = '',
  options: readonly string[] = [],
): string {
  const file = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, ...options, '-f', file]);
  return file;
}

/** Lets the key log in to a ring as any user. */
export function authorize(directory: string, ...keyFiles: readonly string[]): void {
  for (const file of keyFiles)
    appendFileSync(join(directory, 'authorized_keys'), readFileSync(`${file}.pub`));
}

export interface Agent {
  readonly socket: string;
  add(...keyFiles: readonly string[]): void;
  /** Keys that are used only when somebody agrees. */
  addConfirmed(...keyFiles: readonly string[]): void;
  /** A key with a passphrase. */
  unlock(keyFile: string, passphrase: string): void;
  stop(): Promise<void>;
}

/** A real ssh-agent of its own. */
export async function startAgent(directory: string): Promise<Agent> {
  const socket = join(directory, `agent-${Math.random()}`);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {...process.env, SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ''},
  });
  await once(agent.stdout, 'data');
  const env = {...process.env, SSH_AUTH_SOCK: socket};
  return {
    socket,
    add: (...keyFiles) => execFileSync('ssh-add', ['-q', ...keyFiles], {env, stdio: 'ignore'}),
    addConfirmed: (...keyFiles) => execFileSync('ssh-add', ['-q', '-c', ...keyFiles], {env, stdio: 'ignore'}),
    unlock: (keyFile, passphrase) => {
      const asker = join(directory, 'askpass');
      execFileSync('sh', ['-c', `printf '#!/bin/sh\\necho "$PASSPHRASE"\\n' >${asker}; chmod 700 ${asker}`]);
      const asking = {SSH_ASKPASS: asker, SSH_ASKPASS_REQUIRE: 'force', PASSPHRASE: passphrase};
      execFileSync('ssh-add', ['-q', keyFile], {env: {...env, ...asking}, stdio: 'ignore'});
    },
    stop: async () => {
      agent.kill();
      await once(agent, 'exit');
    },
  };
}
