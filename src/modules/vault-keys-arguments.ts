import {Type} from 'typebox';
import {secretString} from './argument-types.ts';

/** Which server, and which keys: what every module that opens a cluster takes. */
export const vaultKeysArguments = {
  name: Type.String({
    description: 'The name of the cluster, which its keys are kept under.',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    mustBe: 'letters, digits, ., _ and -',
  }),
  url: Type.Optional(
    Type.String({
      description: 'The API of the server as its host sees it.',
      pattern: '^https?://[^/]+$',
      mustBe: 'http:// or https:// with a name and a port, and no path',
      default: 'http://127.0.0.1:8200',
    }),
  ),
  keys: Type.String({
    description:
      'The file of the keys on this machine, encrypted with age, relative to the folder that vprov runs in. No host ever sees it.',
    pattern: '\\.age$',
    mustBe: 'a file that ends with .age',
  }),
  timeout: Type.Optional(
    Type.Number({
      description: 'Seconds until the server must have done it. A Pi Zero takes minutes.',
      exclusiveMinimum: 0,
      default: 300,
    }),
  ),
};

export const vaultRecipients = {
  recipients: Type.Optional(
    Type.Array(Type.String({pattern: '^age1', mustBe: 'a recipient of age, age1…'}), {
      description:
        'Who can open the keys. Without it those of the nearest file `.age-recipients`. One of them must have its identity here, which is seen before anything is done.',
      minItems: 1,
    }),
  ),
};

export const vaultAuthority = Type.String({
  description:
    "The certificate of the cluster's authority on this machine, relative to the folder that vprov runs in. It is made where there is none, its key beside it, encrypted with age.",
  pattern: '^\\.vprov/ca/[^/]+\\.crt$',
  mustBe: 'a file .vprov/ca/NAME.crt, where vprov looks for the authorities that it trusts',
});

export const vaultRecord = Type.String({
  description:
    'What is written down of the cluster on this machine: its id and its members, no secret; to be kept with the inventory. Relative to the folder that vprov runs in.',
  pattern: '\\.json$',
  mustBe: 'a file that ends with .json',
});

/** Of what stops a member. */
export const vaultPeers = Type.Optional(
  Type.String({
    description:
      "All members' APIs as this host reaches them, separated by blanks: none is stopped where too few of them serve, whether they take part or not.",
  }),
);

/** Of a cluster that vprov did not make, and has no login to. */
export const vaultToken = Type.Optional(
  secretString({
    description: "A token to do it with, in the place of vprov's own login; an empty one is none.",
  }),
);
