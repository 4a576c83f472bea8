/** Those that say how a task is carried out. */
const mannerKeywords: readonly string[] = ['check_mode', 'diff', 'timeout', 'environment'];

/** Keywords of a play that are read. */
export const playKeywords: readonly string[] = [
  'name',
  'hosts',
  'become',
  'become_user',
  'vars',
  'vars_files',
  'vars_prompt',
  'roles',
  'pre_tasks',
  'tasks',
  'post_tasks',
  'handlers',
  'gather_facts',
  'quorum',
  'serial',
  'order',
  'strategy',
  'max_fail_percentage',
  'any_errors_fatal',
  'ignore_unreachable',
  'force_handlers',
  'run_once',
  'throttle',
  'tags',
  'ignore_errors',
  'no_log',
  ...mannerKeywords,
];

/** Keywords of what stands in the place of a play, and imports others. */
export const importedPlayKeywords: readonly string[] = ['import_playbook', 'name', 'vars', 'when', 'tags'];

/** Those of them that concern other hosts than the one that a task is for. */
const amongKeywords: readonly string[] = [
  'run_once',
  'throttle',
  'any_errors_fatal',
  'ignore_unreachable',
  'delegate_to',
  'delegate_facts',
];

/** Keywords that blocks and imports hand down to the tasks in them. */
const inheritedKeywords: readonly string[] = [
  'when',
  'tags',
  'become',
  'become_user',
  'vars',
  'ignore_errors',
  'no_log',
  ...amongKeywords,
  ...mannerKeywords,
];

/** Keywords of a task that are read. */
export const taskKeywords: readonly string[] = [
  'name',
  'args',
  'register',
  'notify',
  'loop',
  'loop_control',
  'reads_only',
  'changed_when',
  'failed_when',
  'until',
  'retries',
  'delay',
  ...inheritedKeywords,
];

/** The lists of a block. */
export const blockLists: readonly string[] = ['block', 'rescue', 'always'];

export const blockKeywords: readonly string[] = ['name', ...blockLists, ...inheritedKeywords];

/** Keywords of an import: what it imports has them, or has none of its own. */
export const importKeywords: readonly string[] = ['name', 'args', ...inheritedKeywords];

/** Keywords of an include are its own; what it includes has those that stand below `apply`. */
export const includeKeywords: readonly string[] = [
  'name',
  'args',
  'when',
  'tags',
  'vars',
  'loop',
  'loop_control',
  'register',
  'ignore_errors',
  'no_log',
];

/** Keywords of an entry of `roles`; any other key there is a parameter of the role. */
export const roleKeywords: readonly string[] = [
  'role',
  'name',
  'vars',
  'tags',
  'when',
  'become',
  'become_user',
];

const everywhere = [
  'become_exe',
  'become_flags',
  'become_method',
  'collections',
  'connection',
  'debugger',
  'module_defaults',
  'port',
  'remote_user',
];

/** Keywords of Ansible's plays that are not read yet. */
export const laterPlayKeywords: ReadonlySet<string> = new Set([
  ...everywhere,
  'fact_path',
  'gather_subset',
  'gather_timeout',
  'user',
]);

/** Keywords of Ansible's tasks, and modules that are keywords to us, that are not read yet. */
export const laterTaskKeywords: ReadonlySet<string> = new Set([
  ...everywhere,
  'action',
  'async',
  'local_action',
  'poll',
]);

/** Of those, the ones that stand in the place of a module. */
export const laterModules: ReadonlySet<string> = new Set(['action', 'local_action']);

/** What to do for now, where there is a way. */
export const laterHints: ReadonlyMap<string, string> = new Map([
  ['remote_user', "set 'user' in the inventory"],
  ['user', "set 'user' in the inventory"],
  ['port', "set 'port' in the inventory"],
  [
    'connection',
    "set 'transport' for its hosts in the inventory, or by -e: for this machine, transport=local",
  ],
  ...['become_method', 'become_exe', 'become_flags'].map(
    (key) => [key, `set '${key}' for its hosts in the inventory, or by -e`] as const,
  ),
  ['action', "write the module's name as the key"],
  [
    'local_action',
    "write the module's name as the key, and 'delegate_to: NAME', with 'NAME: {transport: local}' in the inventory",
  ],
  ['async', 'leave it out: a task lasts until it is done; what goes on by itself is a unit of systemd'],
  ['poll', 'leave it out'],
  ['module_defaults', 'write the arguments in each task'],
  ['debugger', 'leave it out: --step asks before each task'],
  ['collections', 'leave it out: modules have short names'],
  ...['gather_subset', 'gather_timeout', 'fact_path'].map(
    (key) => [key, 'leave it out: all facts come with the first request'] as const,
  ),
]);

/** Whether a key of an entry of `roles` is a keyword that is not read there. */
export function isLaterOfRoles(key: string): boolean {
  return laterTaskKeywords.has(key) || amongKeywords.includes(key);
}
