import {join} from 'node:path';
import type {ReleaseFiles} from './files.ts';

/** What a release consists of, by what each file is for. */
export type Part = 'archive' | 'checksums' | 'signature' | 'publicKey';

/** Where a file is: below a site, or at an address of its own. */
export interface Place {
  readonly site: string | undefined;
  readonly path: string;
  /** `follow` where nobody says: a mirror may be made of links. */
  readonly links?: 'follow' | 'refuse';
}

/** Where the files of a release are to be had: at its site, or in the cache, which keeps all that proves a program. */
export type Origin = (part: Part) => Place;

/** @param site undefined: the files' paths are whole addresses */
export function originAtSite(site: string | undefined, files: ReleaseFiles): Origin {
  return (part) => ({site, path: pathOf(part, files)});
}

/** @param folder of the build in the cache */
export function originInCache(folder: string, files: ReleaseFiles): Origin {
  return (part) => ({site: folder, path: keptName(part, files), links: 'refuse'});
}

/** The folder of what proves a program, beside it. */
export const proofName = 'proof';

/** Where a file is kept, below the folder of the build: what is no archive is the program itself. */
export function keptName(part: Part, {archiveType, program}: ReleaseFiles): string {
  return part === 'archive' && archiveType === 'program' ? program : join(proofName, part);
}

function pathOf(part: Part, {archive, proof}: ReleaseFiles): string {
  const path =
    part === 'archive'
      ? archive
      : proof.type === 'list'
        ? proof[part]
        : part === 'signature'
          ? proof.signature
          : undefined;
  if (path === undefined) throw new Error(`this release has no ${part}`);
  return path;
}
