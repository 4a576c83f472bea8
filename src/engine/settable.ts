import {type Role, variablesOf} from '../playbook/index.ts';
import {entryOf, type MapNode} from '../source/index.ts';

/** The variables that roles are there to be given: those with a default, and those that their schemas name. */
export function settableOf(roles: readonly Role[]): ReadonlySet<string> {
  return new Set(
    roles.flatMap(({defaults, argumentSpec}) => [
      ...(defaults?.entries.map(({key}) => key) ?? []),
      ...(argumentSpec ? variablesOf(argumentSpec).names : []),
    ]),
  );
}

/** The variable of a role whose description speaks of a module: it is what somebody means who sets one of that name. */
export function describedBy(module: string, roles: readonly Role[]): string | undefined {
  return roles
    .flatMap(({argumentSpec}) => propertiesOf(argumentSpec))
    .find(({value}) => {
      const description = value.type === 'map' ? entryOf(value, 'description')?.value : undefined;
      return description?.type === 'scalar' && description.text.split(/\W+/).includes(module);
    })?.key;
}

function propertiesOf(spec: MapNode | undefined): MapNode['entries'] {
  const properties = spec && entryOf(spec, 'properties')?.value;
  return properties?.type === 'map' ? properties.entries : [];
}
