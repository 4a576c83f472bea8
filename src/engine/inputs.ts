import {errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import type {Inputs, LocalRef} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {type Content, contentOf} from '../resources/index.ts';
import {entryOf} from '../source/index.ts';
import {Secret, Unknown, UnknownRead} from '../text/index.ts';
import {renderTemplate, type Scope} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation, type LocalFile} from './effect.ts';

/**
 * The contents that a module asked for: files as they are, templates rendered in the task's scope.
 * @param onSecret told of the secrets in them
 * @throws VprovError for a mistake in a template, UnknownRead when a template reads what is not known yet
 */
export function* inputsOf(
  refs: readonly LocalRef[],
  task: Task,
  scope: Scope,
  onSecret: Context['onSecret'],
): Interpretation<Inputs> {
  if (refs.length === 0) return noInputs;
  // A local reference has the name of the argument that it comes from.
  const source = entryOf(task.args, refs[0]?.name ?? '')?.value.source ?? task.source;
  const files = yield* ask({type: 'inputs', refs, role: task.role, source});
  const contents = new Map(
    refs.map((ref) => [ref.name, contentOfRef(ref, files.get(ref.name), scope, source)]),
  );
  if (onSecret) {
    for (const {text = []} of contents.values())
      for (const part of text) if (part instanceof Secret) onSecret(part);
  }
  return {
    content: (name) => {
      const content = contents.get(name);
      if (!content) throw new Error(`the module asked for the input '${name}' without naming it`);
      return content;
    },
  };
}

const noInputs: Inputs = {
  content: (name) => {
    throw new Error(`the module asked for the input '${name}' without naming it`);
  },
};

function contentOfRef(ref: LocalRef, file: LocalFile | undefined, scope: Scope, source: Source): Content {
  if (!file) throw new Error(`the driver left out the input '${ref.name}'`);
  if (ref.type === 'file') return fileContent(file);
  if (file.text === undefined) {
    throw new VprovError(
      errorDiagnostic(engineCodes, 'ENG002', `the template ${file.file} is not text in UTF-8`, {
        source,
        hint: 'the module copy takes files of any kind',
      }),
    );
  }
  const text = renderTemplate({text: file.text, file: file.file}, scope);
  if (text instanceof Unknown) throw new UnknownRead(text);
  return contentOf(text);
}

function fileContent(file: LocalFile): Content {
  if (file.text !== undefined) return contentOf(file.text, file.file);
  return {sha256: file.sha256, sizeBytes: file.sizeBytes, from: file.file};
}
