import {Type} from 'typebox';
import type {DeniedBuild} from './release-deny.ts';

/** Which release is meant, and how far it is trusted: what `release` and `release_info` take. */
export const releaseArguments = {
  name: Type.String({
    description: 'The product: `vault` or `openbao`; for `release` also a name of your own, with `url`.',
    minLength: 1,
  }),
  version: Type.String({
    description:
      'As the release site writes it (`1.21.1`), or `auto`: the newest that runs on all members of `group`.',
    minLength: 1,
  }),
  group: Type.Optional(
    Type.String({
      description:
        'The inventory group whose members run one version, whichever of them a run is limited to. Without it each host is alone.',
      minLength: 1,
    }),
  ),
  deny: Type.Optional(
    Type.Unsafe<readonly DeniedBuild[]>({
      type: 'array',
      description:
        'Versions not to be taken, beyond those that are known to be broken: a list of maps with `product`, `from`, `to` (without it: every later one), `architectures`, `reason` and `source`.',
      items: {
        type: 'object',
        required: ['product', 'from', 'architectures', 'reason', 'source'],
        additionalProperties: false,
        properties: {
          product: {type: 'string'},
          from: {type: 'string'},
          to: {type: 'string'},
          architectures: {type: 'array', items: {type: 'string'}},
          reason: {type: 'string'},
          source: {type: 'string'},
          kind: {enum: ['missing', 'broken']},
        },
      },
    }),
  ),
};

/** Where the program itself comes from, and whom to trust for it. */
export const sourceArguments = {
  site: Type.Optional(
    Type.String({
      description:
        "A mirror with the layout of the product's own site: a folder (relative to the playbook), `file:`, `http:` or `https:`. By default the product's own site.",
      minLength: 1,
    }),
  ),
  key: Type.Optional(
    Type.String({
      description:
        'A local file with armoured public keys, relative to the playbook: who is in it is trusted beside the publisher.',
      minLength: 1,
    }),
  ),
  allow_expired_key: Type.Optional(
    Type.Boolean({
      description:
        'Take a signature that was made while its key was valid, though the key has expired since.',
      default: false,
    }),
  ),
  inspect: Type.Optional(
    Type.Boolean({
      description:
        'Look into the program before it is sent: one that is built for another machine, or for a newer ARM, is refused.',
      default: true,
    }),
  ),
};
