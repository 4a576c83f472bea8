import {basename} from 'node:path';
import {type Architecture, architectureNames} from './architecture.ts';
import type {ArchiveType, DownloadRequest, ReleaseFiles} from './files.ts';
import type {Product} from './products.ts';

/** What `{platform}` is where nobody says otherwise. */
const usualPlatforms: Readonly<Record<Architecture, string>> = {
  x86_64: 'amd64',
  i686: '386',
  aarch64: 'arm64',
  armv7l: 'armv7',
  armv6l: 'armv6',
};

export const downloadFields = ['version', 'arch', 'platform'] as const;

/** The names of fields that a text has and that there are not. */
export function strangeFields(text: string): readonly string[] {
  const found = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  return found.filter((name) => !downloadFields.some((one) => one === name));
}

/** What comes from a URL as a product of its own: one version, with a build for each checksum. */
export function productOfDownload(name: string, version: string, download: DownloadRequest): Product {
  const {checksums} = download;
  const has = architectureNames.filter((one) => checksums[one] !== undefined);
  return {
    name,
    layout: download,
    program: download.program ?? name,
    platforms: Object.fromEntries(has.map((one) => [one, one])),
    builds: new Map([[version, new Map(has.map((one) => [one, checksums[one]]))]]),
    signers: [],
  };
}

/** How its files are called. Undefined where there is no checksum for the architecture. */
export function downloadFiles(
  {program}: Product,
  {url, member, format, signature, checksums, platforms}: DownloadRequest,
  version: string,
  architecture: Architecture,
): ReleaseFiles | undefined {
  const sha256 = checksums[architecture];
  if (sha256 === undefined) return undefined;
  const fields: Readonly<Record<string, string>> = {
    version,
    arch: architecture,
    platform: platforms?.[architecture] ?? usualPlatforms[architecture],
  };
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole);
  const archive = filled(url);
  return {
    archive,
    archiveType: format ?? formatOf(archive) ?? 'program',
    archiveName: fileNameOf(archive),
    program,
    ...(member === undefined ? {} : {member: filled(member)}),
    proof: {
      type: 'digest',
      sha256,
      ...(signature === undefined ? {} : {signature: filled(signature)}),
    },
  };
}

/** What the file at a URL is, by its ending; undefined where it is packed in a way that is not known here. */
export function formatOf(url: string): ArchiveType | undefined {
  const name = fileNameOf(url).toLowerCase();
  if (name.endsWith('.zip')) return 'zip';
  if (/\.(tar\.gz|tgz)$/.test(name)) return 'tar.gz';
  return /\.(tar|gz|bz2|tbz|xz|txz|zst|7z|rar|deb|rpm|apk|dmg)$/.test(name) ? undefined : 'program';
}

function fileNameOf(url: string): string {
  return basename(url.replace(/^(\w+:.*?)[?#].*$/, '$1'));
}
