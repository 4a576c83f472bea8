import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Attribute, Change, Known, Observed, Ref, Refusal, StateView} from '../contract.ts';
import {isWithin} from '../path/state.ts';
import {
  desiredOf,
  installationFacet,
  isInstallation,
  isPackageName,
  nameIn,
  type PackageChange,
  type PackageOptions,
  type PackageState,
  type PackageWant,
  packageRef,
  removedWith,
  withoutInstallations,
} from './state.ts';

/** Every difference between what is installed and what shall be. */
export function diffPackage(before: Known<PackageState>, want: PackageWant): readonly Attribute[] {
  const state = before.status === 'present' ? before.state : undefined;
  const {installed, version, latest, purge, options} = desiredOf(want);
  if (!installed) {
    if (state?.installed)
      return [{name: 'installed', before: true, after: false}, ...along(state.dependents, options)];
    return purge && state?.leftOver ? [{name: 'configuration', before: true, after: false}] : [];
  }
  const removed = along(state?.[installationFacet(options)]?.removed, options);
  if (!state?.installed)
    return [{name: 'installed', after: true}, ...newVersion(state, version, latest), ...removed];
  if (version !== undefined && !fitsVersion(state.version ?? '', version))
    return [{name: 'version', ...beforeOf(state.version), after: version}, ...removed];
  if (!latest) return [];
  if (state.version === undefined || state.candidate === undefined)
    throw new UnknownRead(
      new Unknown(`the latest version of ${want.ref.id} depends on changes not yet made`),
    );
  return state.candidate === null || state.candidate === state.version
    ? []
    : [{name: 'version', before: state.version, after: state.candidate}, ...removed];
}

/** What goes with it, and the task does not name. */
function along(specs: readonly string[] = [], {together}: PackageOptions): readonly Attribute[] {
  const names = specs.map(nameIn).filter((name) => !together.map(nameIn).includes(name));
  return names.length === 0 ? [] : [{name: 'removed_with', after: names.join(', ')}];
}

function newVersion(
  state: Readonly<Partial<PackageState>> | undefined,
  version: string | undefined,
  latest: boolean | undefined,
): readonly Attribute[] {
  if (version !== undefined) return [{name: 'version', after: version}];
  return latest && state?.candidate ? [{name: 'version', after: state.candidate}] : [];
}

function beforeOf(version: string | undefined): {readonly before?: string} {
  return version === undefined ? {} : {before: version};
}

/** Whether a version is the one wanted, in which `*` stands for anything. */
function fitsVersion(version: string, wanted: string): boolean {
  const parts = wanted.split('*').map((part) => part.replaceAll(/[.+?^$(){}|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(version);
}

export function refusePackage(want: PackageWant, view: StateView): Refusal | undefined {
  const {id} = want.ref;
  if (!isPackageName(id)) return {refused: `'${id}' is not the name of a package`};
  const observed = view.get<PackageState>(packageRef(id));
  if (observed.status === 'unreadable') return {refused: observed.reason};
  if (observed.status !== 'present') return undefined;
  const {state} = observed;
  if (desiredOf(want).installed && !state.installed && state.candidate === null && !state.leftOver)
    return notInLists(id);
  if (state.held && diffPackage(observed, want).length > 0)
    return {
      refused: `package ${id} is held as it is`,
      hint: `apt-mark unhold ${id} lets it change`,
    };
  return refuseFailing(want, observed);
}

function notInLists(name: string): Refusal {
  return {
    refused: `no package ${name} is in the host's package lists`,
    hint: 'update_cache: true gets them anew; of a virtual package, name one that provides it',
  };
}

/** What apt, asked to simulate it, would not do. */
function refuseFailing(want: PackageWant, observed: Known<PackageState>): Refusal | undefined {
  const state = observed.status === 'present' ? observed.state : undefined;
  const {installed, options} = desiredOf(want);
  const why = installed ? state?.[installationFacet(options)]?.fails : state?.fails;
  if (why === undefined || diffPackage(observed, want).length === 0) return undefined;
  const [, missing] = /Unable to locate package ([^\s;]+)/.exec(why) ?? [];
  if (missing !== undefined) return notInLists(missing);
  return {refused: `apt-get would not ${installed ? 'install' : 'remove'} ${want.ref.id}: ${why}`};
}

/** What will be there. After a removal nobody knows what configuration stays. */
export function predictPackage(change: PackageChange): Observed<PackageState> {
  const {before, want, attributes} = change;
  if (before.status === 'unknown' || before.status === 'unreadable') return before;
  if (!desiredOf(want).installed)
    return {status: 'unknown', reason: `what stays of package ${want.ref.id} shows when it is removed`};
  const version = attributes.find(({name}) => name === 'version')?.after;
  const known = typeof version === 'string' && !version.includes('*') ? version : undefined;
  return {
    status: 'present',
    state: {
      ...(before.status === 'present' ? withoutInstallations(before.state) : {}),
      installed: true,
      version: known,
      held: undefined,
      leftOver: undefined,
    },
  };
}

/** After new package lists nobody knows what apt would install; what is removed with another, what stays of it. */
export function reactPackage(
  {id}: Ref<'package'>,
  observed: Observed<PackageState>,
  planned: Change,
): Observed<PackageState> {
  if (planned.ref.kind === 'package' && removedWith(planned.attributes).includes(id))
    return {status: 'unknown', reason: `it is removed with package ${planned.ref.id}`};
  if (observed.status !== 'present') return observed;
  if (planned.ref.kind === 'path')
    return isWithin(planned.ref.id, '/etc/apt') || isWithin(planned.ref.id, '/var/lib')
      ? unjudgedPackage(observed)
      : observed;
  const {state} = observed;
  if (planned.ref.kind === 'package_lists')
    return {status: 'present', state: {...withoutInstallations(state), candidate: undefined}};
  return planned.ref.kind === 'package'
    ? {status: 'present', state: {...state, ...leftBy(planned, state)}}
    : observed;
}

/** What another change has removed before is not removed once more. */
function leftBy(planned: Change, state: Readonly<Partial<PackageState>>): Readonly<Partial<PackageState>> {
  const gone = [planned.ref.id, ...removedWith(planned.attributes)];
  const left = Object.keys(state)
    .filter(isInstallation)
    .map((field) => {
      const {removed = [], automatic = []} = state[field] ?? {};
      return [field, {removed: removed.filter((spec) => !gone.includes(nameIn(spec))), automatic}] as const;
    });
  return {...Object.fromEntries(left), fails: undefined};
}

/** What is there as it was; but whether apt would fail is seen when it is to do it. */
export function unjudgedPackage(observed: Observed<PackageState>): Observed<PackageState> {
  if (observed.status !== 'present') return observed;
  const {state} = observed;
  const fields = Object.keys(state).filter(isInstallation);
  const installations = fields.map((field) => {
    const {removed = [], automatic = []} = state[field] ?? {};
    return [field, {removed, automatic}] as const;
  });
  return {
    status: 'present',
    state: {...state, ...Object.fromEntries(installations), fails: undefined},
  };
}
