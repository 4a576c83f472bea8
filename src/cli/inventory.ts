import {type Command, Option} from 'commander';
import type {Inspected, InspectedVariable} from '../engine/index.ts';
import {didYouMean, hasError} from '../errors/index.ts';
import type {Host, Inventory} from '../inventory/index.ts';
import {graphLines, variableLines, visible} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {tellMistakes} from './mistakes.ts';
import {collect} from './options.ts';
import {inventoryHelp, type KeyFlags, keyOptions} from './playbook-flags.ts';
import {type Terminal, wantsColour} from './terminal.ts';

interface InventoryFlags extends KeyFlags {
  readonly inventory?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly playbook?: string;
  readonly list?: boolean;
  readonly graph?: boolean;
  readonly host?: string;
  readonly explain?: boolean;
  readonly output: 'pretty' | 'json';
  readonly color: boolean;
}

const examples = `
Examples:
  vprov inventory --graph                       groups and their hosts
  vprov inventory --list                        all of it as JSON
  vprov inventory --host wallpi                 the variables of a host as JSON
  vprov inventory --host wallpi --explain       and where each comes from
  vprov inventory --host wallpi --explain --playbook playbooks/vault.yml
                                                with those of plays and roles
`;

/** `vprov inventory`. @param finish receives the exit code */
export function addInventoryCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  program
    .command('inventory')
    .description('Show hosts, groups and variables, and where each comes from')
    .option('-i, --inventory <file>', inventoryHelp, collect)
    .option('-e, --extra-vars <vars>', 'variables: key=value, JSON, or @file (repeatable)', collect)
    .option('--playbook <file>', 'also the variables of its plays and roles')
    .addOption(new Option('--graph', 'groups and hosts as a tree').conflicts(['list', 'host']))
    .addOption(new Option('--list', 'everything as JSON, in the format of Ansible').conflicts(['host']))
    .option('--host <name>', 'the variables of one host')
    .option('--explain', 'with --host: where each comes from, and what it overrides')
    .addOption(
      new Option('--output <format>', 'of --explain: for people, or JSON')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option('--identity <file>', 'identity of age that opens what is encrypted (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of what ansible-vault encrypted')
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)')
    .addHelpText('after', examples)
    .action(async (flags: InventoryFlags) => {
      const {inspect} = await loadEngine();
      terminal.interruption.announce('');
      const inspected = await inspect({
        inventory: flags.inventory ?? [],
        extraVars: (flags.extraVars ?? []).map((text) => ({text})),
        cwd: terminal.cwd,
        environment: terminal.environment,
        signal: terminal.interruption.signal,
        onWaiting: (message) => void terminal.stderr.write(`${visible(message)}\n`),
        ...keyOptions(flags, terminal),
        ...(flags.playbook === undefined ? {} : {playbook: flags.playbook}),
      });
      tellMistakes(inspected.diagnostics, flags.color, terminal);
      const failed = hasError(inspected.diagnostics);
      const shown = inspected.inventory && show(inspected, inspected.inventory, flags, terminal);
      finish(failed || !shown ? 1 : 0);
    });
}

/** @returns whether all of it could be shown */
function show(
  inspected: Inspected,
  inventory: Inventory,
  flags: InventoryFlags,
  terminal: Terminal,
): boolean {
  if (flags.host !== undefined) return showHost(flags.host, inspected, inventory, flags, terminal);
  if (flags.list) writeJson(listOf(inspected, inventory), terminal);
  else writeLines(graphLines(inventory.groups), terminal);
  return true;
}

function showHost(
  name: string,
  inspected: Inspected,
  inventory: Inventory,
  flags: InventoryFlags,
  terminal: Terminal,
): boolean {
  const host = inventory.hosts.get(name);
  if (host === undefined) {
    const hint = didYouMean(name, inventory.hosts.keys());
    terminal.stderr.write(`error: no host '${name}' in the inventory\n${hint ? `  hint: ${hint}\n` : ''}`);
    return false;
  }
  const variables = inspected.variablesOf(host);
  if (!flags.explain) {
    writeJson(valuesOf(variables), terminal);
    tellMistakes(
      variables.flatMap(({mistakes = []}) => mistakes),
      flags.color,
      terminal,
    );
  } else if (flags.output === 'json') writeJson(variables, terminal);
  else {
    const {isTTY, columns} = terminal.stdout;
    const look = {
      colour: wantsColour(terminal, flags.color),
      cwd: terminal.cwd,
      columns: isTTY ? (columns ?? 80) : undefined,
    };
    writeLines(variableLines(variables, look), terminal);
  }
  return variables.every(({mistakes}) => mistakes === undefined);
}

/** The format that Ansible's `ansible-inventory --list` writes and that other tools read. */
function listOf(inspected: Inspected, {groups, hosts}: Inventory): object {
  const hostvars = Object.fromEntries(
    [...hosts.values()].map((host: Host) => [host.name, valuesOf(inspected.variablesOf(host))]),
  );
  const named = [...groups.values()].map((group) => [
    group.name,
    {children: group.children, hosts: group.name === 'all' ? [] : group.hosts},
  ]);
  return {_meta: {hostvars}, ...Object.fromEntries(named)};
}

function valuesOf(variables: readonly InspectedVariable[]): object {
  const own = variables.filter(({origin}) => origin.layer !== 'magic variable');
  return Object.fromEntries(own.map(({name, value, mistakes}) => [name, mistakes ? null : value]));
}

function writeLines(lines: readonly string[], {stdout}: Terminal): void {
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function writeJson(value: object, {stdout}: Terminal): void {
  stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
