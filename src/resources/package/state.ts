import type {Attribute, Change, Facet, Ref, Want} from '../contract.ts';

/** A package of Debian. Absent: it is not installed, and could be. */
export interface PackageState {
  readonly installed: boolean;
  readonly version: string | undefined;
  /** The administrator has said that it shall stay as it is (`apt-mark hold`). */
  readonly held: boolean | undefined;
  /** Facet `candidate`, and always of what is not installed: what apt would install, null where it knows none. */
  readonly candidate: string | null | undefined;
  /** Facet `dependents`: `name=version` of what cannot stay installed without it, and is removed with it. */
  readonly dependents?: readonly string[] | undefined;
  /** Facet `dependents`: what of these, and of the package itself, is marked as installed automatically. */
  readonly automatic?: readonly string[] | undefined;
  /** Facet `dependents`: why apt would not remove it. */
  readonly fails?: string | undefined;
  /** By the facet: what apt does when it comes. */
  readonly [installation: InstallationFacet]: Installation | undefined;
  /** Not installed, but its configuration, or half of it, is there. */
  readonly leftOver?: boolean | undefined;
}

/** What apt does besides when it installs. */
export interface Installation {
  /** `name=version` of what it would remove. */
  readonly removed: readonly string[];
  /** What of these, and of the package itself, is marked as installed automatically. */
  readonly automatic: readonly string[];
  /** Why apt would not do it. */
  readonly fails?: string;
}

export interface PackageDesired {
  readonly installed: boolean;
  /** One version, or several by `*`. */
  readonly version?: string;
  /** The version that apt would install now. */
  readonly latest?: boolean;
  /** Absent, and no configuration left. */
  readonly purge?: boolean;
  /** Once it has come it is marked as installed automatically, not as asked for by somebody. */
  readonly automatic?: boolean;
  readonly options: PackageOptions;
}

/** How apt does it. */
export interface PackageOptions {
  /** Everything that the task names, as apt-get takes it (`name`, `name=version`): installed in one go. */
  readonly together: readonly string[];
  readonly recommends?: boolean;
  readonly allowDowngrade?: boolean;
  /** With a removal: what was installed only for its sake goes too. */
  readonly autoremove?: boolean;
  /** A removal that takes nothing else with it: it fails where another package needs this one. */
  readonly onlyItself?: boolean;
}

export type PackageWant = Want<'package', PackageDesired>;
export type PackageChange = Change<'package', PackageState, PackageDesired>;

export function packageRef(name: string, facets: readonly Facet[] = ['state']): Ref<'package'> {
  return {kind: 'package', id: name, facets};
}

export function packageWant(name: string, after: PackageDesired): PackageWant {
  return {ref: packageRef(name, facetsFor(after)), after};
}

/** The name in `name=version`. */
export function nameIn(spec: string): string {
  return spec.replace(/=.*$/, '');
}

/** The packages that a change removed, or will remove, along with the one that was named. */
export function removedWith(attributes: readonly Attribute[]): readonly string[] {
  const names = attributes.find(({name}) => name === 'removed_with')?.after;
  return names === undefined ? [] : String(names).split(', ');
}

export function facetsFor({installed, latest, options}: PackageDesired): readonly Facet[] {
  if (installed)
    return ['state', ...(latest ? (['candidate'] as const) : []), ...installationFacets(options)];
  // Where it takes nothing else along there is nothing to be asked.
  return options.onlyItself ? ['state'] : ['state', 'dependents'];
}

type InstallationFacet = `installation:${string}`;

/** None where nothing is installed by it: what is only looked at. */
function installationFacets(options: PackageOptions): readonly InstallationFacet[] {
  return options.together.length === 0 ? [] : [installationFacet(options)];
}

/** The words of an `apt-get`: options, then the packages. None of them holds a blank. */
export function installationFacet(options: PackageOptions): InstallationFacet {
  return `installation:${[...installFlags(options), '--', ...options.together].join(' ')}`;
}

export function isInstallation(facet: string): facet is InstallationFacet {
  return facet.startsWith('installation:');
}

/** What `installationFacet` has put together. */
export function wordsOf(facet: string): {
  readonly flags: readonly string[];
  readonly specs: readonly string[];
} {
  const words = facet.replace('installation:', '').split(' ');
  const at = words.indexOf('--');
  return {flags: words.slice(0, at), specs: words.slice(at + 1)};
}

/** How `apt-get install` is told what the options say. */
export function installFlags({recommends, allowDowngrade}: PackageOptions): readonly string[] {
  return [
    ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends}`]),
    ...(allowDowngrade ? ['--allow-downgrades'] : []),
  ];
}

/** Without what apt would do now, once that may be something else. */
export function withoutInstallations(
  state: Readonly<Partial<PackageState>>,
): Readonly<Partial<PackageState>> {
  const fields = Object.keys(state).filter(isInstallation);
  return {...state, ...Object.fromEntries(fields.map((field) => [field, undefined])), fails: undefined};
}

export function desiredOf(want: PackageWant): PackageDesired {
  if (want.after === 'absent') throw new Error('a package that shall go is wanted as not installed');
  return want.after;
}

/** @see Debian Policy Manual, 5.6.1 "Source", 5.6.8 "Architecture" */
export function isPackageName(name: string): boolean {
  return /^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9][a-z0-9-]*)?$/.test(name);
}
