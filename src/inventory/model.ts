import type {Diagnostic, Source} from '../errors/index.ts';
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
  /** By group; where the inventory may grow, also of groups that it does not have yet, as `group_vars/` has them. */
  readonly groupVariables: ReadonlyMap<string, readonly VariableSet[]>;
  /** What mistakes in its files may hide: names of variables, and words of which some may name hosts or groups. */
  readonly lost: {readonly variables: ReadonlySet<string>; readonly names: ReadonlySet<string>};
  /**
   * The same with more in it; hosts of which nothing changes are the same objects. Mistakes are a name that is none, or
   * a host's and a group's, groups in a circle, and what is wrong with the files of variables of who is new.
   */
  grown(growth: Growth): {readonly inventory: Inventory; readonly diagnostics: readonly Diagnostic[]};
}

/** A host, new or not, that is put into groups, new or not. */
export interface Growth {
  readonly host: string;
  /** Where that is said. */
  readonly source: Source;
  /** Where its name is, if elsewhere. */
  readonly nameSource?: Source;
  readonly groups: readonly GrownGroup[];
  /** Of the host itself: stronger than what the inventory gives to it, weaker than `host_vars/`. */
  readonly variables: readonly VariableSet[];
}

export interface GrownGroup {
  readonly name: string;
  /** Where the name is said, if not where the host is. */
  readonly source?: Source;
  /** The groups that it is a child of from now on; none: `all`, unless it has some already. */
  readonly parents: readonly string[];
  /** Where those are said, if elsewhere. */
  readonly parentsSource?: Source;
}
