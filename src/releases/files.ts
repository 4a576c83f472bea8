import type {Architecture} from './architecture.ts';

/**
 * The files of one build of a release, by their paths below the root of the release site or of a mirror of it; where
 * there is no site, by their whole addresses.
 */
export interface ReleaseFiles {
  readonly archive: string;
  readonly archiveType: ArchiveType;
  /** The archive's name in the file of checksums, and for people. */
  readonly archiveName: string;
  /** What the program is called on the host. */
  readonly program: string;
  /** Its path in the archive; undefined: the only file of its name is meant, wherever it is. */
  readonly member?: string;
  readonly proof: Proof;
}

/** What says that an archive is what it should be. */
export type Proof =
  | {
      /** A list of checksums that is signed. */
      readonly type: 'list';
      readonly checksums: string;
      readonly signature: string;
      /** The publisher's public key, where the site has it beside the release. */
      readonly publicKey?: string;
    }
  | {
      /** The checksum that the play gives, and a signature over the archive itself where there is one. */
      readonly type: 'digest';
      readonly sha256: string;
      readonly signature?: string;
    };

/** `program`: it is no archive. */
export type ArchiveType = 'zip' | 'tar.gz' | 'program';

/** A program that is at a URL, of which the play says the checksum. */
export interface DownloadRequest {
  /** A path, `file:` or `http(s):`, with the fields `{version}`, `{arch}` and `{platform}`. */
  readonly url: string;
  /** SHA-256 of what the URL gives, in small letters, for each architecture that there is a build for. */
  readonly checksums: Readonly<Partial<Record<Architecture, string>>>;
  /** What `{platform}` is, where it is not what Go's world calls it. */
  readonly platforms?: Readonly<Partial<Record<Architecture, string>>>;
  /** What the program is called; without it as the product. */
  readonly program?: string;
  /** Its path in the archive, with the same fields; without it the one file of the program's name is meant. */
  readonly member?: string;
  /** Without it the URL's ending says it. */
  readonly format?: ArchiveType;
  /** A detached OpenPGP signature over what the URL gives, with the same fields. */
  readonly signature?: string;
}
