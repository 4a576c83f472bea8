export {obstaclesOn} from './adoption/obstacles.ts';
export {stopFor} from './adoption/screen.ts';
export {type Adoption, adoptionOf, adoptionSignature} from './adoption/variables.ts';
export {certificateBy, openAuthority} from './certificates/authority.ts';
export {flawOf} from './certificates/judge.ts';
export {type AuthorityState, authorityAt, authorityKind, authorityRef} from './certificates/kind.ts';
export {servesCertificate} from './certificates/served.ts';
export {
  type AutopilotGuard,
  autopilotNote,
  foreseeAutopilot,
  holdAutopilot,
  releaseAutopilot,
} from './cluster/autopilot-guard.ts';
export {emptiedVoter} from './cluster/emptied.ts';
export {handOver, logIn} from './cluster/hand-over.ts';
export {initialize} from './cluster/initialize.ts';
export {type KeysOf, openKeys} from './cluster/keeping.ts';
export {type Peer, peersOf} from './cluster/peers.ts';
export type {ClusterPorts, Stuck} from './cluster/ports.ts';
export {foreseeRemoval, type Removal, removePeer} from './cluster/remove-peer.ts';
export {foreseeRestart, type MemberToRestart, restartMember} from './cluster/restart.ts';
export {generateRootToken} from './cluster/root-token.ts';
export {type ClusterStatus, clusterStatus, type NodeStatus, soonDays} from './cluster/status.ts';
export {foreseeStepDown, type StepDown, stepDown} from './cluster/step-down.ts';
export {type Unsealing, unseal} from './cluster/unseal.ts';
export {foreseeUpgrade, type ProgramSwitch, type Upgrade, upgradeMember} from './cluster/upgrade.ts';
export {type ConfigurationImpact, compareConfigurations} from './configuration/compare.ts';
export {neededFiles} from './configuration/files.ts';
export {keptItems} from './configuration/kept.ts';
export type {
  Availability,
  ConfigurationBlock,
  ConfigurationKey,
  Form,
  KeyImpact,
  KeyType,
  ServerProduct,
  ServerRelease,
  Versions,
} from './configuration/key.ts';
export {configurationBlocks} from './configuration/known.ts';
export {type ConfigurationMistake, mistakesOfConfiguration} from './configuration/lint.ts';
export {conflictBetween, mergeConfigurations} from './configuration/merge.ts';
export {renderSettings, renderSettingsOver} from './configuration/render.ts';
export type {ConfigurationRule} from './configuration/rule.ts';
export {holdsSecret} from './configuration/secret.ts';
export {repeatedKeys, sameSettings} from './configuration/settings.ts';
export {configurationRules} from './configuration/table/rules.ts';
export {configurationArguments, settingsOfFiles} from './discovery/configuration.ts';
export {
  discover,
  type Findings,
  isBare,
  type KnownServer,
  type ReadFindings,
  withoutContents,
} from './discovery/discover.ts';
export {askMember, type MemberView} from './discovery/member.ts';
export {DiscoveryError} from './discovery/records.ts';
export type {ReadServer} from './discovery/server.ts';
export {HclError} from './hcl/lexer.ts';
export {parseHcl} from './hcl/parse.ts';
export {printHcl} from './hcl/print.ts';
export type {Body} from './hcl/tree.ts';
export {approleFields} from './inside/approle.ts';
export {auditFields} from './inside/audit.ts';
export {autopilotFields} from './inside/autopilot.ts';
export {insideKind} from './inside/kind.ts';
export {kvFields} from './inside/kv.ts';
export {mountFields} from './inside/mount.ts';
export {insideRef, type Login, type Place, type SortName, serverKinds, usualServer} from './inside/place.ts';
export {policyText} from './inside/policy.ts';
export type {InsideDesired} from './inside/sort.ts';
export {secondsOf} from './inside/value.ts';
export {type ClusterKeys, printKeys, readKeys, secretsOfKeys} from './keys/cluster-keys.ts';
export {type Custody, custodyOf} from './keys/custody.ts';
export {intentIn} from './keys/intent.ts';
export {type KeysState, keysAt, keysKind, keysRef, keysStateOf} from './keys/kind.ts';
export {type OpenKeys, openShares, tooFew} from './keys/open-shares.ts';
export {type KeyPlaces, placesOfKeys} from './keys/places.ts';
export {
  otherRecordsAt,
  otherRecordsRef,
  recordAt,
  recordKind,
  recordRef,
  recordsKind,
} from './record/kind.ts';
export {type ClusterRecord, printRecord} from './record/record.ts';
export {strangers} from './record/stranger.ts';
export {serverKind} from './server/kind.ts';
export {type Answer, askServer, type Fields, type ServerRequest, wordsOf} from './server/request.ts';
export {lookAtServer, type ServerState, serverAt, serverRef} from './server/state.ts';
export {hasSnapshot, snapshotsKind, snapshotsRef} from './snapshot/kind.ts';
export {saveSnapshot} from './snapshot/save.ts';
export {upgradePath} from './upgrade/path.ts';
