import {isRefusal} from '../../resources/index.ts';
import {sh} from '../../shell/index.ts';
import {
  initialize,
  intentIn,
  keysRef,
  lookAtServer,
  placesOfKeys,
  recordRef,
  type Stuck,
  serverKinds,
  serverRef,
} from '../../vault/index.ts';
import type {Action, ActionPorts} from '../contract.ts';
import {peersIn, stuckAt, usualUrl} from '../vault-server.ts';
import {decide} from './decide.ts';
import type {VaultInitArguments} from './schema.ts';

export const vaultInit: Action<VaultInitArguments> = {
  type: 'action',
  name: 'vault_init',
  summary:
    'Initialises a Vault or OpenBao cluster: once, on one member, with the keys encrypted on this machine',
  scope: 'group',
  result: {began_anew: {type: 'boolean'}},
  readOnly: () => false,
  reads: ({url = usualUrl, keys, record}) => [
    serverRef(url),
    keysRef(keys),
    ...(record === undefined ? [] : [recordRef(record)]),
  ],

  guard(args, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const decision = decide(args, group);
    if (isRefusal(decision)) return decision;
    return decision.do === 'nothing' ? {run: false, reason: decision.reason} : {run: true};
  },

  effects: ({data_dir: data}) => ({
    type: 'several',
    effects: [
      {type: 'kinds', kinds: [...serverKinds, 'vault_keys', 'unit']},
      {type: 'subtree', path: data},
    ],
  }),

  async act(args, ports) {
    const {name, url = usualUrl, keys, recipients = [], shares = 5, threshold = 3, timeout = 300} = args;
    const seen = await lookAtServer(ports, url);
    if (seen.status !== 'present') return stuckAt({problem: `no server answers at ${url}`});
    // What was decided on was so a moment ago. Nothing makes room but what an interrupted run of ours left here.
    const anew = seen.state.initialized === true;
    const stuck =
      (anew ? undefined : await initializedElsewhere(args, ports)) ??
      (anew ? ((await notLost(args, ports)) ?? (await moveAside(args, ports))) : undefined) ??
      (await initialize(ports, {
        cluster: name,
        url,
        keys,
        recipients,
        publicKeys: args.pgp_keys ?? [],
        heldElsewhere: args.held_elsewhere ?? false,
        host: ports.hostName,
        shares,
        threshold,
        unsealsItself: (seen.state.sealType ?? 'shamir') !== 'shamir',
        timeoutMs: timeout * 1000,
      }));
    return stuck ? stuckAt(stuck, anew) : {changed: true, result: {began_anew: anew}};
  },
};

/** Why it must not begin here: a member that the play does not have is initialised, as one that was left out may be. */
async function initializedElsewhere(
  {peers}: VaultInitArguments,
  ports: ActionPorts,
): Promise<Stuck | undefined> {
  const urls = peersIn(peers);
  const seen = await Promise.all(urls.map(async (peer) => ({peer, server: await lookAtServer(ports, peer)})));
  for (const {peer, server} of seen) {
    if (server.status === 'present' && server.state.initialized)
      return {
        problem: `nothing was initialised: the server at ${peer} is`,
        hint: 'its cluster is the one to join: run it with that host, and with the keys of its cluster',
      };
  }
  return undefined;
}

/** Why what is initialised here is not the interrupted run's. */
async function notLost(
  {keys}: VaultInitArguments,
  {sealed, hostName}: ActionPorts,
): Promise<Stuck | undefined> {
  const noted = await sealed.noted(placesOfKeys(keys).intent);
  if (typeof noted === 'object') return noted;
  const isOurs = noted !== undefined && intentIn(noted)?.host === hostName;
  return isOurs
    ? undefined
    : {
        problem: 'it was initialised meanwhile, and not by vprov',
        hint: 'nothing was touched: whoever did it has its keys',
      };
}

const stopTimeoutMs = 300_000;

/** What nobody can open makes room. It stays beside. */
async function moveAside(
  {data_dir: data, unit = 'vault.service', url = usualUrl, timeout = 300}: VaultInitArguments,
  ports: ActionPorts,
): Promise<Stuck | undefined> {
  const aside = `${data}.lost-${new Date(ports.now()).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const {exitCode, stderr} = await ports.run(
    sh`systemctl stop ${unit} && mkdir -m 0700 ${aside} && cd ${data} && for file in * .[!.]*; do
  [ -e "$file" ] || continue
  mv "$file" ${aside}/ || exit 1
done && systemctl start ${unit}`,
    stopTimeoutMs,
  );
  if (exitCode !== 0)
    return {
      problem: `what the interrupted run left in ${data} cannot be moved aside: ${stderr.toString('utf8').trim()}`,
    };
  const untilMs = ports.now() + timeout * 1000;
  for (;;) {
    const seen = await lookAtServer(ports, url);
    if (seen.status === 'present' && seen.state.initialized === false) return undefined;
    if (ports.now() > untilMs)
      return {problem: `the server does not answer since it was started again at ${url}`};
    await ports.sleep(500);
  }
}
