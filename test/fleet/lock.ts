import {spawn} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {cacheDir} from './layout.ts';

/**
 * Runs `work` while no other process on this machine holds the lock `name`.
 * The lock is a child's (flock(1); lockf(1) on macOS) that ends with its standard input:
 * it is free again however this process ends, SIGKILL included.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheDir('locks'), {recursive: true});
  const file = cacheDir('locks', name);
  const hold = ['sh', '-c', 'echo held; exec cat'];
  const child =
    process.platform === 'darwin'
      ? spawn('lockf', ['-k', file, ...hold], {stdio: ['pipe', 'pipe', 'inherit']})
      : spawn('flock', [file, ...hold], {stdio: ['pipe', 'pipe', 'inherit']});
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', () => resolve());
    void closed.then(() => reject(new Error(`the lock ${file} cannot be taken`)));
  });
  try {
    return await work();
  } finally {
    child.stdin.end();
    await closed;
  }
}
