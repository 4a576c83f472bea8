import {
  contentOf,
  isRefusal,
  type PathState,
  pathRef,
  type Refusal,
  type StateView,
  textAt,
} from '../../resources/index.ts';
import {joinScripts, sh} from '../../shell/index.ts';
import {reveal, Secret} from '../../text/index.ts';
import {authorityAt, authorityRef, certificateBy, flawOf, openAuthority} from '../../vault/index.ts';
import type {Action, ActionPorts} from '../contract.ts';
import {stuckAt} from '../vault-server.ts';
import type {VaultCertificateArguments} from './schema.ts';

const placeTimeoutMs = 60_000;
const usualGroup = 'vault';

/** The three files, who owns them, and what they may be read by. */
const files = [
  {name: 'server.crt', mode: '0644'},
  {name: 'server.key', mode: '0640'},
  {name: 'ca.crt', mode: '0644'},
] as const;

export const vaultCertificate: Action<VaultCertificateArguments> = {
  type: 'action',
  name: 'vault_certificate',
  summary: "Gives a server a certificate of the cluster's own authority, and renews it in time",
  scope: 'host',
  result: {},
  readOnly: () => false,
  reads: ({ca, dir}) => [
    authorityRef(ca),
    pathRef(`${dir}/server.crt`, ['meta', 'text']),
    pathRef(`${dir}/server.key`),
    pathRef(`${dir}/ca.crt`, ['meta', 'text']),
  ],

  guard(args, seen) {
    const reason = whyAnew(args, seen);
    if (typeof reason === 'object') return reason;
    return reason === undefined
      ? {run: false, reason: 'its certificate is as it should be'}
      : {run: true, reason};
  },

  effects: ({dir, ca}) => ({
    type: 'several',
    effects: [
      {type: 'subtree', path: dir},
      {type: 'refs', keys: [`vault_authority:${ca}`]},
    ],
  }),

  async act(args, ports) {
    const {name: cluster, ca: file, recipients = [], names, days = 730} = args;
    const authority = await openAuthority(ports, {cluster, file, recipients});
    if ('problem' in authority) return stuckAt(authority);
    const issued = await certificateBy(authority, names.map(withoutBrackets), days, ports.now());
    const {certificate, key} = issued;
    const secret = new Secret(`key of the certificate of ${ports.hostName}`, key);
    ports.sealed.keep(secret);
    const contents = {'server.crt': certificate, 'server.key': secret, 'ca.crt': authority.certificate};
    const failed = await place(contents, args, ports);
    return failed === undefined ? {changed: true, result: {}} : {changed: false, failed, result: {}};
  },
};

/** Why a certificate is made, or cannot be; undefined: none is. @throws UnknownRead */
function whyAnew(
  {ca, dir, names, group = usualGroup}: VaultCertificateArguments,
  seen: StateView,
): string | Refusal | undefined {
  for (const {name, mode} of files) {
    const {status, state} = fileAt(`${dir}/${name}`, seen);
    if (status === 'absent') return `there is no ${name}`;
    if (state?.type !== 'file') return {refused: `${dir}/${name} is there, and is no file`};
    if (state.mode !== mode || state.owner !== 'root' || state.group !== group)
      return `${name} is ${state.owner}:${state.group} ${state.mode}, not root:${group} ${mode}`;
  }
  const authority = authorityAt(ca, seen);
  const own = authority.status === 'present' ? authority.state : {};
  if (own.certificate === undefined)
    return {
      refused: `the server has a certificate of an authority, and ${ca} is not on this machine`,
      hint: `copy ${ca} and its key from where the cluster was made`,
    };
  const [certificate, trusted] = [textOf(`${dir}/server.crt`, seen), textOf(`${dir}/ca.crt`, seen)];
  if (typeof certificate === 'object') return certificate;
  if (typeof trusted === 'object') return trusted;
  if (trusted !== own.certificate) return 'ca.crt is of another authority';
  return flawOf(certificate, {
    authority: own.certificate,
    names: names.map(withoutBrackets),
    nowMs: own.nowMs ?? 0,
  });
}

function fileAt(path: string, seen: StateView): {status: string; state?: Partial<PathState>} {
  const observed = seen.get<PathState>(pathRef(path));
  return observed.status === 'present' ? observed : {status: observed.status};
}

function textOf(path: string, seen: StateView): string | Refusal {
  const text = textAt(path, seen.get<PathState>(pathRef(path)), false);
  if (text === undefined) return '';
  return isRefusal(text) ? text : reveal(text);
}

/**
 * All three, with the certificate gone while its key changes: whatever cuts it off, no server starts with a pair that does
 * not go together without the next run seeing it.
 */
async function place(
  contents: Readonly<Record<(typeof files)[number]['name'], string | Secret>>,
  {dir, group = usualGroup}: VaultCertificateArguments,
  ports: ActionPorts,
): Promise<string | undefined> {
  const fresh = (name: string): string => `${dir}/.${name}.vprov-new`;
  const run = async (script: ReturnType<typeof sh>): Promise<string | undefined> => {
    const {exitCode, stderr} = await ports.run(script, placeTimeoutMs);
    return exitCode === 0 ? undefined : stderr.toString('utf8').trim() || `exit code ${exitCode}`;
  };
  const inTheWay = await run(sh`rm -f ${files.map(({name}) => fresh(name))}`);
  if (inTheWay !== undefined) return inTheWay;
  for (const {name} of files) await ports.upload(fresh(name), contentOf(contents[name]));
  const owner = `root:${group}`;
  const modes = files.map(({name, mode}) => sh`chmod ${mode} ${fresh(name)} || exit 1`);
  return run(sh`chown ${owner} ${files.map(({name}) => fresh(name))} || exit 1
${joinScripts(modes)}
mv -f ${fresh('ca.crt')} ${`${dir}/ca.crt`} && rm -f ${`${dir}/server.crt`} &&
mv -f ${fresh('server.key')} ${`${dir}/server.key`} && mv -f ${fresh('server.crt')} ${`${dir}/server.crt`}`);
}

/** Of an address of IPv6 as it stands in a URL. */
function withoutBrackets(name: string): string {
  return name.replace(/^\[(.*)\]$/, '$1');
}
