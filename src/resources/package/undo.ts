import type {Attribute, Kept, Refusal, TakenBack, Undoing} from '../contract.ts';
import {
  desiredOf,
  installationFacet,
  isInstallation,
  nameIn,
  type PackageChange,
  type PackageDesired,
  type PackageState,
  type PackageWant,
  packageRef,
  packageWant,
  removedWith,
} from './state.ts';

/** What is kept of how it was. */
type PastState = Partial<PackageState> & {
  readonly purged?: boolean;
  /** `name=version` of what went when it came. */
  readonly displaced?: readonly string[];
};

/**
 * A package that was installed is removed, alone: not where others need it. One that was removed comes in its version again, and so does
 * what went with either. */
export const undoPackage: Undoing<PackageChange> = {
  note: ({ref, attributes, before, want}) => ({
    id: ref.id,
    attributes,
    before: {
      ...(before.status === 'present' ? noted(before.state, desiredOf(want)) : {}),
      ...(desiredOf(want).purge ? {purged: true} : {}),
    },
  }),
  reads: (kept) => [packageRef(kept.id)],
  takeBack(kept: Kept): TakenBack | Refusal {
    const {id} = kept;
    const before = (kept.before ?? {}) as PastState;
    const gone = removedWith(kept.attributes);
    const others = [...(before.dependents ?? []), ...(before.displaced ?? [])].filter((spec) =>
      gone.includes(nameIn(spec)),
    );
    const [installed, version] = [find(kept, 'installed'), find(kept, 'version')];
    if (installed?.after === true) {
      const left = packageWant(id, {installed: true, ...versionOf(version?.after), options: {together: []}});
      return {
        left,
        back: [
          packageWant(id, {
            installed: false,
            purge: before.leftOver !== true,
            options: {together: [], onlyItself: true},
          }),
          ...inVersions(others, before.automatic),
        ],
        stays: `what came with package ${id} stays: apt-get autoremove removes what nothing needs`,
      };
    }
    if (before.version === undefined)
      return {refused: `the configuration of package ${id}, which was removed, is not kept`};
    const back = inVersions([`${id}=${before.version}`, ...others], before.automatic);
    if (installed) {
      const left = packageWant(id, {installed: false, options: {together: [], onlyItself: true}});
      return {
        left,
        back,
        ...(before.purged ? {lost: `the configuration of package ${id} is as it comes with it`} : {}),
      };
    }
    return {
      left: packageWant(id, {installed: true, ...versionOf(version?.after), options: {together: []}}),
      back,
    };
  },
};

/** What was there, and of what goes with it what apt has foretold. */
function noted(state: Readonly<Partial<PackageState>>, {installed, options}: PackageDesired): PastState {
  const {removed, automatic} = (installed ? state[installationFacet(options)] : undefined) ?? {};
  return {
    ...Object.fromEntries(Object.entries(state).filter(([field]) => !isInstallation(field))),
    ...(removed ? {displaced: removed} : {}),
    ...(automatic ? {automatic} : {}),
  };
}

/** All of them in one go, each marked as it was. */
function inVersions(together: readonly string[], automatic: readonly string[] = []): readonly PackageWant[] {
  return together.map((spec) => {
    const [name = '', version = ''] = spec.split('=');
    return packageWant(name, {
      installed: true,
      version,
      ...(automatic.includes(name) ? {automatic: true} : {}),
      options: {together, allowDowngrade: true},
    });
  });
}

function find({attributes}: Kept, name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

function versionOf(version: unknown): {readonly version?: string} {
  return typeof version === 'string' ? {version} : {};
}
