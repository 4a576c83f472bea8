import {basename, dirname} from 'node:path';
import type {Host} from '../inventory/index.ts';
import type {Play, Role, Task} from '../playbook/index.ts';
import {Mistaken, Unknown} from '../text/index.ts';
import {
  createScope,
  type Layer,
  layerOfData,
  layerOfMap,
  omit,
  type Scope,
  type Value,
  type ValueMap,
  type Variable,
} from '../values/index.ts';
import {
  factsNotGathered,
  hostvarsWith,
  hostvarsWithout,
  inventoryLayers,
  inventoryValues,
  type LearnedBefore,
} from './hostvars.ts';
import type {PortsOf} from './ports.ts';
import {hostIn, isStandIn, type Population} from './run-inventory.ts';

/** What a host's variables are made of, the same for all its tasks in a play. */
export interface PlayVariables {
  readonly inventory: Population;
  readonly play: Play;
  /** In this play, after `--limit`. */
  readonly playHosts: readonly string[];
  readonly extraVars: Layer;
  /** What `vars_prompt` gave. */
  readonly prompted?: Layer;
  readonly checkMode: boolean;
  /** What hosts had learned before this play; without it `hostvars` has what the inventory says. */
  readonly before?: LearnedBefore;
  /** What lookups see, for the tasks of a role. */
  readonly ports: PortsOf;
}

export {factsNotGathered};

const spoilt: Variable = {data: new Mistaken('its value is a mistake'), origin: {layer: 'a mistake'}};

/** What a host learns while tasks run. */
export interface Learned {
  facts: Value;
  /** By `register` and `set_fact`. */
  readonly registered: Map<string, Variable>;
  /** By `include_vars`. */
  readonly included: Map<string, Variable>;
  /** Variables were read whose names are not known. */
  mayKnowMore?: boolean;
}

/** For what variables are read: a task, as far as it has some of its own. */
export type Asker = Pick<Task, 'role' | 'vars'>;

function namesOf(host: string): ValueMap {
  const unknown = isStandIn(host) ? new Unknown('how the host is called is known during the run') : undefined;
  return {
    inventory_hostname: unknown ?? host,
    inventory_hostname_short: unknown ?? host.split('.')[0] ?? host,
  };
}

/** The variables that vprov itself sets, and what they were made of. */
interface Magic {
  readonly facts: Value;
  readonly inventory: Population['current'];
  readonly unknown: Unknown | undefined;
  readonly layer: Layer;
}

/** The variables of tasks. */
export interface Scopes {
  /** @param above layers above the task's own: the loop's item, the result that a condition looks at */
  forTask(task: Asker | undefined, above?: readonly Layer[]): Scope;
  /** Of the tasks that includes bring in, which give them these. */
  within(parameters: readonly Layer[]): Scopes;
}

/**
 * The scopes of one host in one play. Precedence from low to high: defaults of the play's roles, those of the task's
 * own role, inventory, play vars, vars prompt, vars files, role vars, block and task vars, include_vars, role parameters,
 * include parameters, register
 * and set_fact, the loop's item, `-e`, magic variables.
 */
export class HostScopes implements Scopes {
  readonly #variables: PlayVariables;
  readonly #hostName: string;
  readonly #learned: Learned;
  readonly #fixed = new Map<Role | undefined, {readonly host: Host; readonly scope: Scope}>();
  readonly #magicLayers = new Map<Role | undefined, Magic>();

  readonly #spoilt = new Map<string, Variable>();

  /** @param host of the inventory */
  constructor(variables: PlayVariables, host: string, learned: Learned) {
    this.#variables = variables;
    this.#hostName = host;
    this.#learned = learned;
  }

  /** As the inventory has it now. */
  get #host(): Host {
    return hostIn(this.#variables.inventory.current, this.#hostName);
  }

  forTask(task: Asker | undefined, above: readonly Layer[] = []): Scope {
    return this.#forTask(task, above, []);
  }

