import type {Attribute, Kept, Refusal, TakenBack, Undoing} from '../contract.ts';
import {
  desiredOf,
  nameIn,
  type PackageChange,
  type PackageState,
  packageRef,
  packageWant,
  removedWith,
} from './state.ts';

/** A package that was installed is removed, alone: not where others need it. One that was removed comes in its version again, with what went with it. */
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
        ],
        stays: `what came with package ${id} stays: apt-get autoremove removes what nothing needs`,
      };
    }
    if (before.version === undefined)
      return {refused: `the configuration of package ${id}, which was removed, is not kept`};
    const gone = removedWith(kept.attributes);
    const dependents = (before.dependents ?? []).filter((spec) => gone.includes(nameIn(spec)));
    const together = [`${id}=${before.version}`, ...dependents];
    const back = together.map((spec) => {
      const [name = '', version = ''] = spec.split('=');
      return packageWant(name, {installed: true, version, options: {together, allowDowngrade: true}});
    });
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

function find({attributes}: Kept, name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

function versionOf(version: unknown): {readonly version?: string} {
  return typeof version === 'string' ? {version} : {};
}
