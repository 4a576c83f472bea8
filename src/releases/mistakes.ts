import {didYouMean, errorCode, errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import type {Architecture} from './architecture.ts';
import {releaseCodes} from './codes.ts';
import {productOfDownload} from './download.ts';
import {type Product, products} from './products.ts';
import {fitOf, type ProgramFacts} from './program.ts';
import {isSystemError} from './regular.ts';
import type {Cluster, ReleaseRequest} from './request.ts';
import {notBuilt} from './resolve.ts';
import {absoluteAddress} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';

/**
 * What is asked for: a known product, or what comes from a URL.
 * @param directory what a file is relative to
 * @throws VprovError
 */
export function productOf(
  {product: name, version, download}: ReleaseRequest,
  directory: string,
  source: Source | undefined,
): Product {
  if (download) {
    const {url, signature} = download;
    return productOfDownload(name, version, {
      ...download,
      url: absoluteAddress(url, directory),
      ...(signature === undefined ? {} : {signature: absoluteAddress(signature, directory)}),
    });
  }
  const product = products.get(name);
  if (product) return product;
  const names = [...products.keys()];
  throw wrong(
    'REL001',
    `no product '${name}' is known`,
    source,
    didYouMean(name, names) ?? `known: ${names.join(', ')}; others come from a url, with a checksum`,
  );
}

export function platformOf(product: Product, architecture: Architecture, source: Source | undefined): string {
  const platform = product.platforms[architecture];
  if (platform !== undefined) return platform;
  throw wrong('REL003', notBuilt(product, architecture), source, undefined);
}

export function unclear(
  {name, hosts, openBecause}: Cluster,
  product: Product,
  source: Source | undefined,
): Error {
  const open = hosts.filter((one) => one.architecture === undefined).map((one) => one.host);
  const what = `which ${product.name} runs on all of ${name} depends on ${open.join(', ')}`;
  if (openBecause !== undefined) return new UnknownRead(new Unknown(`${what}: ${openBecause}`));
  return wrong(
    'REL004',
    `${what}, of which nobody says what it is`,
    source,
    'set board or arch for it in the inventory; a run that is not limited to others (--limit) asks it itself',
  );
}

export function refuseUnfit(
  {inspect = true}: ReleaseRequest,
  name: string,
  built: ProgramFacts | null,
  architecture: Architecture,
  source: Source | undefined,
): void {
  const fit = fitOf(built ?? undefined, architecture);
  if (fit.fits !== 'no' || !inspect) return;
  throw wrong(
    'REL003',
    `${name} holds the wrong program for ${architecture}: ${fit.reason}`,
    source,
    'take another version',
  );
}

/**
 * What kept a release from being had, as a diagnostic; a defect is returned as it is.
 * @param entry of the lock file that it is not as, in words
 */
export function troubleOf(
  error: unknown,
  what: string,
  cache: string,
  source: Source | undefined,
  entry?: string,
): unknown {
  if (error instanceof ReleaseTrouble)
    return wrong('REL005', `${what}: ${error.message}`, source, hintOf(error, entry));
  // What a mirror or a file of keys refuses was put into words where it was met: the rest is the cache.
  if (isSystemError(error))
    return wrong(
      'REL005',
      `${what}: the cache (${cache}) cannot be used: ${error.message}`,
      source,
      cacheHint(error),
    );
  return error;
}

function hintOf({hint}: ReleaseTrouble, entry: string | undefined): string | undefined {
  if (entry === undefined) return hint;
  return `${hint}; if what is offered now is right, remove ${entry}, and vprov update takes it anew`;
}

/** What is wrong with a file of keys, as a diagnostic. @throws VprovError */
export async function inKeys<T>(
  {keySource}: ReleaseRequest,
  source: Source | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReleaseTrouble)) throw error;
    throw wrong('REL007', `key: ${error.message}`, keySource ?? source, error.hint);
  }
}

function cacheHint(error: unknown): string {
  const elsewhere = 'XDG_CACHE_HOME names another place for it (~/.cache where it is not set)';
  const code = errorCode(error) ?? '';
  if (['ENOSPC', 'EDQUOT'].includes(code)) return `make room on its file system; ${elsewhere}`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return `let this user write there; ${elsewhere}`;
  return `it has to be a folder that can be written; ${elsewhere}`;
}

export function wrong(
  code: keyof typeof releaseCodes,
  message: string,
  source: Source | undefined,
  hint: string | undefined,
): VprovError {
  return new VprovError(errorDiagnostic(releaseCodes, code, message, {source, hint}));
}
