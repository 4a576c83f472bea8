/** Names of variables that say how a host is reached and become root there. */
export const connectionNames: readonly string[] = [
  'host',
  'port',
  'user',
  'private_key_file',
  'known_hosts_file',
  'ssh_config_file',
  'proxy_jump',
  'ssh_password',
  'transport',
  'become',
  'become_user',
  'become_password',
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
  ['ansible_password', 'ssh_password'],
  ['ansible_ssh_password', 'ssh_password'],
  ['ansible_ssh_pass', 'ssh_password'],
  ['ansible_connection', 'transport'],
  ['ansible_timeout', 'timeout'],
  ['ansible_ssh_timeout', 'timeout'],
]);
