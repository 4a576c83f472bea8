import type {Architecture} from './architecture.ts';
import {downloadFiles} from './download.ts';
import type {ReleaseFiles} from './files.ts';
import type {Product} from './products.ts';
import {compare} from './version.ts';

/** The site that a product is published on. */
export const sites: Readonly<Record<Exclude<Product['layout'], object>, string>> = {
  hashicorp: 'https://releases.hashicorp.com',
  openbao: 'https://github.com',
};

/**
 * How the files of a release are called. Undefined where the product has no build for the architecture.
 * @see https://releases.hashicorp.com, https://github.com/openbao/openbao/releases
 */
export function releaseFiles(
  product: Product,
  version: string,
  architecture: Architecture,
): ReleaseFiles | undefined {
  const {layout} = product;
  if (typeof layout === 'object') return downloadFiles(product, layout, version, architecture);
  const platform = product.platforms[architecture];
  if (platform === undefined) return undefined;
  switch (layout) {
    case 'hashicorp':
      return hashicorpFiles(product, version, platform);
    case 'openbao':
      return openbaoFiles(product, version, platform);
  }
}

function hashicorpFiles({name, program}: Product, version: string, platform: string): ReleaseFiles {
  const directory = `${name}/${version}`;
  const archiveName = `${name}_${version}_${platform}.zip`;
  const checksums = `${directory}/${name}_${version}_SHA256SUMS`;
  return {
    archive: `${directory}/${archiveName}`,
    archiveType: 'zip',
    archiveName,
    program,
    member: program,
    proof: {type: 'list', checksums, signature: `${checksums}.sig`},
  };
}

/** Up to 2.5 the files were called otherwise, and each system had checksums of its own. */
function openbaoFiles({name, program}: Product, version: string, platform: string): ReleaseFiles {
  const isOld = compare(version, '2.6.0-0') < 0;
  const directory = `openbao/openbao/releases/download/v${version}`;
  const archiveName = isOld
    ? `bao_${version}_${platform.replace('linux_amd64', 'Linux_x86_64').replace('linux_', 'Linux_')}.tar.gz`
    : `${name}_${version}_${platform}.tar.gz`;
  const checksums = `${directory}/${isOld ? 'checksums-linux.txt' : 'checksums.txt'}`;
  return {
    archive: `${directory}/${archiveName}`,
    archiveType: 'tar.gz',
    archiveName,
    program,
    member: program,
    proof: {
      type: 'list',
      checksums,
      signature: `${checksums}.gpgsig`,
      publicKey: `${directory}/openbao-gpg-pub-20240618.asc`,
    },
  };
}

/**
 * The SHA-256 of a file in a list as `sha256sum` writes it; undefined where the list does not have it.
 * @see sha256sum(1)
 */
export function checksumOf(list: string, name: string): string | undefined {
  for (const line of list.split('\n')) {
    // `sha256sum ./*` writes the folder too.
    const [, digest, file] = /^([0-9a-fA-F]{64}) [ *](?:\.\/)?(.+?)\r?$/.exec(line) ?? [];
    if (file === name) return digest?.toLowerCase();
  }
  return undefined;
}
