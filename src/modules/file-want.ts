import {type Content, type PathWant, pathWant} from '../resources/index.ts';
import {holdsSecret} from '../text/index.ts';
import {type Ownership, ownershipOf} from './ownership.ts';

/** How contents get into their place, as the tasks say it. */
export interface Placement extends Ownership {
  readonly dest: string;
  readonly follow?: boolean;
  readonly write?: 'atomic' | 'in_place';
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
      ...(args.follow ? {follow: true} : {}),
      ...(args.write === 'in_place' ? {writeInPlace: true} : {}),
    },
    sensitive ? {sensitive} : {},
  );
}
