import {isAbsolute, join, resolve} from 'node:path';
import {Readable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {errorCode} from '../errors/index.ts';
import {IrregularFile, streamRegular} from './regular.ts';
import {ReleaseTrouble} from './trouble.ts';

/** A file of a release site as it comes. */
export interface Download {
  readonly body: Readable;
  /** Where the site says it. */
  readonly sizeBytes?: number;
  /** The first byte's place in the file: not 0 where the site went on from there. */
  readonly from: number;
  /** As the site says that it has packed the file for the way; it is unpacked already. */
  readonly encoding?: string;
}

export interface DownloadOptions {
  /** Go on from this byte, if the site can. */
  readonly from?: number;
  /** Whether a file of a folder may be a link; `follow` where nobody says. */
  readonly links?: 'follow' | 'refuse' | undefined;
  readonly signal: AbortSignal;
  /** Longest silence, in milliseconds, before the site counts as stalled. */
  readonly silenceMs: number;
}

/**
 * Opens a file of a release site, or of a mirror with the same layout: a folder, `file:` or `http(s):`.
 * @param site undefined: `path` is a whole address
 * @throws ReleaseTrouble when it is not to be had
 */
export async function openRelease(
  site: string | undefined,
  path: string,
  options: DownloadOptions,
): Promise<Download> {
  const [root = path, ...below] = site === undefined ? [] : [site, path];
  const problem = addressProblem(root);
  if (problem) throw new ReleaseTrouble(`the address ${shownAddress(root)} ${problem.message}`, problem.hint);
  const local = localPath(root);
  if (local !== undefined) return openLocal(join(local, ...below), options);
  return openRemote([root.replace(/\/+$/, ''), ...below].join('/'), options);
}

function localPath(address: string): string | undefined {
  if (isAbsolute(address)) return address;
  return /^file:/i.test(address) ? fileURLToPath(address) : undefined;
}

/** Without the address in front: `names a host …`. */
export interface AddressProblem {
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with the address of a mirror or of a file. A path is fine, whatever there is. */
export function addressProblem(address: string): AddressProblem | undefined {
  if (address.includes('\0')) return {message: 'has a character that no path has (NUL)', hint: 'take it out'};
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(address) ?? [];
  if (scheme === undefined) return undefined;
  if (!/^(https?|file)$/i.test(scheme))
    return {
      message: 'is neither a folder or file nor http: or https:',
      hint: 'fetch what is there to this machine, and name that',
    };
  if (!URL.canParse(address))
    return {message: 'is no URL', hint: 'for example https://mirror.example/releases'};
  if (holdsPassword(address))
    return {message: 'holds a password, which is not sent', hint: 'take it out of the address'};
  return /^file$/i.test(scheme) ? fileUrlProblem(new URL(address)) : undefined;
}

/** @see fileURLToPath of Node, which throws for these */
function fileUrlProblem({host, pathname}: URL): AddressProblem | undefined {
  if (host !== '')
    return {
      message: `names the host ${host}, and a file: is on this machine`,
      hint: `a folder of this machine has three slashes: file:///${host}${pathname}; another machine's comes by http:`,
    };
  const [encoded] = /%(2f|00|(?![0-9a-f]{2})..?)/i.exec(pathname) ?? [];
  return encoded === undefined
    ? undefined
    : {message: `has ${encoded}, which is in no path`, hint: 'write the path itself, without file:'};
}

async function openLocal(file: string, {from = 0, links = 'follow'}: DownloadOptions): Promise<Download> {
  try {
    const {stream, sizeBytes} = await streamRegular(file, links, {start: from});
    return {body: Readable.from(inWords(file, stream), {objectMode: false}), sizeBytes, from};
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* inWords(file: string, pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): ReleaseTrouble {
  if (error instanceof IrregularFile)
    return new ReleaseTrouble(
      `${file} cannot be read: ${error.message}`,
      'put the file itself there, or name another mirror',
    );
  const code = errorCode(error) ?? 'unreadable';
  return new ReleaseTrouble(
    code === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read: ${code}`,
    code === 'ENOENT'
      ? 'the mirror lacks this version or platform, or is laid out otherwise'
      : 'see what is there, or name another mirror',
  );
}

/** A folder or a file is relative to a directory; what has a scheme is as it is. */
export function absoluteAddress(address: string, directory: string): string {
  const isWhole = isAbsolute(address) || /^[a-z][a-z0-9+.-]*:/i.test(address);
  return isWhole ? address : resolve(directory, address);
}

/** An address as it may be shown: without a password, and without a query, which may be one. */
export function shownAddress(address: string): string {
  if (!/^(?!file:)[a-z][a-z0-9+.-]*:/i.test(address) || !URL.canParse(address)) return address;
  const url = new URL(address);
  const {username, password, search, hash} = url;
  if (username === '' && password === '' && search === '' && hash === '') return address;
  return `${url.protocol}//${url.host}${url.pathname}${search === '' ? '' : '?…'}`;
}

/** Whether an address holds a name or a password to log in with, which nobody should write there. */
function holdsPassword(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const {username, password} = new URL(address);
  return username !== '' || password !== '';
}

async function openRemote(url: string, {from = 0, signal, silenceMs}: DownloadOptions): Promise<Download> {
  const site: RemoteSite = {shown: shownAddress(url), signal, silence: silenceAfter(silenceMs), silenceMs};
  const {shown, silence} = site;
  let response: Response;
  try {
    // What is signed is the file itself, and a range is one of it.
    const headers = {'accept-encoding': 'identity', ...(from > 0 ? {range: `bytes=${from}-`} : {})};
    const both = AbortSignal.any([signal, silence.signal]);
    response = await fetch(url, {headers, signal: both, redirect: 'follow'});
  } catch (error) {
    throw unreached(site, error);
  }
  const {status} = response;
  const said = response.headers.get('content-encoding') ?? 'identity';
  const encoding = said === 'identity' ? undefined : said;
  // The file ends before that byte: what is there of it is not the beginning of this one. @see RFC 9110, 15.5.17
  // And a part of what is packed is no part of the file.
  const startsAnew = from > 0 && (status === 416 || (status === 206 && encoding !== undefined));
  if (!response.ok || !response.body || startsAnew) {
    silence.end();
    await response.body?.cancel();
    if (startsAnew) return openRemote(url, {signal, silenceMs});
    const missing =
      status === 404
        ? 'there is no such release, or no build for this platform'
        : status >= 500
          ? 'it has trouble of its own: try again later, or name a mirror by `site`'
          : undefined;
    throw new ReleaseTrouble(`${shown} answered ${status}`, missing);
  }
  const begun = status === 206 ? from : 0;
  const length = Number(response.headers.get('content-length'));
  return {
    body: Readable.from(pieces(response.body, site, encoding), {objectMode: false}),
    from: begun,
    ...(encoding === undefined ? {} : {encoding}),
    // Of what is packed, it is not that of the file.
    ...(length > 0 && encoding === undefined ? {sizeBytes: length + begun} : {}),
  };
}

interface RemoteSite {
  /** Its address, for messages. */
  readonly shown: string;
  readonly signal: AbortSignal;
  readonly silence: Silence;
  readonly silenceMs: number;
}

interface Silence {
  /** Aborted when nothing was heard for too long. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  readonly end: () => void;
  readonly begin: () => void;
}

function silenceAfter(milliseconds: number): Silence {
  const controller = new AbortController();
  const alarm = (): NodeJS.Timeout => setTimeout(() => controller.abort(), milliseconds);
  let timer = alarm();
  return {
    signal: controller.signal,
    end: () => clearTimeout(timer),
    begin: () => {
      timer = alarm();
    },
  };
}

async function* pieces(
  source: AsyncIterable<Uint8Array>,
  site: RemoteSite,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  const {silence} = site;
  try {
    for await (const piece of source) {
      silence.end();
      yield piece;
      silence.begin();
    }
  } catch (error) {
    const packed = encoding === undefined ? '' : ` (it says content-encoding: ${encoding})`;
    throw endOf(site, error, `broke off: ${reasonOf(error)}${packed}`, 'try again: it goes on where it was');
  } finally {
    silence.end();
  }
}

/** Why nothing came. */
function unreached(site: RemoteSite, error: unknown): unknown {
  const reason = reasonOf(error);
  // @see https://fetch.spec.whatwg.org/#port-blocking
  return reason === 'bad port' && !site.signal.aborted
    ? endOf(
        site,
        error,
        'cannot be asked: its port is one of those that are not for http:, and Node.js connects to none of them',
        'let the mirror listen on another port (8080 for example), or name a folder or file:',
      )
    : endOf(
        site,
        error,
        `cannot be reached: ${reason}`,
        'name a mirror by `site`, or fetch where there is a way to it, and copy the cache (docs/releases.md)',
      );
}

/** Why nothing more comes: somebody wants no more, it is silent, or what is said. */
function endOf(
  {shown, signal, silence, silenceMs}: RemoteSite,
  error: unknown,
  what: string,
  hint: string,
): unknown {
  silence.end();
  // Whoever wants no more looks at the signal; its reason may be a mere word, which nobody would take for an error.
  if (signal.aborted)
    return new ReleaseTrouble(`${shown}: interrupted`, 'once more, it goes on where it was', {cause: error});
  if (!silence.signal.aborted) return new ReleaseTrouble(`${shown} ${what}`, hint, {cause: error});
  return new ReleaseTrouble(
    `${shown} said nothing for ${Math.round(silenceMs / 1000)} s`,
    'try again, or name a mirror',
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
