import type {Source} from '../errors/index.ts';
import type {MapNode} from '../source/index.ts';

/** Variables of one place, as written: the engine makes a layer of precedence of each. */
export interface VariableSet {
  /** For people: "inventory group pi_zero", "group_vars/pi_zero", "host_vars/wallpi". */
  readonly label: string;
  readonly vars: MapNode;
}

export interface Host {
  /** `inventory_hostname`. */
  readonly name: string;
  readonly source: Source;
  /** Every group that it is in, `all` first, parents before children, siblings by name: the order of precedence. */
  readonly groups: readonly string[];
  /** From low to high: `all`, parent groups, child groups, host; each from the inventory, then group_vars or host_vars. */
  readonly variables: readonly VariableSet[];
}

export interface Group {
  readonly name: string;
  /** All of its hosts, those of its children included, in the order of the inventory. */
  readonly hosts: readonly string[];
  /** The groups directly below it. */
  readonly children: readonly string[];
}

export interface Inventory {
  readonly files: readonly string[];
  /** In the order of the file. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
}
