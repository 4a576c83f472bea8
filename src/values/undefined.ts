import {didYouMean} from '../errors/index.ts';
import {asExpression} from './functions/examples.ts';
import {functions} from './functions/table.ts';
import {ProblemError, type Span} from './problem.ts';
import type {Scope} from './scope.ts';

/** What Python, YAML 1.1 and Ansible call what has another name here. */
const foreignNames: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  none: 'null',
  yes: 'true',
  no: 'false',
  on: 'true',
  off: 'false',
  rc: 'result.rc',
  stdout: 'result.stdout',
  stderr: 'result.stderr',
  ansible_facts: 'facts',
  ansible_host: 'host',
  ansible_user: 'user',
  ansible_port: 'port',
  ansible_loop: 'vprov_loop',
  ansible_failed_task: 'vprov_failed_task',
  ansible_failed_result: 'vprov_failed_result',
  ansible_default_ipv4: 'facts.addresses',
  ansible_default_ipv6: 'facts.addresses',
  check_mode: 'vprov_check_mode',
  ansible_check_mode: 'vprov_check_mode',
  ansible_play_hosts: 'play_hosts',
  ansible_hostname: 'facts.hostname',
  ansible_nodename: 'facts.hostname',
  ansible_fqdn: 'facts.fqdn',
  ansible_machine: 'facts.machine',
  ansible_architecture: 'facts.architecture',
  ansible_kernel: 'facts.kernel',
  ansible_memtotal_mb: 'facts.memory_mb',
  ansible_processor_vcpus: 'facts.cpus',
  ansible_processor_count: 'facts.cpus',
  ansible_service_mgr: 'facts.init',
  ansible_all_ipv4_addresses: 'facts.addresses',
  ansible_all_ipv6_addresses: 'facts.addresses',
  ansible_distribution: 'facts.os.id',
  ansible_os_family: 'facts.os.id',
  ansible_distribution_version: 'facts.os.version_id',
  ansible_distribution_major_version: 'facts.os.version_id',
  ansible_distribution_release: 'facts.os.codename',
};

const factsHint =
  "they are gathered only with 'gather_facts: true' in this play, or in one before it on the same host";

/** Why there is no function of the time. */
export const clockHint =
  "the time is no fact, since it differs with each run: where that is meant, {{ pipe 'date +%F' }} asks this machine";

/** A name that nothing defines, and what was most likely meant. */
export function undefinedName(
  name: string,
  scope: Scope,
  span: Span,
  language: 'template' | 'expression',
): ProblemError {
  const hint = undefinedHint(name, scope, language);
  return new ProblemError({code: 'VAL001', message: `'${name}' is not defined`, span, hint});
}

/** What failed is known where something is done about it. */
const failedNames = ['vprov_failed_task', 'vprov_failed_result'];
const failedHint = "it is there in a 'rescue' only, beside the 'block' in which a task failed";

/** The name that the loop around it has for its item. */
function itemName(scope: Scope): string | undefined {
  return scope.names().find((one) => scope.origins(one)[0]?.isItem);
}

/** What something is called here that Ansible knows by this name. */
function foreignHint(name: string, scope: Scope): string | undefined {
  const foreign = Object.hasOwn(foreignNames, name) ? foreignNames[name] : undefined;
  // Only the conditions of a task's own result have one.
  if (foreign === undefined || (foreign.startsWith('result.') && !scope.has('result'))) return undefined;
  const more = failedNames.includes(foreign) && !scope.has(foreign) ? ` (${failedHint})` : '';
  return `did you mean '${foreign}'?${more}`;
}

function undefinedHint(name: string, scope: Scope, language: 'template' | 'expression'): string | undefined {
  if (name === 'facts') return factsHint;
  if (failedNames.includes(name)) return failedHint;
  const item = name === 'item' ? itemName(scope) : undefined;
  if (item !== undefined) return `did you mean '${item}'? The item is called so by 'loop_var'`;
  const near = foreignHint(name, scope) ?? didYouMean(name, scope.names());
  if (near !== undefined) return near;
  if (name === 'vars' || name === 'hostvar')
    return 'a variable is read by its own name, of another host by hostvars.HOST.NAME';
  if (name === 'ansible_date_time' || name === 'now') return clockHint;
  if (name === 'loop')
    return 'with loop_control: {extended: true}, vprov_loop.index0 and its like say where a loop is';
  if (name === 'item') return "only a task with 'loop' has an item";
  if (language === 'template' && /^end(if|for|each|with)?$/.test(name))
    return 'a block ends with its own name: {{/if}}, {{/each}}';
  const definition = functions.get(name);
  if (definition === undefined) return undefined;
  const {call: example} = definition.example;
  return `it is a function: ${language === 'template' ? `{{ ${example} }}` : asExpression(example)}`;
}
