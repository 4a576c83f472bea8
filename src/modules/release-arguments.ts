import {Type} from 'typebox';
import type {BrokenBuild} from '../releases/index.ts';

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
    Type.Unsafe<readonly BrokenBuild[]>({
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
