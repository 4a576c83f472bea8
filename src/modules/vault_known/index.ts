import {type Findings, stopFor} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import type {VaultKnownArguments} from './schema.ts';

const parts: readonly (keyof Findings)[] = [
  'servers',
  'isOurs',
  'unusedFiles',
  'unusedData',
  'unitFiles',
  'packages',
];

export const vaultKnown: StateModule<VaultKnownArguments> = {
  type: 'state',
  name: 'vault_known',
  summary: 'Ends the play where a host of the group has a Vault or OpenBao that vprov does not know',
  scope: 'group',

  check: ({found}) =>
    parts.every((part) => Object.hasOwn(found, part))
      ? []
      : [
          {
            argument: 'found',
            message: 'is not what vault_discover registers',
            hint: "found: '{{ r.found }}', where r is registered by vault_discover",
          },
        ],

  want(args, _seen, _inputs, {group}) {
    const told = group ? [...group.told] : [['this host', args] as const];
    const stop = stopFor(
      told.map(([host, {found, adopt}]) => ({
        host,
        // What `vault_discover` registered.
        found: found as unknown as Findings,
        isAdopted: adopt === 'as_found',
      })),
    );
    if (!stop) return [];
    return {refused: stop.message, ...(stop.ways === '' ? {} : {hint: stop.ways})};
  },
};
