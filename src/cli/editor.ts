import {spawn} from 'node:child_process';

/**
 * Lets the person edit a file, in an editor with its arguments as `$EDITOR` names it. An editor that does not end is
 * ended with vprov: `exec` makes it the process that is asked to, `env` takes `VISUAL='TERM=x vi'`.
 * @returns why the file must not be used
 */
export function runEditor(
  editor: string,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', `exec env ${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
      env: environment,
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, {once: true});
    const end = (problem: string | undefined): void => {
      signal.removeEventListener('abort', stop);
      resolve(problem);
    };
    child.on('error', (error) => end(`the editor cannot be started: ${error.message}`));
    child.on('exit', (code, killedBy) => {
      if (signal.aborted) end('vprov was told to stop');
      else if (code === 0) end(undefined);
      else end(`the editor '${editor}' ended with ${code === null ? killedBy : `exit code ${code}`}`);
    });
  });
}
