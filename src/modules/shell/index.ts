import {toText} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {programAction} from '../program.ts';
import type {ShellArguments} from './schema.ts';

export const shell = programAction<ShellArguments>({
  name: 'shell',
  summary: 'Runs a command in a shell on the host',
  shorthand: 'cmd',
  wordsFrom: 'cmd',
  words: ({cmd, executable = '/bin/sh'}) => [toText(executable), ['-c'], asText(cmd) ?? []],
});
