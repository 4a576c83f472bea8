import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {openFile, sealText, utf8Text} from '../source/index.ts';
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
  const before = found ? await openFile(file, lockbox) : ({text: '', format: 'age'} as const);
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
  if (after === before.text) {
    terminal.stderr.write('nothing was changed\n');
    return true;
  }
  const sealed = await sealText(after, to);
  const isSame = found === undefined ? !existsSync(file) : bytesOf(file)?.equals(found) === true;
  return isSame ? put(file, sealed, desk) : putBeside(file, sealed, desk);
}

function bytesOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
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
    const after = utf8Text(readFileSync(file));
    if (after === undefined)
      refuse(
        `what ${editor} left is not text in UTF-8; nothing was changed\n  hint: have the editor save UTF-8`,
      );
    return after;
  } finally {
    place.clear();
  }
}
