import {isRefusal} from '../../resources/index.ts';
import {foreseeStepDown, type StepDown, serverKinds, serverRef, stepDown} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {foreseen, serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultStepDownArguments} from './schema.ts';

export const vaultStepDown: Action<VaultStepDownArguments> = {
  type: 'action',
  name: 'vault_step_down',
  summary: 'Has the active member of a cluster give its place to another',
  // What all say at one moment: whoever takes over is not asked in turn.
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, _seen, group) {
    const view = group?.members.get(group.self);
    if (!view) throw new Error('a module of scope group has a group');
    const server = serverOn(url, view);
    if (isRefusal(server)) return server;
    return server.isLeader ? {run: true} : {run: false, reason: 'it is not the active member'};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds]}),

  foresee: async (args, ports) => foreseen(await foreseeStepDown(ports, stepDownOf(args))),

  async act(args, ports) {
    const stuck = await stepDown(ports, stepDownOf(args));
    return stuck ? stuckAt(stuck) : {changed: true, result: {}};
  },
};

function stepDownOf({name, url = usualUrl, keys, timeout = 300}: VaultStepDownArguments): StepDown {
  return {cluster: name, keys, recipients: [], url, timeoutMs: timeout * 1000};
}