  /** What is said to be wrong with a variable is said once: what reads it meets an unknown. */
  spoil(name: string): void {
    this.#spoilt.set(name, spoilt);
    this.#magicLayers.clear();
  }

  within(parameters: readonly Layer[]): Scopes {
    return {
      forTask: (task, above = []) => this.#forTask(task, above, parameters),
      within: (more) => this.within([...parameters, ...more]),
    };
  }

  #forTask(task: Asker | undefined, above: readonly Layer[], parameters: readonly Layer[]): Scope {
    const role = task?.role;
    return this.#fixedFor(role).extend(
      ...(task?.vars ?? []).map((vars) => layerOfMap(vars, 'task vars')),
      this.#learned.included,
      ...(role?.parameters ? [layerOfMap(role.parameters, `role ${role.name} parameters`)] : []),
      ...parameters,
      this.#learned.registered,
      ...above,
      this.#variables.extraVars,
      this.#spoilt,
      this.#magic(role),
    );
  }

  /** What stays the same from task to task. */
  #fixedFor(role: Role | undefined): Scope {
    const host = this.#host;
    const known = this.#fixed.get(role);
    if (known?.host === host) return known.scope;
    const {play} = this.#variables;
    const own = role ? [...role.dependencies, ...role.parents, role] : [];
    const layers: Layer[] = [];
    for (const one of [...play.roles.filter((other) => !own.includes(other)), ...own]) {
      if (one.defaults) layers.push(layerOfMap(one.defaults, `role ${one.name} defaults`));
    }
    layers.push(...inventoryLayers(host));
    if (play.vars) layers.push(layerOfMap(play.vars, 'play vars'));
    if (this.#variables.prompted) layers.push(this.#variables.prompted);
    for (const {name, vars} of play.varsFiles) layers.push(layerOfMap(vars, `vars file ${name}`));
    for (const one of own) if (one.vars) layers.push(layerOfMap(one.vars, `role ${one.name} vars`));
    const scope = createScope(layers, this.#variables.ports(role, dirname(play.file)));
    this.#fixed.set(role, {host, scope});
    return scope;
  }

  #magic(role: Role | undefined): Layer {
    const {facts} = this.#learned;
    const {current, unknown} = this.#variables.inventory;
    const known = this.#magicLayers.get(role);
    if (known?.facts === facts && known.inventory === current && known.unknown === unknown)
      return known.layer;
    const layer = this.#magicLayer(role);
    this.#magicLayers.set(role, {facts, inventory: current, unknown, layer});
    return layer;
  }

  #hasFacts(): boolean {
    return this.#variables.play.gatherFacts || this.#learned.facts !== factsNotGathered;
  }

  #magicLayer(role: Role | undefined): Layer {
    const {play, playHosts, inventory, checkMode, before, extraVars, ports} = this.#variables;
    const {current, unknown} = inventory;
    const {name, groups} = this.#host;
    const all = inventoryValues(current, extraVars, ports(undefined));
    return layerOfData(
      {
        ...namesOf(name),
        group_names: groups.filter((group) => group !== 'all'),
        ...all,
        hostvars: hostvarsWithout(
          this.#spoilt,
          before ? hostvarsWith(all, before, extraVars, ports(undefined)) : all.hostvars,
        ),
        play_hosts: playHosts,
        ...(unknown ? {group_names: unknown, groups: unknown, hostvars: unknown, play_hosts: unknown} : {}),
        playbook_dir: dirname(play.file),
        vprov_check_mode: checkMode,
        vprov_extra_vars: [...new Set([...extraVars.keys(), ...play.prompts.map((one) => one.name)])],
        ...(this.#hasFacts() ? {facts: this.#learned.facts} : {}),
        omit,
        ...(role ? {role_path: role.directory, role_name: basename(role.directory)} : {}),
      },
      'magic variable',
    );
  }
}
