import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, dirname, resolve} from 'node:path';
import type {Holder, SealedFiles, SealedProblem} from '../resources/index.ts';
import {
  type Lockbox,
  openFile,
  openMessage,
  readPublicKey,
  recipientsFor,
  refusalOf,
  replaceFile,
  sealBytes,
  sealText,
} from '../source/index.ts';
import {type Redactor, Secret} from '../text/index.ts';
import {isMissing} from './local-files.ts';

/** What is sealed to see whether it can be opened again: nobody's secret. */
const probe = 'vprov can open what it seals\n';

/**
 * Files of this machine that are encrypted to recipients of age, for what a run must not lose and nobody may read: each
 * is there whole or not at all, is its owner's alone, and was opened again before it counts.
 * @param cwd what paths are relative to
 */
export function createSealedFiles(lockbox: Lockbox, redactor: Redactor, cwd: string): SealedFiles {
  const sealed = async (
    file: string,
    text: string,
    recipients: readonly string[],
  ): Promise<{readonly armoured: string; readonly recipients: readonly string[]} | SealedProblem> => {
    const path = resolve(cwd, file);
    const to = await recipientsFor(path, recipients, [], cwd);
    const [wrong] = to.diagnostics;
    if (wrong) return problemOf(wrong);
    const armoured = await sealText(text, {recipients: to.recipients});
    const opened = await openSealed(armoured, path, lockbox);
    if (typeof opened !== 'string') return opened;
    if (opened !== text) return {problem: 'what was encrypted is another text when it is opened again'};
    return {armoured, recipients: to.recipients};
  };
  return {
    async open(file) {
      const path = resolve(cwd, file);
      if (!existsSync(path)) return undefined;
      const opened = await openFile(path, lockbox);
      if (!('text' in opened)) return problemOf(opened);
      if (opened.format === 'none')
        return {problem: `${file} is not encrypted`, hint: `vprov secrets encrypt ${file}`};
      return new Secret(basename(file), opened.text);
    },
    async prove(file, recipients) {
      const proof = await sealed(file, probe, recipients);
      return 'problem' in proof ? proof : undefined;
    },
    async seal(file, text, recipients) {
      const path = resolve(cwd, file);
      const made = await sealed(file, text.reveal(), recipients);
      if ('problem' in made) return made;
      return writing(file, () => {
        makeFolder(dirname(path));
        replaceFile(path, made.armoured);
      });
    },
    async sealBytes(file, bytes, recipients) {
      const path = resolve(cwd, file);
      const proof = await sealed(file, probe, recipients);
      if ('problem' in proof) return proof;
      const made = await sealBytes(bytes, {recipients: proof.recipients});
      return writing(file, () => {
        makeFolder(dirname(path));
        replaceFile(path, made);
      });
    },
    async note(file, text) {
      const path = resolve(cwd, file);
      return writing(file, () => {
        makeFolder(dirname(path));
        replaceFile(path, text);
      });
    },
    async noted(file) {
      try {
        return readFileSync(resolve(cwd, file), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        return {problem: `${file} cannot be read: ${refusalOf(error)}`};
      }
    },
    async remove(file) {
      return writing(file, () => rmSync(resolve(cwd, file), {force: true}));
    },
    async openMessage(message, name) {
      const opened = await openMessage(message, lockbox);
      if ('problem' in opened) return opened;
      const secret = new Secret(name, opened.text.trim());
      redactor.add(secret);
      return secret;
    },
    async holdersOf(keys, nowMs) {
      const holders: Holder[] = [];
      for (const [index, text] of keys.entries()) {
        const key = await readPublicKey(text, nowMs);
        if ('problem' in key)
          return {...key, problem: `public key ${index + 1} of ${keys.length}: ${key.problem}`};
        const opened = await openMessage(await key.seal(probe), lockbox);
        holders.push({
          name: `${key.user} ${key.fingerprint}`.trim(),
          key: key.bytes,
          ...('problem' in opened ? {closed: opened} : opened.text === probe ? {} : {closed: otherText}),
        });
      }
      return holders;
    },
    keep: (secret) => redactor.add(secret),
  };
}

const otherText: SealedProblem = {problem: 'what is encrypted is another text when it is opened again'};

/** What was encrypted a moment ago, opened with the keys that are here. */
async function openSealed(armoured: string, path: string, lockbox: Lockbox): Promise<string | SealedProblem> {
  const sealed = {
    format: 'age',
    bytes: Buffer.from(armoured),
    source: {file: path, line: 1, column: 1},
  } as const;
  lockbox.open(sealed);
  await lockbox.unlock();
  const opening = lockbox.open(sealed);
  if (opening && 'text' in opening) return opening.text;
  const {problem = 'it was not opened', hint} = opening ?? {};
  return {problem: `what is encrypted could not be opened again here: ${problem}`, ...(hint ? {hint} : {})};
}

/** What belongs to the inventory, in git: records, certificates of authorities, and their keys, which are encrypted. */
const forGit = /\/\.vprov\/(?:ca|clusters)$/;

/** For its owner alone, and not for git but where it says so. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, {recursive: true, mode: 0o700});
  if (forGit.test(folder)) return;
  writeFileSync(resolve(folder, '.gitignore'), '*\n', {mode: 0o600});
}

function writing(file: string, write: () => void): SealedProblem | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return {problem: `${file} cannot be written: ${refusalOf(error)}`};
  }
}

function problemOf({
  message,
  hint,
}: {
  readonly message: string;
  readonly hint?: string | undefined;
}): SealedProblem {
  return {problem: message, ...(hint ? {hint} : {})};
}
