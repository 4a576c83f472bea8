import {once} from 'node:events';
import {createReadStream} from 'node:fs';
import type {Readable} from 'node:stream';
import {sh} from '../shell/index.ts';
import {reveal} from '../text/index.ts';
import type {Channel} from './carrier.ts';
import {TransportError, type UploadOptions, type UploadSource} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import {abortedError, lastWords, timeoutError} from './failures.ts';
import type {Link} from './link.ts';
import {openShellChannel} from './shell-channel.ts';
import {endingMs, endlessError, endOfReceiver, stallError, usualStallMs} from './upload-watch.ts';

/** Exit codes of the script on the host. */
const exitCodes = {cannotCreate: 91, cannotWrite: 92, wrongSize: 93, wrongChecksum: 94, noGzip: 95} as const;

/**
 * Streams a source into a new file through an exec channel of its own. The host's side checks length and SHA-256,
 * and removes the file itself when anything is wrong: so nothing is left when we, or the connection, go away.
 * @throws TransportError
 */
export async function upload(
  link: Link,
  user: string,
  path: string,
  source: UploadSource,
  options: UploadOptions,
): Promise<void> {
  const {gzip, ...plain} = source;
  try {
    await uploadOnce(link, user, path, source, options);
  } catch (error) {
    if (!gzip || !(error instanceof NoGzip)) throw error;
    await uploadOnce(link, user, path, plain, options);
  }
}

/** The host cannot unpack what gzip has made smaller. */
class NoGzip extends TransportError {}

async function uploadOnce(
  link: Link,
  user: string,
  path: string,
  source: UploadSource,
  options: UploadOptions,
): Promise<void> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const stopped = AbortSignal.any([options.signal, timeout]);
  const stopError = (): TransportError =>
    timeout.aborted
      ? timeoutError(link.hostName, `the upload of ${path}`, options.timeoutMs)
      : abortedError(link.hostName);
  const shell = await openShellChannel(link, {
    user,
    script: reveal(receivingScript(path, source).text),
    onMark: () => undefined,
    signal: stopped,
  }).catch((error: unknown) => {
    throw stopped.aborted ? stopError() : error;
  });
  const channel = shell.channel;
  const onStop = (): void => void channel.end();
  stopped.addEventListener('abort', onStop);
  const {stallMs = usualStallMs} = options;
  let readError: Error | undefined;
  let stalled: TransportError | undefined;
  try {
    await send(channel, source, shell.ended, stopped, options.onProgress, {
      ms: stallMs,
      error: (sentBytes) => stallError(link, path, sentBytes, stallMs),
    });
  } catch (error) {
    if (error instanceof TransportError) stalled = error;
    else readError = error instanceof Error ? error : new Error(String(error));
  }
  channel.end();
  const waitMs = stalled ? 0 : endingMs(source.sizeBytes, stallMs);
  const ending = await endOfReceiver(link, user, shell, waitMs, stopped);
  stopped.removeEventListener('abort', onStop);
  if (ending?.exitCode === 0) return;
  if (stopped.aborted) throw stopError();
  const lost = link.lost();
  if (!ending) throw lost ?? stalled ?? endlessError(link, path, waitMs);
  throw lost ?? uploadError(link, path, source, ending, readError);
}

/**
 * `noclobber` makes the file with O_EXCL: what is there already, or was put there as a link, is never written to.
 * Old busybox knows `sync` only without a file. The card is written while the checksum is made. openssl, where a host
 * has it, is several times faster than sha256sum.
 */
function receivingScript(path: string, source: UploadSource): ReturnType<typeof sh> {
  const {cannotCreate, cannotWrite, wrongSize, wrongChecksum, noGzip} = exitCodes;
  const isPacked = source.gzip !== undefined;
  return sh`export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 077
set -C
file=${path}
fail() { rm -f -- "$file"; exit $1; }
${isPacked ? sh`command -v gzip >/dev/null 2>&1 || { cat >/dev/null; exit ${noGzip}; }` : sh`:`}
( : >"$file" ) || exit ${cannotCreate}
set +C
trap 'fail ${cannotWrite}' HUP INT TERM PIPE
${isPacked ? sh`gzip -dc` : sh`cat`} >"$file" || fail ${cannotWrite}
size=$(wc -c <"$file")
[ "$size" -eq ${source.sizeBytes} ] || fail ${wrongSize}
sync "$file" >/dev/null 2>&1 &
syncing=$!
sum=$(openssl dgst -sha256 -r <"$file" 2>/dev/null || sha256sum <"$file")
[ "\${sum%% *}" = ${source.sha256} ] || fail ${wrongChecksum}
wait "$syncing" || sync || fail ${cannotWrite}
`;
}

/** A local file as the content of an upload, in pieces that are large for its speed, and small for many hosts at once. */
export function openForUpload(file: string): Readable {
  return createReadStream(file, {highWaterMark: 256 * 1024});
}

/** How long a channel may take no byte, and the error that then is thrown. */
interface Stall {
  readonly ms: number;
  error(sentBytes: number): TransportError;
}

/**
 * Sends the bytes as fast as the channel takes them, until all are sent, it is stopped, or the host has ended.
 * @throws TransportError when the channel stalls
 */
async function send(
  channel: Channel,
  source: UploadSource,
  ended: Promise<Ending>,
  stopped: AbortSignal,
  onProgress: ((sentBytes: number) => void) | undefined,
  stall: Stall,
): Promise<void> {
  const stream = (source.gzip ?? source).open();
  let over = stopped.aborted;
  const stop = (): void => {
    over = true;
    // Wakes the loop where it waits for the source or for the channel.
    stream.destroy();
    channel.emit('drain');
  };
  void ended.then(stop);
  stopped.addEventListener('abort', stop);
  let sentBytes = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      if (over) return;
      if (!channel.write(bytes)) await drained(channel, stall, sentBytes);
      sentBytes += bytes.length;
      onProgress?.(sentBytes);
    }
  } catch (error) {
    if (!over) throw error;
  } finally {
    over = true;
    stopped.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** @throws TransportError when that takes too long */
async function drained(channel: Channel, {ms, error}: Stall, sentBytes: number): Promise<void> {
  const tooLong = AbortSignal.timeout(ms);
  try {
    await once(channel, 'drain', {signal: tooLong});
  } catch (cause) {
    throw tooLong.aborted ? error(sentBytes) : cause;
  }
}

function uploadError(
  link: Link,
  path: string,
  source: UploadSource,
  ending: Ending,
  readError: Error | undefined,
): TransportError {
  const said = lastWords(ending.stderr);
  const failed = (message: string): TransportError =>
    new TransportError('upload', `${message}${said ? `: ${said}` : ''}`, undefined, {cause: readError});
  if (readError) return failed(`the source of ${path} cannot be read (${readError.message})`);
  switch (ending.exitCode) {
    case exitCodes.noGzip:
      return new NoGzip('upload', `${link.hostName} has no gzip`);
    case exitCodes.cannotCreate:
      return failed(`cannot make ${path} on ${link.hostName}`);
    case exitCodes.cannotWrite:
      return failed(`cannot write ${path} on ${link.hostName}`);
    case exitCodes.wrongSize:
      return failed(`${path} on ${link.hostName} did not get the ${source.sizeBytes} bytes it should`);
    case exitCodes.wrongChecksum:
      return failed(`${path} on ${link.hostName} got other bytes than those of SHA-256 ${source.sha256}`);
    default:
      return failed(`the upload of ${path} to ${link.hostName} ended (exit code ${ending.exitCode})`);
  }
}
