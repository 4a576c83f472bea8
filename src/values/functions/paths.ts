import {posix} from 'node:path';
import {defineFunction, type FunctionGroup} from './define.ts';

const path = {name: 'path', type: 'text'} as const;

export const pathFunctions: FunctionGroup = {
  title: 'Paths',
  functions: [
    defineFunction({
      name: 'basename',
      summary: 'The last part of a path',
      example: {call: 'basename "/etc/vault.d/vault.hcl"', gives: 'vault.hcl'},
      parameters: [path],
      secrets: 'opened',
      call: ([value]) => posix.basename(String(value)),
    }),
    defineFunction({
      name: 'dirname',
      summary: 'A path without its last part',
      example: {call: 'dirname "/etc/vault.d/vault.hcl"', gives: '/etc/vault.d'},
      parameters: [path],
      secrets: 'opened',
      call: ([value]) => posix.dirname(String(value)),
    }),
    defineFunction({
      name: 'path_join',
      summary: 'Parts as one path, with one slash between them',
      example: {call: 'path_join "/etc/" "vault.d" "vault.hcl"', gives: '/etc/vault.d/vault.hcl'},
      parameters: [path, {name: 'part', type: 'text', repeated: true}],
      secrets: 'opened',
      call: (parts) => posix.join(...parts.map(String)),
    }),
  ],
};
