import type {Change, Observed} from '../contract.ts';

/** What is not there now may come with a package that is planned, and then be as the package has it. */
export function mayComeWith<S extends object>(observed: Observed<S>, planned: Change): Observed<S> {
  if (planned.ref.kind !== 'package' || observed.status !== 'absent') return observed;
  const isInstalled = planned.attributes.some(
    ({name, after}) => name === 'version' || (name === 'installed' && after === true),
  );
  return isInstalled ? {status: 'unknown', reason: `it may come with package ${planned.ref.id}`} : observed;
}
