import {
  contentOf,
  isRefusal,
  mayCome,
  type PathState,
  pathReads,
  pathRef,
  type Ref,
  type Refusal,
  type StateView,
  textAt,
  type Want,
} from '../resources/index.ts';
import {MatchingTakesTooLong, reveal, type Text} from '../text/index.ts';
import {fileWant, type Placement} from './file-want.ts';

/** The arguments that every module that edits the text of a file has. */
export interface TextEdit extends Omit<Placement, 'dest'> {
  readonly path: string;
}

/** A text after an edit, or why there is none. Pure. */
export type Edit = (before: Text) => Text | Refusal;

/** What `editedFile` looks at, and the want that it makes: all that one request has to bring. */
export function readsOfEdit(args: TextEdit): readonly Ref[] {
  const [file, ...others] = pathReads(wantOf(args, []));
  return file ? [{...file, facets: [...file.facets, 'text']}, ...others] : others;
}

/**
 * The want of a file with its text edited. An edit that would not be content with its own result is refused: each run
 * would change the file again.
 * @param whenMissing what becomes of a path at which no file is: `create` edits the empty text, `leave` wants nothing,
 * `refuse` says that it has to be there
 */
export function editedFile(
  args: TextEdit,
  seen: StateView,
  whenMissing: 'create' | 'leave' | 'refuse',
  edit: Edit,
): readonly Want[] | Refusal {
  const [ref = pathRef(args.path)] = readsOfEdit(args);
  const observed = seen.get<PathState>(ref);
  const before = textAt(ref.id, observed, args.follow === true);
  if (before !== undefined && isRefusal(before)) return before;
  if (before === undefined && observed.status === 'absent') {
    if (whenMissing !== 'create') mayCome(observed);
    if (whenMissing === 'leave') return [];
    if (whenMissing === 'refuse') {
      return {refused: `${ref.id} does not exist`, hint: 'make the file by a task before'};
    }
  }
  const after = inTime(edit, before ?? []);
  if (isRefusal(after)) return after;
  const again = inTime(edit, after);
  if (isRefusal(again) || reveal(again) !== reveal(after))
    return {
      refused: `the same edit would change ${ref.id} again in each run`,
      hint: 'the pattern must fit what is put into its place too, or nothing of it',
    };
  return [wantOf(args, after)];
}

/** An edit whose pattern tries for ever is refused, as one is that cannot be. */
function inTime(edit: Edit, before: Text): Text | Refusal {
  try {
    return edit(before);
  } catch (error) {
    if (!(error instanceof MatchingTakesTooLong)) throw error;
    return {refused: error.message, hint: error.hint};
  }
}

function wantOf({path, ...placement}: TextEdit, text: Text): ReturnType<typeof fileWant> {
  return fileWant({...placement, dest: path}, '', contentOf(text));
}
