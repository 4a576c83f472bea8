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
import {reveal, type Text} from '../../text/index.ts';
import {
  type Body,
  compareConfigurations,
  HclError,
  mistakesOfConfiguration,
  parseHcl,
  printHcl,
  repeatedKeys,
} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {fileWant, placementProblems} from '../file-want.ts';
import {readsOfEdit} from '../text-edit.ts';
import type {VaultConfigArguments} from './schema.ts';

export const vaultConfig: StateModule<VaultConfigArguments> = {
  type: 'state',
  name: 'vault_config',
  summary: 'Writes the configuration of Vault or OpenBao, and says what a change costs the server',
  scope: 'host',

  check: placementProblems,

  inputs({src}) {
    return [{name: 'src', path: src, type: 'template'}];
  },

  reads(args) {
    const {dest: path, data_dir: data, unit = 'vault.service'} = args;
    return [
      ...readsOfEdit({...args, path}),
      unitRef(unit),
      ...(data === undefined ? [] : [databaseRef(data)]),
    ];
  },

  want(args, seen, inputs) {
    const rendered = inputs.content('src').text;
    if (rendered === undefined) return {refused: `${args.src} renders to what is no text`};
    const wanted = read(rendered, `${args.src} renders to`);
    if (isRefusal(wanted)) return wanted;
    const problem = problemOf(args, wanted, rendered, args.src);
    if (problem) return problem;
    const impact = impactOn(args, wanted, seen);
    return isRefusal(impact) ? impact : [{...fileWant(args, '', contentOf(printHcl(wanted))), impact}];
  },
};

function databaseRef(data: string): Ref<'path'> {
  return pathRef(`${data}/vault.db`);
}

/** @param whose begins the message: "vault.hcl.hbs renders to" */
function read(text: Text, whose: string): Body | Refusal {
  try {
    return parseHcl(text);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    return {refused: `${whose} what is no HCL, line ${lineAt(text, error.offset)}: ${error.message}`};
  }
}

function problemOf(
  {product, version, unread_keys: unread}: VaultConfigArguments,
  body: Body,
  text: Text,
  src: string,
): Refusal | undefined {
  const [repeated] = repeatedKeys(body);
  if (repeated !== undefined)
    return {
      refused: `${src} sets '${repeated}' twice in one block`,
      hint: 'newer servers refuse that, older ones take the last: keep one',
    };
  const mistakes = mistakesOfConfiguration(body, {
    ...(product === undefined ? {} : {product}),
    ...(version === undefined ? {} : {version}),
  });
  const [mistake] = mistakes.filter(({type}) => type === 'refused' || unread !== 'allow');
  return (
    mistake && {
      refused: `${src} ${mistake.message} (line ${lineAt(text, mistake.start)})`,
      ...(mistake.hint === undefined ? {} : {hint: mistake.hint}),
    }
  );
}

function lineAt(text: Text, offset: number): number {
  return reveal(text).slice(0, offset).split('\n').length;
}

/** What the change costs the server that reads the file now. */
function impactOn(args: VaultConfigArguments, wanted: Body, seen: StateView): Impact | Refusal {
  const {unit = 'vault.service', dest} = args;
  const observed = seen.get<PathState>(pathRef(dest));
  if (observed.status === 'absent') return atStart(unit, 'it is new', seen);
  const text = textAt(dest, observed, args.follow === true);
  if (text !== undefined && isRefusal(text)) return text;
  const before = read(text ?? [], `${dest} is`);
  if (isRefusal(before))
    return atStart(unit, 'what is there is no HCL, so nobody can say what changes', seen);
  const {impact, keys, reason} = compareConfigurations(before, wanted, isInitialized(args, seen));
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
