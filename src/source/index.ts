export {sourceCodes} from './codes.ts';
export {describeNode} from './describe.ts';
export {withoutEchoes} from './echoes.ts';
export {
  newIdentityFile,
  type OpenedFile,
  openFile,
  openMessage,
  replaceFile,
  sealBytes,
  sealText,
} from './encrypted/files.ts';
export {openValues} from './encrypted/inline.ts';
export {type AskSecret, keySources, type SecretQuestion} from './encrypted/keys.ts';
export {createLockbox, type Lockbox, readSealed} from './encrypted/lockbox.ts';
export {isOpenPgpMessage, type PublicKey, readPublicKey} from './encrypted/public-key.ts';
export {recipientsFor} from './encrypted/recipients.ts';
export {isEncrypted, type Opener, type SealTo} from './encrypted/sealed.ts';
export {readYamlFile, refusedFile} from './file.ts';
export {type KeptDocuments, openDocuments} from './kept-documents.ts';
export {
  findLocalFile,
  isRefused,
  lookAt,
  lookAtFile,
  lookedFor,
  namesIn,
  type Refused,
  readHandedText,
  readLocalBytes,
  readLocalText,
  textOf,
} from './local-file.ts';
export {entryOf, type ListNode, type MapEntry, type MapNode, type Node, type ScalarNode} from './node.ts';
export {type PlainNode, plainNode} from './plain.ts';
export {isAbsence, isRefusal, refusalOf} from './refusal.ts';
export {standingAt} from './standing.ts';
export {utf8Text} from './utf8.ts';
export {type Parsed, parseYaml} from './yaml.ts';
