import {type Diagnostic, warningDiagnostic} from '../errors/index.ts';
import {inventoryCodes} from './codes.ts';
import {insteadOfUnread} from './connection.ts';
import type {Inventory} from './model.ts';

/**
 * Variables by which Ansible is told how to reach a host, and that nothing reads here: each where it stands, once,
 * however many hosts have it.
 */
export function unreadNames({
  hosts,
  groupVariables,
}: Pick<Inventory, 'hosts' | 'groupVariables'>): readonly Diagnostic[] {
  const sets = [...groupVariables.values(), ...[...hosts.values()].map(({variables}) => variables)].flat();
  return [...new Set(sets.map(({vars}) => vars))].flatMap(({entries}) =>
    entries.flatMap(({key, keySource}) => {
      const hint = insteadOfUnread(key);
      const message = `vprov does not read '${key}'`;
      return hint === undefined
        ? []
        : [warningDiagnostic(inventoryCodes, 'INV016', message, {source: keySource, hint})];
    }),
  );
}
