import {engineCodes, recordCodes} from '../engine/index.ts';
import type {CodeTable} from '../errors/index.ts';
import {inventoryCodes} from '../inventory/index.ts';
import {codes as moduleCodes} from '../modules/index.ts';
import {playbookCodes} from '../playbook/index.ts';
import {releaseCodes} from '../releases/index.ts';
import {shellCodes} from '../shell/index.ts';
import {sourceCodes} from '../source/index.ts';
import {codes as valueCodes} from '../values/index.ts';

/** The rooms' tables of codes, and what each is about, in the order in which files are read and used. */
export const codeTables: readonly (readonly [about: string, table: CodeTable])[] = [
  ['YAML files and encrypted files', sourceCodes],
  ['Inventories and host patterns', inventoryCodes],
  ['Playbooks and roles', playbookCodes],
  ['Variables, templates and expressions', valueCodes],
  ['Arguments of modules', moduleCodes],
  ['Words of the shell', shellCodes],
  ['Releases of programs', releaseCodes],
  ['The run', engineCodes],
  ['What runs leave behind', recordCodes],
];
