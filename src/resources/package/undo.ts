import type {Attribute, Kept, Refusal, TakenBack, Undoing} from '../contract.ts';
import {
  desiredOf,
  nameIn,
  type PackageChange,
  type PackageState,
  type PackageWant,
  packageRef,
  packageWant,
  removedWith,
} from './state.ts';

/**
 * A package that was installed is removed, alone: not where others need it. One that was removed comes in its version again, and so does
 * what went with either. */
export const undoPackage: Undoing<PackageChange> = {
  note: ({ref, attributes, before, want}) => ({
    id: ref.id,
    attributes,
    before: {
      ...(before.status === 'present' ? before.state : {}),
      ...(desiredOf(want).purge ? {purged: true} : {}),
    },
  }),
  reads: (kept) => [packageRef(kept.id)],
  takeBack(kept: Kept): TakenBack | Refusal {
    const {id} = kept;
    const before = (kept.before ?? {}) as Partial<PackageState> & {readonly purged?: boolean};
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
          ...inVersions(others),
        ],
        stays: `what came with package ${id} stays: apt-get autoremove removes what nothing needs`,
      };
    }
    if (before.version === undefined)
      return {refused: `the configuration of package ${id}, which was removed, is not kept`};
    const back = inVersions([`${id}=${before.version}`, ...others]);
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

/** All of them in one go. */
function inVersions(together: readonly string[]): readonly PackageWant[] {
  return together.map((spec) => {
    const [name = '', version = ''] = spec.split('=');
    return packageWant(name, {installed: true, version, options: {together, allowDowngrade: true}});
  });
}

function find({attributes}: Kept, name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

function versionOf(version: unknown): {readonly version?: string} {
  return typeof version === 'string' ? {version} : {};
}
