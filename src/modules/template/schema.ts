import {Type} from 'typebox';
import {absolutePath, argumentsOf, ownership, placement, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    src: Type.String({
      description: 'A local Handlebars template, in `templates/` of the role or beside the playbook.',
      pattern: '[^/]$',
      mustBe: 'a file, not a directory',
    }),
    dest: absolutePath({
      description:
        'The file on the host. With a slash at its end: the directory that gets the file under its local name, without `.hbs`.',
    }),
    ...ownership,
    ...placement,
  },
  {
    retired: {
      backup: 'leave it out: the last three versions of a file are kept, and vprov undo brings them back',
      trim_blocks: 'leave it out: templates are Handlebars, where ~ trims white space',
      lstrip_blocks: 'leave it out: templates are Handlebars, where ~ trims white space',
      force: 'use command with creates for what must be written only once',
    },
  },
);

export type TemplateArguments = Static<typeof schema>;
