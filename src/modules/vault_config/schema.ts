import {Type} from 'typebox';
import type {ValueMap} from '../../values/index.ts';
import {
  absolutePath,
  argumentsOf,
  ownership,
  placement,
  type Static,
  secretString,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    src: Type.Optional(
      Type.String({
        description:
          'A local Handlebars template that renders to HCL, in `templates/` of the role or beside the playbook.',
        pattern: '[^/]$',
        mustBe: 'a file, not a directory',
      }),
    ),
    settings: Type.Optional(
      Type.Unsafe<ValueMap>({
        type: 'object',
        secret: true,
        additionalProperties: {secret: true},
        description:
          'The configuration as a map, or what goes over the template: its values take the place of those that are there. Labels of blocks are keys (`storage: {raft: {…}}`), several blocks a list (`listener: [{tcp: {…}}, {tcp: {…}}]`); a block that is there already is added to, a listener when its `address` is the same. What is null is taken out of the template. [All keys](vault-configuration.md).',
      }),
    ),
    extra: Type.Optional(
      secretString({
        description:
          'HCL of your own, put at the end as it is, with keys that are not known here, too. What is set already is refused.',
      }),
    ),
    dest: absolutePath({description: 'The configuration on the host.'}),
    unit: Type.Optional(
      Type.String({
        description: 'The unit of the server that reads it. While that does not run, a change costs nothing.',
        default: 'vault.service',
      }),
    ),
    data_dir: Type.Optional(
      absolutePath({
        description:
          "The storage's directory. A member without `vault.db` in it is not initialised, and may be changed in every way.",
      }),
    ),
    initialized: Type.Optional(
      Type.Boolean({
        description:
          'What the server itself says (`initialized` of /v1/sys/seal-status), where it answers; it goes before `data_dir`. Without either the member counts as initialised.',
      }),
    ),
    product: Type.Optional(
      Type.Enum(['openbao', 'vault'], {
        description: 'Which server it is for: keys that it does not have are then mistakes, too.',
      }),
    ),
    version: Type.Optional(
      Type.String({
        description: 'Its version, so that keys of newer and older ones are mistakes.',
        pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+',
        mustBe: 'a version such as 2.6.2',
      }),
    ),
    unread_keys: Type.Optional(
      Type.Enum(['refuse', 'allow'], {
        description:
          'Keys that the server would ignore, with no more than a line in its log ("unknown or unsupported field") or without. What keeps it from starting is refused in any case. [The table of keys](vault-configuration.md).',
        default: 'refuse',
      }),
    ),
    keep: Type.Optional(
      Type.Array(Type.String({pattern: '^[A-Za-z_][A-Za-z0-9_]*$', mustBe: 'the name of a key or block'}), {
        description:
          'Keys and blocks of the top level that stay as the file on the host has them: those with secrets that nothing else has.',
      }),
    ),
    form: Type.Optional(
      Type.Enum(['canonical', 'as_found'], {
        description:
          '`as_found`: a file that says what is wanted stays as it is written, with its comments. `canonical`: it is written a key a line.',
        default: 'canonical',
      }),
    ),
    ...ownership,
    ...placement,
  },
  {rules: [{rule: 'some-of', arguments: ['src', 'settings']}]},
);

export type VaultConfigArguments = Static<typeof schema>;
