import {openVault, parseVault, type VaultText} from './ansible-vault.ts';
import {type KeySources, readKeyFile} from './keys.ts';
import {type Opening, textOf} from './sealed.ts';

const passwordTries = 3;

type Problem = {readonly problem: string; readonly hint: string; readonly once?: boolean};

/** Opens texts of ansible-vault; the password is read or asked for once. */
export type VaultKeys = (text: string, file: string) => Promise<Opening & {readonly once?: boolean}>;

export function createVaultKeys(sources: KeySources): VaultKeys {
  const given = givenPassword(sources);
  let asked: string | undefined;
  return async (text, file) => {
    const vault = parseVault(text);
    if (typeof vault === 'string')
      return {problem: `the text of ansible-vault ${vault}`, hint: 'encrypt it again with ansible-vault'};
    if (typeof given === 'object') return given;
    const known = given ?? asked;
    const opened = known === undefined ? undefined : await openVault(vault, known);
    if (opened !== undefined) return textOf(opened);
    if (given !== undefined) return wrongPassword;
    if (sources.ask === undefined) return nobody;
    const answer = await askPassword(vault, file, sources.ask);
    if (answer === undefined) return wrongPassword;
    asked = answer.password;
    return textOf(answer.opened);
  };
}

async function askPassword(
  vault: VaultText,
  file: string,
  ask: NonNullable<KeySources['ask']>,
): Promise<{readonly password: string; readonly opened: Buffer} | undefined> {
  for (let tried = 0; tried < passwordTries; tried++) {
    const answer = await ask({type: 'vault-password', file, again: tried > 0});
    if (answer === undefined) return undefined;
    const opened = await openVault(vault, answer.reveal());
    if (opened !== undefined) return {password: answer.reveal(), opened};
  }
  return undefined;
}

const wrongPassword: Problem = {
  problem: 'the password of ansible-vault does not open it',
  hint: 'it is the wrong one, or the text was changed',
};

const nobody: Problem = {
  problem: 'it is encrypted with ansible-vault, and there is no password to open it',
  hint: 'name a file that holds it with --vault-password-file FILE, or run vprov in a terminal',
  once: true,
};

/** Undefined: nobody gave one. */
function givenPassword({vaultPassword, vaultPasswordFile: file}: KeySources): string | Problem | undefined {
  if (vaultPassword !== undefined || file === undefined) return vaultPassword;
  const bytes = readKeyFile(file);
  if ('reason' in bytes)
    return {problem: `the password file ${file} cannot be read`, hint: bytes.reason, once: true};
  const text = bytes.toString('utf8').trim();
  if (text.startsWith('#!'))
    return {
      problem: `the password file ${file} is a program, which vprov does not run`,
      hint: `VPROV_VAULT_PASSWORD="$(${file})" vprov …`,
      once: true,
    };
  if (text !== '') return text;
  return {problem: `the password file ${file} is empty`, hint: 'write the password into it', once: true};
}
