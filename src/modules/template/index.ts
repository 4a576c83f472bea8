import {posix} from 'node:path';
import type {StateModule} from '../contract.ts';
import {fileWant, placementProblems} from '../file-want.ts';
import type {TemplateArguments} from './schema.ts';

export const template: StateModule<TemplateArguments> = {
  type: 'state',
  name: 'template',
  summary: 'Renders a local Handlebars template onto the host',
  scope: 'host',

  check: placementProblems,

  inputs({src}) {
    return [{name: 'src', path: src, type: 'template'}];
  },

  want(args, _seen, inputs) {
    const localName = posix.basename(args.src).replace(/\.hbs$/, '');
    return [fileWant(args, localName, inputs.content('src'))];
  },
};
