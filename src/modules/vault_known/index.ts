import type {Refusal, StateView} from '../../resources/index.ts';
import {
  type ClusterRecord,
  type Findings,
  otherRecordsAt,
  otherRecordsRef,
  recordAt,
  recordRef,
  stopFor,
  strangers,
} from '../../vault/index.ts';
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

  reads: ({record}) => (record === undefined ? [] : [recordRef(record), otherRecordsRef(record)]),

  want(args, seen, _inputs, {group}) {
    const told = group ? [...group.told] : [['this host', args] as const];
    const hosts = told.map(([host, {found, adopt}]) => ({
      host,
      // What `vault_discover` registered.
      found: found as unknown as Findings,
      isAdopted: adopt === 'as_found',
    }));
    const stop = stopFor(hosts);
    if (!stop) return strangersTo(args, hosts, seen) ?? [];
    return {refused: stop.message, ...(stop.ways === '' ? {} : {hint: stop.ways})};
  },
};

/** @throws UnknownRead */
function strangersTo(
  {name, record: file}: VaultKnownArguments,
  hosts: Parameters<typeof strangers>[2],
  seen: StateView,
): Refusal | undefined {
  if (name === undefined || file === undefined) return undefined;
  const written = recordAt(file, seen);
  // One that is damaged is told where it is written anew.
  const own = written.status === 'present' ? (written.state as ClusterRecord) : undefined;
  return strangers(name, {file, own, others: otherRecordsAt(file, seen)}, hosts);
}
