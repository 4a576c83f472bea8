import type {CodeTable} from '../errors/index.ts';

/** What can be wrong with an inventory and with patterns over it. */
export const inventoryCodes = {
  INV001: {
    title: 'no inventory',
    explanation: 'Without `-i`, the only file in `inventory/` is the inventory. There is none.',
  },
  INV002: {
    title: 'several inventories',
    explanation: 'Without `-i`, the only file in `inventory/` is the inventory. There are several: name one.',
  },
  INV003: {
    title: 'wrong shape',
    explanation:
      'An inventory is a map of groups. A group is a map with `hosts` (a map of host names), `children` (a map of groups) and `vars` (a map of variables). A host is nothing, or a map of variables.',
  },
  INV004: {
    title: 'unknown key in a group',
    explanation: 'A group has `hosts`, `children` and `vars`, and nothing else.',
  },
  INV005: {
    title: 'bad name',
    explanation:
      'Names of hosts and groups stand in patterns, so they cannot hold spaces or any of `: , ! & ~ * ? [ ] { }`, nor start with `-` or `@`. They stand in paths of files, too: a `/` or a `\\` is none of theirs, and `..` is no name.',
  },
  INV006: {
    title: 'a host and a group of one name',
    explanation: 'A pattern or a file of variables could not say which of the two it means.',
  },
  INV007: {
    title: 'groups in a circle',
    explanation: 'A group cannot be among its own children, and `all` cannot be a child of any.',
  },
  INV008: {
    title: 'variables in two places',
    explanation:
      'The variables of a group or host stand in one file `NAME.yml`, or in several files of one folder `NAME/`, which has no folders in it. What is called otherwise is not read.',
  },
  INV009: {
    title: 'variables of nobody',
    explanation:
      'A file in `group_vars/` or `host_vars/` is named almost like a group or host of the inventory.',
  },
  INV010: {
    title: 'pattern matches nothing',
    explanation:
      'A part of a host pattern names no host and no group. Patterns: a name, a group, `all`, a glob, `a:b` or `a,b` (both), `!x` (without), `&y` (only those also in), `~regex`, `group[0:2]`.',
  },
  INV011: {
    title: 'bad pattern',
    explanation: 'The pattern is empty, or its regular expression is not one.',
  },
  INV012: {
    title: 'nothing left by --limit',
    explanation: '`--limit` names hosts that no play of the playbook is for, so nothing would be done.',
  },
  INV013: {
    title: 'wrong line in an INI inventory',
    explanation:
      'An inventory in INI form has headers `[group]`, `[group:vars]` and `[group:children]`. Below the first stand hosts, each with `NAME=VALUE` behind it; below the second `NAME = VALUE`; below the third names of groups. Groups that have variables or are children must be defined by a header of their own. What stands twice below one header, or is given two values, is an error: one of the two would be lost without a word.',
  },
  INV014: {
    title: 'an inventory program failed',
    explanation:
      'An executable inventory is run with `--list` and prints a JSON object of groups; with `--host NAME` it prints the variables of one host, which is asked only where there is no `_meta`.',
  },
  INV015: {
    title: 'wrong range of hosts',
    explanation:
      'A range goes from number to number or from letter to letter, both ends included: `web[01:10]`, `db-[a:f]`, `n[0:10:2]`.',
  },
  INV016: {
    title: 'a connection variable that is not read',
    explanation:
      'Ansible reads this variable to know how to reach a host, and vprov does not. docs/language.md lists those that are read, and under which names.',
  },
  INV017: {
    title: 'a folder of variables that cannot be read',
    explanation:
      '`group_vars/`, `host_vars/` or a folder in them is there, and is no folder, or who runs vprov may not list it.',
  },
  INV018: {
    title: 'no host',
    explanation:
      'The inventory names no host, or the patterns that were given stand for none of its hosts: nothing is done, which is seldom what was meant.',
  },
} as const satisfies CodeTable;
