import {dirname} from 'node:path';
import {errorDiagnostic, hushed, type Source, VprovError, warningDiagnostic} from '../errors/index.ts';
import type {Inputs, LocalFileRef, LocalRef, ReleaseRef, TreeEntry} from '../modules/index.ts';
import {type Content, contentOf} from '../resources/index.ts';
import {entryOf, isRefused, readLocalText} from '../source/index.ts';
import {Secret, toText, Unknown, UnknownRead} from '../text/index.ts';
import {renderTemplate, type Scope} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation, type LocalFile, type LocalTree, type Replies} from './effect.ts';
import {withOrigins} from './origins.ts';
import type {BarePass, Pass} from './pass.ts';
import {releasesOf} from './releases.ts';
import {WrittenPlaces} from './written-places.ts';

/**
 * The contents that a module asked for: files as they are, templates rendered in the task's scope.
 * @throws VprovError for a mistake in a template, UnknownRead when a template reads what is not known yet
 */
export function* inputsOf(all: readonly LocalRef[], pass: Pass): Interpretation<Inputs> {
  if (all.length === 0) return noInputs;
  const releases = yield* releasesOf(
    all.filter((ref): ref is ReleaseRef => ref.type === 'release'),
    pass,
  );
  const refs = all.filter((ref): ref is LocalFileRef => ref.type !== 'release');
  const {contents, trees} = yield* localInputs(refs, pass);
  return {
    content: (name) => contents.get(name) ?? notAsked(name),
    tree: (name) => trees.get(name) ?? notAsked(name),
    release: (name) => releases.get(name) ?? notAsked(name),
  };
}

/** Of those contents the local ones, which nothing about the host is asked for. @throws the same */
export function* localInputs(
  refs: readonly LocalFileRef[],
  pass: BarePass,
): Interpretation<{
  readonly contents: ReadonlyMap<string, Content>;
  readonly trees: ReadonlyMap<string, readonly TreeEntry[] | undefined>;
}> {
  const {task, scope, context} = pass;
  const found = yield* findAll(refs, pass);
  if (context.onDiagnostic) warnOfVaulted(refs, found, pass);
  const contents = contentsOf(refs, found, task, scope, context.onSecret);
  return {contents, trees: new Map(refs.map(({name}) => [name, treeOf(found.get(name))]))};
}

/** @throws VprovError for one that there is not, with where its name came from */
function* findAll(
  refs: readonly LocalFileRef[],
  {task, context, scope}: BarePass,
): Interpretation<Replies['inputs']> {
  if (refs.length === 0) return new Map();
  const directory = dirname(context.play.file);
  try {
    return yield* ask({type: 'inputs', refs, role: task.role, directory, source: sourceOf(refs, task)});
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    const schema = context.house.catalogue.modules.get(task.module)?.args.schema;
    const places = new WrittenPlaces(task.args, undefined, schema);
    throw new VprovError(withOrigins(error.diagnostics, task, scope, places, schema));
  }
}

/** A local reference has the name of the argument that it comes from. */
export function sourceOf(refs: readonly LocalFileRef[], task: BarePass['task']): Source {
  return entryOf(task.args, refs[0]?.name ?? '')?.value.source ?? task.source;
}

function contentsOf(
  refs: readonly LocalFileRef[],
  found: Replies['inputs'],
  task: BarePass['task'],
  scope: Scope,
  onSecret: Context['onSecret'],
): ReadonlyMap<string, Content> {
  const source = sourceOf(refs, task);
  const contents = new Map(
    refs
      .filter(({type}) => type !== 'tree')
      .map((ref) => [ref.name, contentOfRef(ref, found.get(ref.name), scope, source)]),
  );
  if (onSecret) {
    for (const {text = []} of contents.values())
      for (const part of text) if (part instanceof Secret) onSecret(part);
  }
  return contents;
}

function treeOf(found: LocalFile | LocalTree | undefined): readonly TreeEntry[] | undefined {
  if (!found || !('entries' in found)) return undefined;
  return found.entries.map((entry) =>
    entry.type === 'file' ? {...entry, content: fileContent(entry.file)} : entry,
  );
}

function notAsked(name: string): never {
  throw new Error(`the module asked for the input '${name}' without naming it`);
}

const noInputs: Inputs = {content: notAsked, tree: notAsked, release: notAsked};

function contentOfRef(
  ref: LocalFileRef,
  file: LocalFile | LocalTree | undefined,
  scope: Scope,
  source: Source,
): Content {
  if (!file || 'entries' in file) throw new Error(`the driver left out the input '${ref.name}'`);
  if (ref.type === 'file') return fileContent(file);
  if (file.text === undefined) {
    const {at} = textProblemOf(file.file);
    throw new VprovError(
      errorDiagnostic(engineCodes, 'ENG002', `the template ${file.file} is not text in UTF-8`, {
        source,
        hint: 'the module copy takes files of any kind',
        related: at && [{message: 'what is no text', source: {file: file.file, ...at, length: 1}}],
      }),
    );
  }
  if (isVaulted(file.text))
    throw new VprovError(
      errorDiagnostic(engineCodes, 'ENG002', 'the template is encrypted with ansible-vault, and is no text', {
        source,
        hint: 'write it in clear, and keep what is secret in an encrypted file of variables',
      }),
    );
  const text = renderTemplate({text: file.text, file: file.file}, scope);
  if (text instanceof Unknown) throw new UnknownRead(text);
  return contentOf(text);
}

function isVaulted(text: string | undefined): boolean {
  return text?.startsWith('$ANSIBLE_VAULT;') === true;
}

/** Ansible decrypts what it copies: whoever comes from there would not expect the ciphertext on the host. */
function warnOfVaulted(
  refs: readonly LocalFileRef[],
  found: Replies['inputs'],
  {task, context}: BarePass,
): void {
  for (const {name, type} of refs) {
    if (type === 'template') continue;
    const given = found.get(name);
    const [first] = given && 'entries' in given ? given.entries : [];
    const file = first?.type === 'file' ? first.file : given;
    if (!file || 'entries' in file || !isVaulted(file.text)) continue;
    const message = 'the file is encrypted with ansible-vault, and is copied as it is';
    const source = entryOf(task.args, name)?.value.source ?? task.source;
    const hint = 'keep what is secret in an encrypted file of variables, and write it by content';
    const warning = warningDiagnostic(engineCodes, 'ENG002', message, {source, hint});
    context.onDiagnostic?.(task.noLog ? hushed(warning) : warning);
  }
}

/** Where a template stops to be text: at what is not UTF-8, or at a NUL. */
function textProblemOf(file: string): {readonly at?: {readonly line: number; readonly column: number}} {
  const text = readLocalText(file);
  if (isRefused(text)) return text.at ? {at: text.at} : {};
  const before = text.split('\0', 1)[0]?.split('\n') ?? [];
  return text.includes('\0') ? {at: {line: before.length, column: (before.at(-1) ?? '').length + 1}} : {};
}

function fileContent(file: LocalFile): Content {
  const {sizeBytes, text, file: from} = file;
  return {
    get sha256() {
      return file.sha256;
    },
    sizeBytes,
    from,
    ...(text === undefined ? {} : {text: toText(text)}),
  };
}
