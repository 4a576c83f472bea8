import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** A package of the repository that tests make. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** What it cannot be without. */
  readonly depends?: string;
  /** What it cannot be beside. */
  readonly conflicts?: string;
  /** Files of it, by path; those in /opt/etc count as its configuration. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * What apt and dpkg have of a host, in a directory: an empty database, and one source, which is a repository in that
 * directory. Real programs, no network; packages may write below /opt only.
 * @returns commands that put it in its place, for a mount namespace of its own
 */
export function aptHost(directory: string): readonly string[] {
  const make = (...names: readonly string[]): void => {
    for (const name of names) mkdirSync(path.join(directory, name), {recursive: true});
  };
  make(
    'dpkg/info',
    'dpkg/updates',
    'dpkg/triggers',
    'dpkg/alternatives',
    'dpkg/parts',
    'opt',
    'repo',
    'log/apt',
  );
  make(
    'lib/lists/partial',
    'lib/periodic',
    'cache/archives/partial',
    'etc/apt.conf.d',
    'etc/preferences.d',
    'etc/trusted.gpg.d',
  );
  writeFileSync(path.join(directory, 'dpkg/status'), '');
  writeFileSync(path.join(directory, 'dpkg/available'), '');
  writeFileSync(path.join(directory, 'etc/sources.list'), `deb [trusted=yes] copy:${directory}/repo ./\n`);
  writeFileSync(path.join(directory, 'etc/apt.conf'), 'APT::Sandbox::User "root";\n');
  return aptPlaces(directory);
}

/** The commands that put what `aptHost` made in its place. */
export function aptPlaces(directory: string): readonly string[] {
  const places = {
    dpkg: '/var/lib/dpkg',
    lib: '/var/lib/apt',
    cache: '/var/cache/apt',
    etc: '/etc/apt',
    opt: '/opt',
    log: '/var/log',
  };
  return Object.entries(places).map(
    ([name, place]) => `mkdir -p ${place}; mount --bind ${directory}/${name} ${place}`,
  );
}

/** Puts these packages, and no others, into the repository. The host learns of them by an update. */
export function publish(directory: string, packages: readonly TestPackage[]): void {
  const repository = path.join(directory, 'repo');
  const entries = packages.map(({name, version, depends, conflicts, files = {}}) => {
    const root = path.join(directory, 'build', `${name}-${version}`);
    rmSync(root, {recursive: true, force: true});
    mkdirSync(path.join(root, 'DEBIAN'), {recursive: true});
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@example.org>\n${depends ? `Depends: ${depends}\n` : ''}${conflicts ? `Conflicts: ${conflicts}\n` : ''}Description: a test\n`;
    writeFileSync(path.join(root, 'DEBIAN/control'), control);
    const configuration = Object.keys(files).filter((file) => file.startsWith('/opt/etc/'));
    writeFileSync(path.join(root, 'DEBIAN/conffiles'), configuration.map((file) => `${file}\n`).join(''));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(root, path.dirname(file)), {recursive: true});
      writeFileSync(path.join(root, file), text);
    }
    const deb = `${name}_${version}_all.deb`;
    execFileSync('dpkg-deb', ['--build', '--root-owner-group', root, path.join(repository, deb)]);
    const sha256 = createHash('sha256')
      .update(readFileSync(path.join(repository, deb)))
      .digest('hex');
    return `${control}Filename: ./${deb}\nSize: ${statSync(path.join(repository, deb)).size}\nSHA256: ${sha256}\n`;
  });
  writeFileSync(path.join(repository, 'Packages.new'), entries.map((entry) => `${entry}\n`).join(''));
  renameSync(path.join(repository, 'Packages.new'), path.join(repository, 'Packages'));
}
