import {nearest} from '../errors/index.ts';

/**
 * What a setting of ssh's configuration is to our own SSH. `obeyed`: as ssh does. `judged`: whether it needs the system's
 * ssh depends on more than its being set (`choice.ts`). `harmless`: it changes nothing about which host is reached and how,
 * which keys are trusted, how we log in; or it is ours to decide in either transport.
 *
 * What is not in this table and is not as ssh has it by default needs the system's ssh. So a setting that nobody here has
 * heard of is not passed over.
 * @see ssh_config(5)
 */
const settings: Readonly<Record<'obeyed' | 'judged' | 'harmless', readonly string[]>> = {
  obeyed: [
    ...['host', 'hostname', 'port', 'user', 'addressfamily', 'connecttimeout', 'proxyjump', 'hostkeyalias'],
    ...['identityfile', 'identitiesonly', 'identityagent', 'pubkeyauthentication', 'passwordauthentication'],
    ...['kbdinteractiveauthentication', 'preferredauthentications', 'hostkeyalgorithms', 'revokedhostkeys'],
    ...['userknownhostsfile', 'globalknownhostsfile', 'stricthostkeychecking', 'hashknownhosts'],
  ],
  judged: ['proxycommand', 'certificatefile', 'pkcs11provider', 'gssapiauthentication'],
  harmless: [
    // Forwards, a terminal, a command: we ask for our own.
    ...['clearallforwardings', 'dynamicforward', 'localforward', 'remoteforward', 'exitonforwardfailure'],
    ...['forwardagent', 'forwardx11', 'forwardx11timeout', 'forwardx11trusted', 'gatewayports', 'tunnel'],
    ...['tunneldevice', 'xauthlocation', 'permitremoteopen', 'streamlocalbindmask', 'streamlocalbindunlink'],
    ...['requesttty', 'sessiontype', 'stdinnull', 'forkafterauthentication', 'remotecommand', 'sendenv'],
    ...['setenv', 'localcommand', 'permitlocalcommand', 'escapechar', 'enableescapecommandline'],
    ...['obscurekeystroketiming', 'channeltimeout'],
    // How a connection is shared, kept and repeated; what is written of it.
    ...['controlmaster', 'controlpath', 'controlpersist', 'serveralivecountmax', 'serveraliveinterval'],
    ...['tcpkeepalive', 'connectionattempts', 'batchmode', 'numberofpasswordprompts', 'rekeylimit'],
    ...[
      'compression',
      'ipqos',
      'loglevel',
      'logverbose',
      'syslogfacility',
      'fingerprinthash',
      'visualhostkey',
    ],
    ...['updatehostkeys', 'addkeystoagent', 'versionaddendum', 'warnweakcrypto'],
    // Done when ssh has said what the configuration comes to.
    ...['canonicaldomains', 'canonicalizefallbacklocal', 'canonicalizehostname', 'canonicalizemaxdots'],
    ...['canonicalizepermittedcnames', 'ignoreunknown', 'tag'],
    // They mean something only beside what needs the system's ssh.
    ...['casignaturealgorithms', 'enablesshkeysign', 'hostbasedacceptedalgorithms', 'securitykeyprovider'],
    ...['proxyusefdpass', 'gssapidelegatecredentials', 'gssapikexalgorithms', 'gssapikeyexchange'],
    ...['gssapirenewalforcesrekey', 'gssapitrustdns', 'gssapiclientidentity', 'gssapiserveridentity'],
  ],
};

const known = new Set(Object.values(settings).flat());

/** What else ssh has, as of 10.0, with older names of some: all of it needs the system's. */
const others = [
  ...[
    'bindaddress',
    'bindinterface',
    'ciphers',
    'macs',
    'kexalgorithms',
    'hostbasedauthentication',
    'include',
  ],
  ...['hostbasedkeytypes', 'kbdinteractivedevices', 'knownhostscommand', 'nohostauthenticationforlocalhost'],
  ...['pubkeyacceptedalgorithms', 'pubkeyacceptedkeytypes', 'requiredrsasize', 'verifyhostkeydns', 'match'],
  ...['challengeresponseauthentication', 'skeyauthentication', 'keepalive', 'refuseconnection', 'protocol'],
  ...[
    'cipher',
    'compressionlevel',
    'useprivilegedport',
    'useroaming',
    'smartcarddevice',
    'dsaauthentication',
  ],
];

/**
 * The setting that was most likely meant by a name that is none. Undefined for a setting, and for what is near to none: an
 * ssh that is newer than this table may have it.
 */
export function settingMeant(name: string): string | undefined {
  const keyword = name.toLowerCase();
  const all = [...known, ...others];
  return all.includes(keyword) ? undefined : nearest(keyword, all, 2);
}
const harmless = new Set(settings.harmless);

/**
 * The settings that need the system's ssh, by their names in lower case.
 * @param values of a host, as `ssh -G` says
 * @param defaults what it says where nobody has configured anything
 */
export function beyondOurs(
  values: ReadonlyMap<string, readonly string[]>,
  defaults: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const textOf = (of: typeof values, keyword: string): string | undefined => of.get(keyword)?.join('\n');
  return [...values.keys()].filter(
    (keyword) => !known.has(keyword.toLowerCase()) && textOf(values, keyword) !== textOf(defaults, keyword),
  );
}

/** What distributions write into the system's main file. */
const usual = new Set(['include', 'host', 'match', 'hashknownhosts', 'gssapiauthentication']);

/** Whether a file of ssh's configuration, as it is written, says more than a distribution does and than is harmless. */
export function saysMore(text: string): boolean {
  return text.split('\n').some((line) => {
    const keyword = /^\s*([a-z]\w*)/i.exec(line)?.[1]?.toLowerCase();
    return keyword !== undefined && !harmless.has(keyword) && !usual.has(keyword);
  });
}
