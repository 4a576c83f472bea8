import type {Command} from 'commander';
import type {LoadEngine} from '../engine.ts';
import type {Terminal} from '../terminal.ts';
import {addAdoptCommand} from './adopt.ts';
import {addKeysCommand} from './keys.ts';
import {addRootTokenCommand} from './root-token.ts';
import {addStatusCommand} from './status.ts';
import {addUnsealCommand} from './unseal.ts';

/** `vprov vault …`. @param finish receives the exit code */
export function addVaultCommands(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const vault = program
    .command('vault')
    .description('Look at servers of Vault and OpenBao, keep those that are there, and their keys');
  addStatusCommand(vault, terminal, loadEngine, finish);
  addAdoptCommand(vault, terminal, loadEngine, finish);
  addUnsealCommand(vault, terminal, loadEngine, finish);
  addRootTokenCommand(vault, terminal, loadEngine, finish);
  addKeysCommand(vault, terminal, finish);
}
