import {sh} from '../shell/index.ts';
import type {ActionPorts} from './contract.ts';

const readTimeoutMs = 600_000;

/** The bytes of a file of the host, or why there are none. */
export type FileRead = {readonly bytes: Buffer} | {readonly problem: string; readonly missing: boolean};

/** Reads a file through the session, up to a limit. What is over it is not cut but refused. */
export async function readFile(path: string, limitBytes: number, ports: ActionPorts): Promise<FileRead> {
  const {exitCode, stdout, stderr} = await ports.run(
    sh`p=${path}
if [ ! -e "$p" ]; then exit 4; fi
[ -f "$p" ] || { echo 'it is no file' >&2; exit 1; }
[ -r "$p" ] || { echo 'this user may not read it' >&2; exit 1; }
head -c ${limitBytes + 1} <"$p"`,
    readTimeoutMs,
  );
  if (exitCode === 4) return {problem: `there is no ${path} on the host`, missing: true};
  if (exitCode !== 0)
    return {problem: `${path} cannot be read: ${stderr.toString('utf8').trim()}`, missing: false};
  if (stdout.length > limitBytes)
    return {problem: `${path} has more than ${limitBytes / 1024 / 1024} MiB`, missing: false};
  return {bytes: stdout};
}
