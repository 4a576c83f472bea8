import {resolve} from 'node:path';
import type {Command} from 'commander';
import {collect} from './options.ts';
import type {KeyFlags} from './playbook-flags.ts';
import {createDesk, type SealFlags, type SecretDesk} from './secret-desk.ts';
import {editFile} from './secret-edit.ts';
import {decryptFile, encryptFile, encryptValue, newIdentity, rekeyFile, viewFile} from './secret-files.ts';
import type {Terminal} from './terminal.ts';

const examples = `
Examples:
  vprov secrets keygen ~/.config/vprov/identity.txt   prints its recipient
  vprov secrets encrypt group_vars/all/secrets.yml    to .age-recipients
  vprov secrets encrypt --value db_password           one value, typed or stdin
  vprov secrets edit group_vars/all/secrets.yml       in $EDITOR
  vprov secrets rekey group_vars/all/secrets.yml      after these have changed
  vprov secrets rekey group_vars/all/vault.yml        ansible-vault: becomes age

Keys:
  --identity, else $VPROV_IDENTITY, else ~/.config/vprov/identity.txt
  a passphrase is asked for once ($VPROV_AGE_PASSPHRASE)
  --vault-password-file, else $VPROV_VAULT_PASSWORD_FILE, else it is asked for
`;

type Flags = KeyFlags & SealFlags & {readonly value?: string | boolean};

/** `vprov secrets encrypt|decrypt|edit|view|rekey|keygen`. @param finish receives the exit code */
export function addSecretsCommand(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const secrets = program
    .command('secrets')
    .description('Encrypt, view and edit files of secret variables')
    .addHelpText('after', examples);

  /** Does one thing with each file; what fails for one is told, and the others are still done. */
  const each = (work: (file: string, desk: SecretDesk) => Promise<boolean>) => {
    return async (files: readonly string[], flags: Flags): Promise<void> => {
      const desk = createDesk(flags, terminal);
      let failed = false;
      for (const file of files) {
        if (!(await work(resolve(terminal.cwd, file), desk))) failed = true;
      }
      finish(failed ? 1 : 0);
    };
  };

  const encrypt = withKeys(secrets.command('encrypt'))
    .description('Encrypt files in place, or a single value')
    .argument('[files...]', 'files of variables')
    .option('--value [name]', 'instead: a value from stdin or the terminal, printed as YAML');
  withRecipients(encrypt).action(async (files: readonly string[], flags: Flags) => {
    if (flags.value === undefined) {
      if (files.length > 0) return each(encryptFile)(files, flags);
      terminal.stderr.write('error: no file is named, and no --value\n');
      return finish(1);
    }
    const name = typeof flags.value === 'string' ? flags.value : 'secret';
    finish((await encryptValue(name, createDesk(flags, terminal))) ? 0 : 1);
  });
  withKeys(secrets.command('decrypt'))
    .description('Decrypt files in place')
    .argument('<files...>', 'encrypted files')
    .action(each(decryptFile));
  withKeys(secrets.command('view'))
    .description('Print what is in encrypted files')
    .argument('<files...>', 'encrypted files')
    .action(each(viewFile));
  withRecipients(withKeys(secrets.command('edit')))
    .description('Edit a file in $EDITOR, encrypted before and after')
    .argument('<file>', 'an encrypted file, or a new one')
    .action((file: string, flags: Flags) => each(editFile)([file], flags));
  withRecipients(withKeys(secrets.command('rekey')))
    .description('Encrypt files anew, to the recipients of now')
    .argument('<files...>', 'encrypted files')
    .action(each(rekeyFile));
  secrets
    .command('keygen')
    .description('Make an identity of age, and print its recipient')
    .argument('[file]', 'a new file for it (default: stdout)')
    .action(async (file: string | undefined) => finish((await newIdentity(file, terminal)) ? 0 : 1));
}

export function withKeys(command: Command): Command {
  return command
    .option('--identity <file>', 'identity of age (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of ansible-vault');
}

function withRecipients(command: Command): Command {
  return command
    .option('-r, --recipient <age1…>', 'who may open it (repeatable; default: .age-recipients)', collect)
    .option('-R, --recipients-file <file>', 'file of recipients (repeatable)', collect)
    .option('-p, --passphrase', 'encrypt with a passphrase, to nobody');
}
