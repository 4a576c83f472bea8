import {type Content, type PathWant, pathWant} from '../resources/index.ts';
import {holdsSecret, reveal} from '../text/index.ts';
import {splitCommand} from './command/split.ts';
import type {ArgumentProblem} from './contract.ts';
import {type Ownership, ownershipOf} from './ownership.ts';

/** How contents get into their place, as the tasks say it. */
export interface Placement extends Ownership {
  readonly dest: string;
  readonly follow?: boolean;
  readonly write?: 'atomic' | 'in_place';
  readonly validate?: string;
}

/**
 * A file with these contents; sensitive when they hold a secret.
 * @param localName with a slash at its end the destination is the directory that gets the file under this name
 */
export function fileWant(args: Placement, localName: string, content: Content): PathWant {
  const path = args.dest.endsWith('/') ? args.dest + localName : args.dest;
  const sensitive = content.text !== undefined && holdsSecret(content.text);
  return pathWant(
    path,
    {
      type: 'file',
      content,
      ...ownershipOf(args),
      follow: args.follow === true,
      ...(args.write === 'in_place' ? {writeInPlace: true} : {}),
      ...(args.validate === undefined ? {} : {validate: validationWords(args.validate)}),
    },
    sensitive ? {sensitive} : {},
  );
}

/** What is wrong with the command that has to approve of the contents. */
export function placementProblems({validate}: Pick<Placement, 'validate'>): readonly ArgumentProblem[] {
  if (validate === undefined) return [];
  const words = splitCommand([validate]);
  if ('problem' in words)
    return [{argument: 'validate', message: words.problem, ...(words.hint ? {hint: words.hint} : {})}];
  return words.some((word) => reveal(word).includes('%s'))
    ? []
    : [{argument: 'validate', message: 'has no %s', hint: 'it stands for the file with the new contents'}];
}

function validationWords(validate: string): readonly string[] {
  const words = splitCommand([validate]);
  return 'problem' in words ? [] : words.map((word) => reveal(word));
}
