import type {Ref, StateView} from '../contract.ts';
import type {UnitState} from '../unit/state.ts';
import {pathRef} from './state.ts';

/** Where systemd finds a unit's file when there is none in /etc any more. @see systemd.unit(5), "Unit File Load Path" */
const otherPlaces = ['/usr/lib/systemd/system', '/lib/systemd/system'] as const;

/** What is asked before a unit's file, which a run has made, goes. */
export function readsOfUnitFile(path: string): readonly Ref[] {
  const unit = unitOf(path);
  if (unit === undefined) return [];
  return [
    {kind: 'unit', id: unit, facets: ['state']},
    ...otherPlaces.map((place) => pathRef(`${place}/${unit}`, ['meta'])),
  ];
}

/** Why the file of a unit that runs or is enabled stays: it could not be stopped by its name, and links would lead nowhere. */
export function whyUnitFileStays(path: string, view: StateView): string | undefined {
  const unit = unitOf(path);
  if (unit === undefined) return undefined;
  const seen = view.get<UnitState>({kind: 'unit', id: unit, facets: ['state']});
  if (seen.status !== 'present') return undefined;
  const {active, enabled} = seen.state;
  if (!active && !enabled) return undefined;
  const hasOther = otherPlaces.some(
    (place) => view.get(pathRef(`${place}/${unit}`, ['meta'])).status === 'present',
  );
  if (hasOther) return undefined;
  const how = [...(active ? ['runs'] : []), ...(enabled ? ['is enabled'] : [])].join(' and ');
  const then = [...(active ? ['stopped'] : []), ...(enabled ? ['disabled'] : [])].join(' and ');
  return `unit ${unit} ${how}: its file stays until it is ${then}`;
}

/** Its drop-ins and links are not its file. */
function unitOf(path: string): string | undefined {
  return /^\/etc\/systemd\/system\/([^/]+\.(?:service|socket|mount|automount|swap|target|path|timer|slice))$/.exec(
    path,
  )?.[1];
}
