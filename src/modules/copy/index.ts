import {posix} from 'node:path';
import {contentOf, type PathWant} from '../../resources/index.ts';
import {asText} from '../../values/index.ts';
import type {StateModule} from '../contract.ts';
import {fileWant, placementProblems} from '../file-want.ts';
import type {CopyArguments} from './schema.ts';
import {treeWants} from './tree.ts';

export const copy: StateModule<CopyArguments> = {
  type: 'state',
  name: 'copy',
  summary: 'Puts a local file, a directory with all in it, or a text, onto the host',
  scope: 'host',

  check(args) {
    const {content, dest} = args;
    if (content === undefined || !dest.endsWith('/')) return placementProblems(args);
    return [
      {argument: 'dest', message: 'is a directory: a text has no name of its own', hint: 'name the file'},
    ];
  },

  inputs({src, local_follow: followLinks = true}) {
    return src === undefined ? [] : [{name: 'src', path: src, type: 'tree', followLinks}];
  },

  want(args, _seen, inputs): readonly PathWant[] {
    const text = args.content === undefined ? undefined : asText(args.content);
    if (text) return [fileWant(args, '', contentOf(text))];
    const [root, ...below] = inputs.tree('src');
    const localName = posix.basename(args.src ?? '');
    if (root?.type === 'file') return [fileWant(args, localName, root.content)];
    return treeWants(args, below);
  },
};
