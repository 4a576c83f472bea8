import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import {playbookCodes} from './codes.ts';
import {tasksIn} from './inherit.ts';
import type {Playbook} from './model.ts';

/** What `--tags` and `--skip-tags` say; empty where not given. */
export interface TagSelection {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/**
 * Whether a task with these tags runs. `always` runs unless skipped, `never` only when one of its tags is asked for;
 * `tagged`, `untagged` and `all` may be asked for, or skipped.
 * @see https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_tags.html
 */
export function selectedByTags(tags: readonly string[], {tags: asked, skipTags}: TagSelection): boolean {
  const own = tags.length === 0 ? ['untagged'] : tags;
  return isAsked(own, asked.length === 0 ? ['all'] : asked) && !isSkipped(own, skipTags);
}

function isAsked(own: readonly string[], asked: readonly string[]): boolean {
  if (own.includes('always') || own.some((tag) => asked.includes(tag))) return true;
  if (own.includes('never')) return false;
  return asked.includes('all') || (asked.includes('tagged') && !own.includes('untagged'));
}

function isSkipped(own: readonly string[], skipped: readonly string[]): boolean {
  if (skipped.includes('all')) return !own.includes('always') || skipped.includes('always');
  return (
    own.some((tag) => skipped.includes(tag)) || (skipped.includes('tagged') && !own.includes('untagged'))
  );
}

const specialTags = ['all', 'always', 'never', 'tagged', 'untagged'];

/** Tags that are asked for, or skipped, and that no task or handler has. */
export function unknownTags({plays}: Playbook, {tags, skipTags}: TagSelection): readonly Diagnostic[] {
  const known = new Set(
    plays.flatMap((play) => [...tasksIn([...play.tasks, ...play.handlers])].flatMap((task) => task.tags)),
  );
  const unknown = (names: readonly string[], option: string): readonly Diagnostic[] =>
    names
      .filter((name) => !known.has(name) && !specialTags.includes(name))
      .map((name) =>
        errorDiagnostic(playbookCodes, 'PLY016', `${option}: no task has the tag '${name}'`, {
          hint: didYouMean(name, known) ?? listed([...known]),
        }),
      );
  return [...unknown(tags, '--tags'), ...unknown(skipTags, '--skip-tags')];
}

function listed(tags: readonly string[]): string {
  return tags.length === 0 ? 'this playbook has no tags' : `tags are: ${tags.slice(0, 12).join(', ')}`;
}
