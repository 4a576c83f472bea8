import {
  contentOf,
  type Impact,
  isRefusal,
  type Observed,
  type PathState,
  pathRef,
  type Ref,
  type Refusal,
  type StateView,
  textAt,
  type UnitState,
  unitRef,
} from '../../resources/index.ts';
import type {Text} from '../../text/index.ts';
import {
  type Body,
  compareConfigurations,
  holdsSecret,
  neededFiles,
  renderSettings,
  sameSettings,
} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {fileWant, placementProblems} from '../file-want.ts';
import {readsOfEdit} from '../text-edit.ts';
import {composed, knownProblems, readHcl} from './composed.ts';
import type {VaultConfigArguments} from './schema.ts';

export const vaultConfig: StateModule<VaultConfigArguments> = {
  type: 'state',
  name: 'vault_config',
  summary: 'Writes the configuration of Vault or OpenBao, and says what a change costs the server',
  scope: 'host',

  check: placementProblems,

  checkKnown: knownProblems,

  inputs({src}) {
    return src === undefined ? [] : [{name: 'src', path: src, type: 'template'}];
  },

  reads(args) {
    const {dest: path, data_dir: data, unit = 'vault.service'} = args;
    return [
      ...readsOfEdit({...args, path}),
      unitRef(unit),
      ...(data === undefined ? [] : [databaseRef(data)]),
      // What a template names comes on top, at the price of another request.
      ...neededFiles(renderSettings(args.settings ?? {}), args).map(({path: one}) => pathRef(one)),
    ];
  },

  want(args, seen, inputs) {
    const template = args.src === undefined ? undefined : inputs.content('src');
    if (template && template.text === undefined) return {refused: `${args.src} renders to what is no text`};
    const found = textOf(args, seen);
    if (isRefusal(found)) return found;
    const wanted = composed(args, template?.text, found.body);
    if (isRefusal(wanted)) return wanted;
    if (args.form === 'as_found' && found.body && sameSettings(found.body, wanted.body))
      return [{...fileWant(args, '', contentOf(found.text)), impact: {type: 'none'}}];
    const impact = missingFile(args, found.body, wanted.body, seen) ?? impactOn(args, wanted.body, seen);
    if (isRefusal(impact)) return impact;
    const want = {...fileWant(placed(args, seen), '', contentOf(wanted.text)), impact};
    // One that goes is as secret as one that stays.
    return found.body?.items.some((item) => holdsSecret(item, [])) ? [{...want, sensitive: true}] : [want];
  },
};

/** A new file may hold secrets, and says to nobody but its group what it holds. */
function placed(args: VaultConfigArguments, seen: StateView): VaultConfigArguments {
  const isNew = seen.get<PathState>(pathRef(args.dest)).status === 'absent';
  return isNew && args.mode === undefined ? {...args, mode: '0640'} : args;
}

/** What is there; without a body where it is no HCL. */
function textOf(args: VaultConfigArguments, seen: StateView): {text: Text; body?: Body} | Refusal {
  const text = textAt(args.dest, seen.get<PathState>(pathRef(args.dest)), args.follow === true);
  if (text === undefined) return {text: []};
  if (isRefusal(text)) return text;
  const body = readHcl(text, args.dest);
  return isRefusal(body) ? {text} : {text, body};
}

/**
 * What the configuration newly names and the host has not. What it named before is the server's matter, which may see other
 * files than we do.
 */
function missingFile(
  args: VaultConfigArguments,
  before: Body | undefined,
  wanted: Body,
  seen: StateView,
): Refusal | undefined {
  const known = new Set(before ? neededFiles(before, args).map(({path}) => path) : []);
  const missing = neededFiles(wanted, args)
    .filter(({path}) => !known.has(path))
    .find(({path}) => {
      const there = seen.get<PathState>(pathRef(path));
      return there.status === 'absent' && there.mayCome === undefined;
    });
  return (
    missing && {
      refused: `the configuration sets '${missing.key}' to ${missing.path}, which is not on the host: the server does not start`,
      hint: 'put it there by a task before this one',
    }
  );
}

function databaseRef(data: string): Ref<'path'> {
  return pathRef(`${data}/vault.db`);
}

/** What the change costs the server that reads the file now. */
function impactOn(args: VaultConfigArguments, wanted: Body, seen: StateView): Impact | Refusal {
  const {unit = 'vault.service', dest} = args;
  const observed = seen.get<PathState>(pathRef(dest));
  if (observed.status === 'absent') return atStart(unit, 'it is new', seen);
  const text = textAt(dest, observed, args.follow === true);
  if (text !== undefined && isRefusal(text)) return text;
  const before = readHcl(text ?? [], `${dest} is`);
  if (isRefusal(before))
    return atStart(unit, 'what is there is no HCL, so nobody can say what changes', seen);
  const {impact, keys, reason} = compareConfigurations(before, wanted, isInitialized(args, seen), args);
  switch (impact) {
    case 'none':
      return {type: 'none'};
    case 'reload':
      return runs(unit, seen) ? {type: 'reload', unit, reason: keys.join(', ')} : {type: 'none'};
    case 'restart':
      return atStart(unit, keys.join(', '), seen, !hasOwnSeal(wanted));
    case 'refuse':
      return {
        type: 'refuse',
        reason: `${keys.join(', ')} of a member that has data must not change${reason ? `: ${reason}` : ''}`,
      };
  }
}

/** A server that does not run reads the file when it starts. */
function atStart(unit: string, reason: string, seen: StateView, unseal = true): Impact {
  return runs(unit, seen) ? {type: 'restart', unit, unseal, reason} : {type: 'none'};
}

function runs(unit: string, seen: StateView): boolean {
  const observed = seen.get<UnitState>(unitRef(unit));
  return (
    observed.status === 'unreadable' || (observed.status === 'present' && observed.state.active !== false)
  );
}

function isInitialized({initialized, data_dir: data}: VaultConfigArguments, seen: StateView): boolean {
  if (initialized !== undefined || data === undefined) return initialized ?? true;
  const database: Observed<PathState> = seen.get<PathState>(databaseRef(data));
  return database.status !== 'absent';
}

/** A seal other than Shamir's opens itself after a restart. */
function hasOwnSeal(body: Body): boolean {
  return body.items.some(({keys: [type, label]}) => type?.name === 'seal' && label?.name !== 'shamir');
}
