import {toText} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {programAction} from '../program.ts';
import type {RawArguments} from './schema.ts';

export const raw = programAction<RawArguments>({
  name: 'raw',
  summary: 'The same as shell: no host needs anything but a shell here',
  shorthand: 'cmd',
  wordsFrom: 'cmd',
  words: ({cmd, executable = '/bin/sh'}) => [toText(executable), ['-c'], asText(cmd) ?? []],
});
