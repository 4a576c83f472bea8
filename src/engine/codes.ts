import type {CodeTable} from '../errors/index.ts';

/** What the engine itself may find wrong before or during a run. */
export const engineCodes = {
  ENG001: {
    title: 'a local file is missing',
    explanation:
      'A task names a file or template of this machine. It is looked for in the role (files/ or templates/), then beside the playbook.',
  },
  ENG002: {
    title: 'a template is not text',
    explanation:
      'Templates are UTF-8 text, and not encrypted. Use the module copy for other files. That copy takes a file that ansible-vault has encrypted as it is is a warning: Ansible decrypts it.',
  },
  ENG003: {
    title: 'extra variables cannot be read',
    explanation: '-e takes NAME=VALUE, a JSON object, or @FILE with a YAML map.',
  },
  ENG004: {
    title: 'a condition of assert does not hold',
    explanation: 'The module assert stops the host when one of its conditions is false.',
  },
  ENG005: {
    title: 'a connection variable is wrong',
    explanation:
      'host, port, user and their like say how to reach a host. That `private_key_file` names a file that there is not is a warning: a task may write it before it is needed.',
  },
  ENG006: {
    title: 'a loop over something that is no list',
    explanation: '`loop` takes a list. A map is gone through by its keys: `{{ keys users }}`.',
  },
  ENG007: {
    title: 'it cannot be told which user to become',
    explanation:
      'become is true or false, become_user the name of a user, also where a template gives them. Those of a play cannot depend on facts, which are gathered as that user.',
  },
  ENG008: {
    title: 'a keyword has no place on this module',
    explanation:
      'changed_when, failed_when, until and reads_only judge what an opaque action gives (command, uri, wait_for). Other modules say by themselves what they change. `check_mode: false` is for actions, too: check mode changes nothing.',
  },
  ENG009: {
    title: 'a local file cannot be read',
    explanation: 'A file of this machine is there, but may not be read, or it changed while it was read.',
  },
  ENG010: {
    title: 'more than one host',
    explanation:
      'The probes of --print-probes are one script for one host, and `vprov ssh` opens a terminal on one: name one.',
  },
  ENG011: {
    title: 'a keyword of a play has a wrong value',
    explanation:
      'A template in `serial`, `max_fail_percentage` or `hosts` gives something else than is needed there. These are read before the play begins, from the variables of the play and -e: facts and inventory variables of a host are not among them.',
  },
  ENG012: {
    title: 'includes without an end',
    explanation:
      'A file that includes itself needs a condition that becomes false. Includes may be 64 deep, which no playbook needs.',
  },
  ENG013: {
    title: 'nobody answers',
    explanation:
      'A play asks for a variable with `vars_prompt`, or `--step` before each task, and there is no terminal, or no answer. `-e` answers for variables beforehand.',
  },
  ENG014: {
    title: 'a task is delegated to nobody',
    explanation: '`delegate_to` names a host of the inventory, in this run or not.',
  },
  ENG015: {
    title: 'an environment that is none',
    explanation: '`environment` is a map of names and texts, a template of one, or a list of these.',
  },
  ENG016: {
    title: 'an address of this machine for another host',
    explanation:
      '`vprov net` was to let the others reach a host by a loopback address, which leads each of them to itself. The variable with the address that they use is named by `--address`; without it, it is `vault_address`, else `host`.',
  },
  ENG017: {
    title: 'the inventory cannot grow so',
    explanation:
      '`add_host` and `group_by` add hosts, groups and variables to the inventory of a run. How a host is reached is settled when it is connected. The hosts of a play over a quorum are named in the inventory: a host that was not reached, and so is not in a group that tasks make, would not be missed.',
  },
  ENG018: {
    title: 'no address by which others reach a host',
    explanation:
      '`vprov net --address NAME` takes the address of each host from that variable. A host does not have it, or it is no text.',
  },
  ENG019: {
    title: 'a user that nobody becomes',
    explanation:
      '`become_user` says which user is become where something is, and `become: true` that it is: on the task, on what is around it, on the play, or as `become` of the host. Without it the task is carried out as the user of the login.',
  },
} as const satisfies CodeTable;
