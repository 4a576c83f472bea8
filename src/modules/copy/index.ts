import {posix} from 'node:path';
import {contentOf} from '../../resources/index.ts';
import {asText} from '../../values/index.ts';
import type {StateModule} from '../contract.ts';
import {fileWant, placementProblems} from '../file-want.ts';
import type {CopyArguments} from './schema.ts';

export const copy: StateModule<CopyArguments> = {
  type: 'state',
  name: 'copy',
  summary: 'Puts a local file, or a text, onto the host',
  scope: 'host',

  check(args) {
    const {content, dest} = args;
    if (content === undefined || !dest.endsWith('/')) return placementProblems(args);
    return [
      {argument: 'dest', message: 'is a directory: a text has no name of its own', hint: 'name the file'},
    ];
  },

  inputs({src}) {
    return src === undefined ? [] : [{name: 'src', path: src, type: 'file'}];
  },

  want(args, _seen, inputs) {
    const text = args.content === undefined ? undefined : asText(args.content);
    const content = text ? contentOf(text) : inputs.content('src');
    return [fileWant(args, posix.basename(args.src ?? ''), content)];
  },
};
