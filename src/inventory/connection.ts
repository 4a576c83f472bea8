/** Names of variables that say how a host is reached and become root there. */
export const connectionNames: readonly string[] = [
  'host',
  'port',
  'user',
  'private_key_file',
  'known_hosts_file',
  'ssh_config_file',
  'proxy_jump',
  'ssh_args',
  'ssh_common_args',
  'ssh_extra_args',
  'ssh_password',
  'transport',
  'become',
  'become_user',
  'become_password',
  'become_method',
  'become_exe',
  'become_flags',
  'timeout',
  'board',
];

/** Ansible's names for them, and ours. */
export const connectionAliases: ReadonlyMap<string, string> = new Map([
  ['ansible_host', 'host'],
  ['ansible_ssh_host', 'host'],
  ['ansible_port', 'port'],
  ['ansible_ssh_port', 'port'],
  ['ansible_user', 'user'],
  ['ansible_ssh_user', 'user'],
  ['ansible_private_key_file', 'private_key_file'],
  ['ansible_ssh_private_key_file', 'private_key_file'],
  ['ansible_become', 'become'],
  ['ansible_become_user', 'become_user'],
  ['ansible_become_password', 'become_password'],
  ['ansible_become_pass', 'become_password'],
  ['ansible_become_method', 'become_method'],
  ['ansible_become_exe', 'become_exe'],
  ['ansible_become_flags', 'become_flags'],
  ['ansible_password', 'ssh_password'],
  ['ansible_ssh_password', 'ssh_password'],
  ['ansible_ssh_pass', 'ssh_password'],
  ['ansible_connection', 'transport'],
  ['ansible_timeout', 'timeout'],
  ['ansible_ssh_timeout', 'timeout'],
  ['ansible_ssh_args', 'ssh_args'],
  ['ansible_ssh_common_args', 'ssh_common_args'],
  ['ansible_ssh_extra_args', 'ssh_extra_args'],
]);

/** Names by which Ansible is told how to reach a host, and that mean nothing here: each with what holds instead. */
const unread: readonly (readonly [RegExp, string])[] = [
  [/^ssh_executable$/, 'the program is the first `ssh` of PATH; `transport: openssh` has it used'],
  [
    /^(?:ssh_transfer_method|(?:scp|sftp)_\w+)$/,
    'files go through the connection itself, neither by scp nor by sftp: take it out',
  ],
  [/^(?:ssh_)?control_path(?:_dir)?$/, "a run keeps each host's connection by itself: take it out"],
  [
    /^(?:ssh_|paramiko_)?host_key_checking$/,
    'keys of hosts are always checked: `vprov trust` shows and keeps them, and StrictHostKeyChecking accept-new takes new ones',
  ],
  [/^ssh_(?:reconnection_)?retries$/, 'what may pass is tried again as long as `timeout` allows'],
  [/^(?:ssh_)?use_tty$/, 'a terminal is used where sudo insists on one: take it out'],
  [/^(?:ssh_)?pkcs11_provider$/, "say PKCS11Provider in ssh's configuration, or in `ssh_args`"],
  [
    /^(?:ssh_)?private_key(?:_passphrase)?$/,
    'give a file by `private_key_file`, and its passphrase to ssh-agent',
  ],
  [/^shell_(?:executable|type)$/, 'everything goes through /bin/sh: take it out'],
  [
    /^(?:sudo|su)_(?:user|pass|password|exe|flags)$/,
    'it is named become_user, become_password, become_exe, become_flags',
  ],
  [/^paramiko_\w+$/, "say it in ssh's configuration (`ssh_config_file`)"],
];

/** What holds instead of a variable that Ansible reads of a host's connection, and vprov does not; else undefined. */
export function insteadOfUnread(name: string): string | undefined {
  if (!name.startsWith('ansible_') || connectionAliases.has(name)) return undefined;
  const own = name.slice('ansible_'.length);
  return unread.find(([pattern]) => pattern.test(own))?.[1];
}
