import {type Static, type TProperties, Type} from 'typebox';
import type {Secret} from '../text/index.ts';
import type {SecretText, Value} from '../values/index.ts';
import {type ArgumentNotes, absolutePathWords, type SchemaNotes} from './vocabulary.ts';

// Imported by the schemas only, at build time: TypeBox must not get into the program.

/** A string whose secrets, if it has any, are still marked. */
export type StringOrSecret = string | Secret | SecretText;

/** The arguments of a module: what is not named here is an error. */
export function argumentsOf<P extends TProperties>(properties: P, notes: SchemaNotes = {}) {
  return Type.Object(properties, {additionalProperties: false, ...notes});
}

/** A string that may hold secrets: it is shown with them masked, or not at all. */
export function secretString(notes: ArgumentNotes) {
  return Type.Unsafe<StringOrSecret>({type: 'string', secret: true, ...notes});
}

/** A list of strings that may hold secrets. */
export function secretStrings(notes: ArgumentNotes) {
  return Type.Unsafe<readonly StringOrSecret[]>({
    type: 'array',
    minItems: 1,
    items: {type: 'string', secret: true},
    ...notes,
  });
}

/** Anything at all, with secrets inside where there are any. */
export function anyValue(notes: ArgumentNotes) {
  return Type.Unsafe<Value>({secret: true, ...notes});
}

export function absolutePath(notes: ArgumentNotes) {
  return Type.String({
    pattern: '^(?!.*/\\.\\.(/|$))/[^\\u0000\\n]*$',
    mustBe: absolutePathWords,
    ...notes,
  });
}

const accountPattern = '[A-Za-z_][A-Za-z0-9_.-]{0,30}\\$?';

/** The name of a user or group. */
export function accountName(notes: ArgumentNotes) {
  return Type.String({
    pattern: `^${accountPattern}$`,
    mustBe: 'a name of at most 32 letters, digits, _, - and ., not starting with a digit',
    ...notes,
  });
}

function owner(notes: ArgumentNotes) {
  return Type.String({
    pattern: `^(${accountPattern}|[0-9]{1,10})$`,
    mustBe: 'a name or a number in digits',
    ...notes,
  });
}

const octalMode = '0o?[0-7]{3,4}';
const symbolicClause = '[ugoa]*([-+=]([rwxXst]*|[ugo]))+';

export function mode(description: string) {
  return Type.String({
    description,
    pattern: `^(${octalMode}|${symbolicClause}(,${symbolicClause})*)$`,
    mustBe: 'octal with a leading zero, or symbolic such as u=rw,g=r',
  });
}

/** Owner and mode: what every module that makes files takes. */
export const ownership = {
  mode: Type.Optional(mode('Permissions: octal with a leading zero (`0644`), or symbolic (`u=rw,g=r,o=`).')),
  owner: Type.Optional(owner({description: 'The owner, a name or a number.'})),
  group: Type.Optional(owner({description: 'The group, a name or a number.'})),
};

/** How a file's contents get into its place. */
export const placement = {
  follow: Type.Optional(
    Type.Boolean({
      description: 'Write to what the destination links to. A link is refused otherwise.',
      default: false,
    }),
  ),
  write: Type.Optional(
    Type.Enum(['atomic', 'in_place'], {
      description:
        '`atomic`: a new file takes the place of the old one. `in_place`: the same file gets the new contents, for destinations that are mount points or have hard links.',
      default: 'atomic',
    }),
  ),
  validate: Type.Optional(
    Type.String({
      description:
        'A command that must approve of new contents before they take their place. `%s` in it is the file with them. It is split into words as for `command`; check mode does not run it.',
    }),
  ),
};

/** The file that a module edits. */
export const editedPath = absolutePath({description: 'The file to edit.'});

/** A regular expression. */
export function pattern(notes: ArgumentNotes) {
  return Type.String({minLength: 1, mustBe: 'a regular expression', ...notes});
}

/** Arguments of Ansible's modules that edit a file's text, and what to do instead. */
export const retiredOfEdits = {
  dest: "its name is 'path'",
  destfile: "its name is 'path'",
  name: "its name is 'path'",
  backup: 'leave it out: the last three versions of a file are kept, and vprov undo brings them back',
  unsafe_writes: 'write: in_place writes into the file that is there',
  encoding: 'files are UTF-8',
  others: 'leave it out',
  selevel: 'contexts of SELinux are not managed',
  seuser: 'contexts of SELinux are not managed',
  serole: 'contexts of SELinux are not managed',
  setype: 'contexts of SELinux are not managed',
  attributes: 'attributes of chattr are not managed',
};

export type {Static};
