import type {Inputs, ReleasedProgram, StateModule, TreeEntry} from '../../../src/modules/index.ts';
import {type Content, contentOf} from '../../../src/resources/index.ts';
import type {ValueMap} from '../../../src/values/index.ts';
import type {Case} from './cases.ts';

/**
 * What a case says of local files: a text is a file; a map is a directory, by the paths in it: a text, `{}` for a
 * directory, `{target: …}` for a link.
 * @throws Error for a name that the module did not ask for
 */
export function inputsFor(module: StateModule<ValueMap>, args: ValueMap, one: Case): Inputs {
  const asked = module.inputs?.(args) ?? [];
  const given = (name: string) => {
    if (!asked.some((input) => input.name === name)) throw new Error(`'${name}' was not asked for by inputs`);
    return one.inputs[name] ?? '';
  };
  const text = (name: string): string => {
    const value = given(name);
    if (typeof value !== 'string') throw new Error(`'${name}' is a directory`);
    return value;
  };
  const content = (name: string): Content => contentOf(text(name));
  return {
    content,
    tree: (name) => treeOf(given(name)),
    release: (name) => releasedAs(text(name), content(name)),
  };
}

function treeOf(given: Case['inputs'][string]): readonly TreeEntry[] {
  if (typeof given === 'string') return [{type: 'file', path: '', content: contentOf(given)}];
  return [
    {type: 'directory', path: ''},
    ...Object.entries(given).map(([path, entry]): TreeEntry => {
      if (typeof entry === 'string') return {type: 'file', path, content: contentOf(entry)};
      return entry.target === undefined
        ? {type: 'directory', path}
        : {type: 'link', path, target: entry.target};
    }),
  ];
}

/** A release as cases write it: version, program, and then what would be in it. */
function releasedAs(text: string, content: Content): ReleasedProgram {
  const [version = '', program = ''] = text.split(' ');
  return {version, program, content};
}
