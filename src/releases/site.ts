import {isAbsolute, join} from 'node:path';
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
  const shown = shownAddress(url);
  const silence = new AbortController();
  const alarm = (): NodeJS.Timeout => setTimeout(() => silence.abort(), silenceMs);
  let timer = alarm();
  const both = AbortSignal.any([signal, silence.signal]);
  const stalled = (): ReleaseTrouble =>
    new ReleaseTrouble(
      `${shown} said nothing for ${Math.round(silenceMs / 1000)} s`,
      'try again, or name a mirror',
    );
  let response: Response;
  try {
    const headers = from > 0 ? {range: `bytes=${from}-`} : {};
    response = await fetch(url, {headers, signal: both, redirect: 'follow'});
  } catch (error) {
    clearTimeout(timer);
    if (signal.aborted) throw signal.reason;
    if (silence.signal.aborted) throw stalled();
    throw new ReleaseTrouble(
      `${shown} cannot be reached: ${reasonOf(error)}`,
      'name a mirror, or fill the cache by vprov release fetch',
      {cause: error},
    );
  }
  if (!response.ok || !response.body) {
    clearTimeout(timer);
    await response.body?.cancel();
    // The file ends before that byte: what is there of it is not the beginning of this one. @see RFC 9110, 15.5.17
    if (response.status === 416 && from > 0) return openRemote(url, {signal, silenceMs});
    const missing =
      response.status === 404 ? 'there is no such release, or no build for this platform' : undefined;
    throw new ReleaseTrouble(`${shown} answered ${response.status}`, missing);
  }
  const body = async function* (source: AsyncIterable<Uint8Array>) {
    try {
      for await (const chunk of source) {
        clearTimeout(timer);
        yield chunk;
        timer = alarm();
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw silence.signal.aborted ? stalled() : new ReleaseTrouble(`${shown} broke off: ${reasonOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  };
  const goesOn = response.status === 206;
  const length = Number(response.headers.get('content-length'));
  return {
    body: Readable.from(body(response.body), {objectMode: false}),
    from: goesOn ? from : 0,
    ...(length > 0 ? {sizeBytes: length + (goesOn ? from : 0)} : {}),
  };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
