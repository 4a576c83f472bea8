import {isRefusal} from '../../resources/index.ts';
import {
  type AutopilotGuard,
  autopilotNote,
  foreseeAutopilot,
  holdAutopilot,
  releaseAutopilot,
  serverRef,
} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {foreseen, serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultAutopilotGuardArguments} from './schema.ts';

export const vaultAutopilotGuard: Action<VaultAutopilotGuardArguments> = {
  type: 'action',
  name: 'vault_autopilot_guard',
  summary:
    'Keeps autopilot from evicting members that are away while they are restarted, and puts back what it was told before',
  // One after the other: the first one that serves does it, whoever is the active one by now.
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, seen) {
    const server = serverOn(url, seen);
    if (isRefusal(server)) return {run: false, reason: server.refused};
    return server.initialized && !server.sealed ? {run: true} : {run: false, reason: 'it serves nothing'};
  },

  effects: () => ({type: 'none'}),

  foresee: async (args, ports) => foreseen(await foreseeAutopilot(ports, guardOf(args), args.state)),

  async act(args, ports) {
    const guard = guardOf(args);
    const done = await (args.state === 'held' ? holdAutopilot(ports, guard) : releaseAutopilot(ports, guard));
    return 'problem' in done ? stuckAt(done) : {changed: done.changed, result: {}};
  },
};

function guardOf({name, url = usualUrl, keys}: VaultAutopilotGuardArguments): AutopilotGuard {
  return {cluster: name, keys, recipients: [], url, note: autopilotNote(keys)};
}
