import {resolve} from 'node:path';
import type {Source} from '../errors/index.ts';
import {keysInFile, trustFor} from './keys.ts';
import {inKeys} from './mistakes.ts';
import type {Product} from './products.ts';
import type {ReleaseRequest} from './request.ts';
import type {Trust} from './signature.ts';

/** Whom requests trust: the keys that are built in, or those of a file that a play names. */
export class KeyFiles {
  readonly #directory: string;
  readonly #checked = new Set<string>();

  /** @param directory what a file's path is relative to */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws VprovError for a file that holds no keys */
  trustFor(request: ReleaseRequest, product: Product, source: Source | undefined): Promise<Trust> {
    const {keyFile, allowExpiredKey} = request;
    return inKeys(request, source, () =>
      trustFor(product, {
        ...(keyFile === undefined ? {} : {keyFile: resolve(this.#directory, keyFile)}),
        ...(allowExpiredKey === undefined ? {} : {allowExpiredKey}),
      }),
    );
  }

  /** What can be seen of a file of keys without taking it apart, which loads much; once for each. @throws VprovError */
  async check(request: ReleaseRequest, source: Source | undefined): Promise<void> {
    const {keyFile} = request;
    if (keyFile === undefined || this.#checked.has(keyFile)) return;
    await inKeys(request, source, () => keysInFile(resolve(this.#directory, keyFile)));
    this.#checked.add(keyFile);
  }
}
