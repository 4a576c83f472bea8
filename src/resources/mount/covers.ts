import type {Change} from '../contract.ts';
import {isWithin} from '../path/state.ts';

/** Why what is seen at a path will be another thing, or undefined: something is planned to be mounted or unmounted there or above. */
export function mountedOver(path: string, planned: Change): string | undefined {
  if (planned.ref.kind !== 'mount' || !isWithin(path, planned.ref.id)) return undefined;
  return `it shows when ${planned.ref.id} is ${isMounting(planned) ? 'mounted' : 'unmounted'}`;
}

/** Whether a planned change of a mount mounts something; else it unmounts. */
export function isMounting({attributes}: Change): boolean {
  return attributes.some(({name, after}) => name === 'mounted' && after !== false);
}
