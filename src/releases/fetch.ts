import {open, rm, stat} from 'node:fs/promises';
import {mostBytes as usualMostBytes} from './archive.ts';
import {digestOf} from './cache.ts';
import type {Place} from './origin.ts';
import {isMissing} from './regular.ts';
import {type Download, openRelease, shownAddress} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Longest silence of a site, in milliseconds. */
  readonly silenceMs: number;
  /** Of an archive, 1 GiB where nobody says. */
  readonly mostBytes?: number;
  /** How far the download is; `total` where the site says it. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

const smallLimitBytes = 1024 * 1024;

/** A list of checksums, a signature, a key. @throws ReleaseTrouble */
export async function fetchSmall({site, path, links}: Place, options: FetchOptions): Promise<Buffer> {
  const {body} = await openRelease(site, path, {...options, links});
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > smallLimitBytes)
      throw new ReleaseTrouble(`${shownAddress(path)} is far too large to be what it should be`);
    chunks.push(chunk);
  }
  const content = Buffer.concat(chunks);
  if (isPage(content))
    throw new ReleaseTrouble(`instead of ${shownAddress(path)} came a web page`, 'name a mirror');
  return content;
}

/** A file of a release. */
interface Wanted extends Place {
  /** For people. */
  readonly name: string;
}

/**
 * Fetches a file into `to`, going on where an earlier try was cut off; what has the wrong digest is thrown away.
 * @throws ReleaseTrouble
 */
export async function fetchArchive(
  file: Wanted,
  to: string,
  sha256: string,
  options: FetchOptions,
): Promise<void> {
  const have = await sizeOf(to);
  // A try before may have ended between the last byte and the unpacking.
  if (have > 0 && (await digestOf(to)).sha256 === sha256) return;
  const {from, sizeBytes, encoding} = await receive(file, to, have, options);
  const found = await digestOf(to);
  if (found.sha256 === sha256) return;
  const isPage = await looksLikePage(to);
  await rm(to, {force: true});
  // What was there before may have been something else, a proxy's page: the whole of it may be right.
  if (from > 0) return fetchArchive(file, to, sha256, options);
  if (sizeBytes !== undefined && found.sizeBytes < sizeBytes)
    throw new ReleaseTrouble(`${file.name} was cut off: ${found.sizeBytes} of ${sizeBytes} bytes`);
  const wrong = `${file.name} has the wrong checksum: ${found.sha256} instead of ${sha256}`;
  if (encoding !== undefined && !isPage)
    throw new ReleaseTrouble(
      `${wrong}; the site says content-encoding: ${encoding}, and it was unpacked`,
      'the site must not say so of what is an archive itself: set it right, or name a mirror',
    );
  throw new ReleaseTrouble(
    isPage ? `instead of ${file.name} came a web page` : wrong,
    'nothing of it was kept: try again, or name a mirror',
  );
}

/** @returns what the site said of it: where it began, how much there is, how it was packed for the way */
async function receive(
  {site, path, name, links}: Wanted,
  to: string,
  have: number,
  options: FetchOptions,
): Promise<Omit<Download, 'body'>> {
  const {body, ...said} = await openRelease(site, path, {...options, links, from: have});
  const {sizeBytes, from} = said;
  const {mostBytes = usualMostBytes} = options;
  let received = from;
  // Each piece is in the file before the next is asked for: what came before a cut is there to go on from.
  const handle = await open(to, from > 0 ? 'a' : 'w');
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (Math.max(received, sizeBytes ?? 0) > mostBytes) {
        await rm(to, {force: true});
        throw new ReleaseTrouble(
          `${name} is larger than any program: more than ${mostBytes} bytes`,
          'nothing of it was kept: it is not what was published',
        );
      }
      await handle.writeFile(chunk);
      options.onProgress?.(received, sizeBytes);
    }
  } finally {
    await handle.close();
  }
  return said;
}

async function looksLikePage(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return isPage(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function isPage(content: Buffer): boolean {
  return /^\s*<(?:!doctype|!--|html|head|body|\?xml)/i.test(content.toString('latin1', 0, 512));
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
