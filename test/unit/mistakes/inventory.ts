import {type Mistake, playbook} from './mistake.ts';

/** Mistakes in the inventory, and in patterns over it. */
export const inventory: readonly Mistake[] = [
  {
    name: 'an unknown group in hosts',
    files: {'site.yml': '- hosts: ⟦vault_servres⟧\n  tasks: []\n', 'inventory/hosts.yml': servers()},
    code: 'INV010',
    says: /no host or group matches 'vault_servres'/,
    hint: /'vault_servers'/,
  },
  {
    name: 'an unknown group as one of several',
    files: {'site.yml': '- hosts: all:⟦!pi⟧\n  tasks: []\n'},
    code: 'INV010',
    says: /no host or group matches 'pi'/,
    hint: /'pis'/,
  },
  {
    name: 'an unknown group in a list of patterns',
    files: {'site.yml': '- hosts: [wallpi, ⟦frontpie⟧]\n  tasks: []\n'},
    code: 'INV010',
    says: /no host or group matches 'frontpie'/,
    hint: /'frontpi'/,
  },
  {
    name: 'a limit that matches nothing',
    limit: 'walpi',
    code: 'INV010',
    says: /--limit.*'walpi'/,
    hint: /'wallpi'/,
  },
  {
    name: 'a limit that leaves no host of any play',
    files: {
      'inventory/hosts.yml': 'all:\n  hosts: {deskpi: }\n  children:\n    pis:\n      hosts: {wallpi: }\n',
    },
    limit: 'deskpi',
    code: 'INV012',
    says: /--limit deskpi leaves no host/,
    hint: /pis/,
  },
  {
    name: 'localhost',
    files: {'site.yml': '- hosts: ⟦localhost⟧\n  tasks: []\n'},
    code: 'INV010',
    says: /'localhost'/,
    hint: /implicit localhost/,
  },
  {
    name: 'a port that is none',
    files: {'inventory/hosts.yml': 'pis:\n  hosts:\n    wallpi:\n      port: ⟦99999⟧\n'},
    code: 'ENG005',
    says: /port.*99999.*65535/,
    hint: /./,
  },
  {
    name: 'become of a host that is neither true nor false',
    files: {'inventory/hosts.yml': 'pis:\n  hosts:\n    wallpi:\n      ansible_become: ⟦yes⟧\n'},
    code: 'ENG005',
    says: /become 'yes' is not true or false/,
    hint: /./,
  },
  {
    name: 'hosts as a list',
    files: {'inventory/hosts.yml': 'pis:\n  hosts:\n    ⟦- wallpi⟧\n'},
    code: 'INV003',
    says: /must be a map, not a list/,
    hint: /'wallpi:'/,
  },
  {
    name: 'an unknown key in a group',
    files: {
      'inventory/hosts.yml': 'pis:\n  hosts: {wallpi: }\n  ⟦childern⟧: {}\n',
    },
    code: 'INV004',
    says: /unknown key 'childern'/,
    hint: /'children'/,
  },
  {
    name: 'a group that is its own grandchild',
    files: {
      'inventory/hosts.yml':
        'pis:\n  hosts: {wallpi: }\n  children:\n    b:\n      children:\n        ⟦pis⟧:\n',
    },
    code: 'INV007',
    says: /circle/,
    hint: /take 'pis' out/,
  },
  {
    name: 'variables of a misspelt group',
    files: {'group_vars/pi.yml': '⟦a⟧: 1\n'},
    severity: 'warning',
    code: 'INV009',
    says: /'pi', which the inventory does not know/,
    hint: /'pis'/,
  },
  {
    name: 'a file of variables that is a list',
    files: {'host_vars/wallpi.yml': '⟦- a⟧\n'},
    code: 'INV003',
    says: /must be a map, not a list/,
    hint: /name: value/,
  },
  {
    name: 'an inventory without hosts',
    files: {'inventory/hosts.yml': '', 'site.yml': '- hosts: ⟦pis⟧\n  tasks: []\n'},
    code: 'INV010',
    says: /no host or group matches 'pis'/,
    hint: /names no host/,
  },
  {
    name: 'a host and a group of one name',
    files: {'inventory/hosts.yml': 'pis:\n  hosts:\n    ⟦pis⟧:\n'},
    code: 'INV006',
    says: /'pis' is a host and a group/,
    hint: /another name/,
  },
  {
    name: 'hostvars of a host that there is not',
    files: {'site.yml': playbook("- debug: {msg: '{{ hostvars.⟦walpi⟧.host }}'}")},
    code: 'VAL002',
    says: /no 'walpi'/,
    hint: /'wallpi'/,
  },
  {
    name: 'a new host whose name is none',
    files: {'site.yml': playbook('- add_host: {groups: web, name: ⟦a b⟧}')},
    code: 'INV005',
    says: /'a b' cannot be the name of a host/,
    hint: /./,
  },
  {
    name: 'a new group whose name is none, among others',
    files: {'site.yml': playbook('- add_host: {name: web3, groups: [web, ⟦w/b⟧]}')},
    code: 'INV005',
    says: /'w\/b' cannot be the name of a group/,
    hint: /./,
  },
  {
    name: 'a group by a key that is no name',
    files: {'site.yml': playbook('- group_by: {parents: web, key: ⟦a/b⟧}')},
    code: 'INV005',
    says: /'a\/b' cannot be the name of a group/,
    hint: /./,
  },
  {
    name: 'a parent of a group that is no name',
    files: {'site.yml': playbook('- group_by: {key: web, parents: ⟦a/b⟧}')},
    code: 'INV005',
    says: /'a\/b' cannot be the name of a group/,
    hint: /./,
  },
  {
    name: 'a key of a host that there is not',
    files: {
      'inventory/hosts.yml':
        'pis:\n  hosts:\n    wallpi: {ansible_ssh_private_key_file: ⟦keys/gone⟧}\n    frontpi:\n',
    },
    code: 'ENG005',
    severity: 'warning',
    says: /private_key_file.*keys\/gone: there is no such file/,
    hint: /ssh-keygen|path/,
  },
];

function servers(): string {
  return 'vault_servers:\n  hosts: {wallpi: }\npis:\n  hosts: {wallpi: }\n';
}
