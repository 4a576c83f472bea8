import {argumentSchemas} from '../generated/arguments.ts';
import {addHost} from './add_host/index.ts';
import {apt} from './apt/index.ts';
import {assert} from './assert/index.ts';
import {authorizedKey} from './authorized_key/index.ts';
import {blockinfile} from './blockinfile/index.ts';
import {command} from './command/index.ts';
import type {AnyModule, Catalogue} from './contract.ts';
import {copy} from './copy/index.ts';
import {cron} from './cron/index.ts';
import {debug} from './debug/index.ts';
import {fail} from './fail/index.ts';
import {fetch} from './fetch/index.ts';
import {file} from './file/index.ts';
import {find} from './find/index.ts';
import {group} from './group/index.ts';
import {groupBy} from './group_by/index.ts';
import {hostname} from './hostname/index.ts';
import {includeRole} from './include_role/index.ts';
import {includeTasks} from './include_tasks/index.ts';
import {includeVars} from './include_vars/index.ts';
import {iniFile} from './ini_file/index.ts';
import {knownHosts} from './known_hosts/index.ts';
import {lineinfile} from './lineinfile/index.ts';
import {meta} from './meta/index.ts';
import {mount} from './mount/index.ts';
import {packageModule} from './package/index.ts';
import {pause} from './pause/index.ts';
import {raw} from './raw/index.ts';
import {reboot} from './reboot/index.ts';
import {release} from './release/index.ts';
import {releaseInfo} from './release_info/index.ts';
import {replace} from './replace/index.ts';
import {script} from './script/index.ts';
import {setFact} from './set_fact/index.ts';
import {shell} from './shell/index.ts';
import {slurp} from './slurp/index.ts';
import {stat} from './stat/index.ts';
import {sysctl} from './sysctl/index.ts';
import {systemd} from './systemd/index.ts';
import {tempfile} from './tempfile/index.ts';
import {template} from './template/index.ts';
import {timezone} from './timezone/index.ts';
import {uri} from './uri/index.ts';
import {user} from './user/index.ts';
import {vaultApprole} from './vault_approle/index.ts';
import {vaultAudit} from './vault_audit/index.ts';
import {vaultAuth} from './vault_auth/index.ts';
import {vaultAuthority} from './vault_authority/index.ts';
import {vaultAutopilot} from './vault_autopilot/index.ts';
import {vaultAutopilotGuard} from './vault_autopilot_guard/index.ts';
import {vaultCertificate} from './vault_certificate/index.ts';
import {vaultCluster} from './vault_cluster/index.ts';
import {vaultConfig} from './vault_config/index.ts';
import {vaultDiscover} from './vault_discover/index.ts';
import {vaultEmptied} from './vault_emptied/index.ts';
import {vaultHandOver} from './vault_hand_over/index.ts';
import {vaultInit} from './vault_init/index.ts';
import {vaultJoin} from './vault_join/index.ts';
import {vaultKnown} from './vault_known/index.ts';
import {vaultKv} from './vault_kv/index.ts';
import {vaultMount} from './vault_mount/index.ts';
import {vaultPeers} from './vault_peers/index.ts';
import {vaultPolicy} from './vault_policy/index.ts';
import {vaultRemovePeer} from './vault_remove_peer/index.ts';
import {vaultRestart} from './vault_restart/index.ts';
import {vaultServedCertificate} from './vault_served_certificate/index.ts';
import {vaultSnapshot} from './vault_snapshot/index.ts';
import {vaultStepDown} from './vault_step_down/index.ts';
import {vaultUnseal} from './vault_unseal/index.ts';
import {vaultUpgrade} from './vault_upgrade/index.ts';
import {vaultUpgradePath} from './vault_upgrade_path/index.ts';
import {waitFor} from './wait_for/index.ts';
import {waitForConnection} from './wait_for_connection/index.ts';

const modules: readonly AnyModule[] = [
  addHost,
  apt,
  assert,
  authorizedKey,
  blockinfile,
  command,
  copy,
  cron,
  debug,
  fail,
  fetch,
  file,
  find,
  group,
  groupBy,
  hostname,
  includeRole,
  includeTasks,
  includeVars,
  iniFile,
  knownHosts,
  lineinfile,
  meta,
  mount,
  packageModule,
  pause,
  raw,
  reboot,
  release,
  releaseInfo,
  replace,
  script,
  setFact,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  tempfile,
  template,
  timezone,
  uri,
  user,
  vaultApprole,
  vaultAudit,
  vaultAuth,
  vaultAuthority,
  vaultAutopilot,
  vaultAutopilotGuard,
  vaultCertificate,
  vaultCluster,
  vaultConfig,
  vaultDiscover,
  vaultEmptied,
  vaultHandOver,
  vaultInit,
  vaultJoin,
  vaultKnown,
  vaultKv,
  vaultMount,
  vaultPeers,
  vaultPolicy,
  vaultRemovePeer,
  vaultRestart,
  vaultServedCertificate,
  vaultSnapshot,
  vaultStepDown,
  vaultUnseal,
  vaultUpgrade,
  vaultUpgradePath,
  waitFor,
  waitForConnection,
];

/** Every module that vprov has, with the compiled schema of its arguments. */
export function catalogue(): Catalogue {
  return {
    modules: new Map(
      modules.map((module) => {
        const args = argumentSchemas.get(module.name);
        if (!args) throw new Error(`no schema was generated for module '${module.name}'`);
        return [module.name, {module, args}];
      }),
    ),
  };
}
