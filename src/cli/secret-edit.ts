import {existsSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {
  isRefused,
  lookAt,
  openFile,
  parseYaml,
  type Refused,
  readLocalBytes,
  readLocalText,
  sealText,
} from '../source/index.ts';
import {runEditor} from './editor.ts';
import {createHidingPlace} from './hiding-place.ts';
import type {SecretDesk} from './secret-desk.ts';
import {hasOneName, nameOf, put} from './secret-files.ts';

/**
 * Edits an encrypted file, or a new one, in the person's editor. What is decrypted is in memory, and for the editor in
 * a folder that goes away with it. @returns whether it did
 */
export async function editFile(file: string, desk: SecretDesk): Promise<boolean> {
  const {terminal, refuse, lockbox} = desk;
  const found = bytesOf(file);
  // What is there and cannot be read, or cannot be there, is no new file: opening it says why, before anybody types.
  const before =
    found || !canBeNew(file) ? await openFile(file, lockbox) : ({text: '', format: 'age'} as const);
  if (!('text' in before)) return refuse(before);
  if (before.format === 'none')
    return refuse(
      `${nameOf(file, terminal)} is not encrypted\n  hint: edit it as it is, or encrypt it first`,
    );
  if (before.format === 'ansible-vault')
    return refuse(
      `${nameOf(file, terminal)} is of ansible-vault, which vprov reads and does not write\n  hint: vprov secrets rekey makes an age file of it`,
    );
  if (!hasOneName(file, desk)) return false;
  const to = await desk.sealTo(file, before);
  if (to === undefined) return false;
  const after = await editText(before.text, basename(file), desk);
  if (after === undefined) return false;
  if (after !== before.text) warnOfMistakes(file, after, terminal);
  if (after === before.text) {
    terminal.stderr.write('nothing was changed\n');
    return true;
  }
  const sealed = await sealText(after, to);
  const isSame = found === undefined ? !existsSync(file) : bytesOf(file)?.equals(found) === true;
  return isSame ? put(file, sealed, desk) : putBeside(file, sealed, desk);
}

/** A file of variables that is no YAML is kept, since it may be another kind of text, but not without a word. */
function warnOfMistakes(file: string, text: string, terminal: SecretDesk['terminal']): void {
  if (!/\.ya?ml$/.test(file)) return;
  // Its values may be encrypted on their own, too: those are no mistake, and nothing of the text is quoted.
  const mistake = parseYaml(text, file, {
    opener: {open: () => undefined, keep: () => undefined},
  }).diagnostics.find(({severity}) => severity === 'error');
  if (!mistake) return;
  const line = mistake.source?.line ?? 1;
  const name = nameOf(file, terminal);
  terminal.stderr.write(
    `warning: ${name} is no sound YAML: line ${line}\n  hint: mend it with vprov secrets edit ${name}\n`,
  );
}

function canBeNew(file: string): boolean {
  const standing = lookAt(file);
  return isRefused(standing) && standing.reason === 'no such file' && !isRefused(lookAt(dirname(file)));
}

function bytesOf(file: string): Buffer | undefined {
  const bytes = readLocalBytes(file);
  return isRefused(bytes) ? undefined : bytes;
}

/** Somebody else has changed the file while the editor was open: neither loses what was written. */
function putBeside(file: string, sealed: string, desk: SecretDesk): boolean {
  const {terminal, refuse} = desk;
  const beside = freeNameBeside(file);
  if (!put(beside, sealed, desk)) return false;
  return refuse(
    `${nameOf(file, terminal)} was changed by somebody else meanwhile; what you wrote is in ${nameOf(beside, terminal)}, encrypted\n` +
      '  hint: compare the two with vprov secrets view, and edit the one again',
  );
}

function freeNameBeside(file: string): string {
  for (let count = 1; ; count++) {
    const name = `${file}.edited${count === 1 ? '' : `-${count}`}`;
    if (!existsSync(name)) return name;
  }
}

function whatWasLeft({refused, reason, at}: Refused, editor: string): string {
  if (refused === 'missing') return `${editor} left no file; nothing was changed`;
  if (!at) return `what ${editor} left cannot be read: ${reason}; nothing was changed`;
  return (
    `what ${editor} left is not text in UTF-8; nothing was changed\n` +
    `  hint: what is none begins at line ${at.line}, column ${at.column}: have the editor save UTF-8`
  );
}

async function editText(
  text: string,
  name: string,
  {terminal, refuse}: SecretDesk,
): Promise<string | undefined> {
  const {environment, interruption} = terminal;
  const place = createHidingPlace();
  try {
    const file = join(place.directory, name);
    writeFileSync(file, text, {mode: 0o600});
    const editor = environment.VISUAL || environment.EDITOR || 'vi';
    const problem = await runEditor(editor, file, environment, interruption.signal);
    if (problem !== undefined) {
      refuse(`${problem}; nothing was changed`);
      return undefined;
    }
    const after = readLocalText(file);
    if (!isRefused(after)) return after;
    refuse(whatWasLeft(after, editor));
    return undefined;
  } finally {
    place.clear();
  }
}
