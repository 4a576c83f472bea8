import {symlinkSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {describe, expect, it} from 'vitest';
import {validate} from './validate.ts';

const hosts = `vault_servers:
  vars: {vault_product: openbao, vault_version: 2.6.2}
  hosts:
    wallpi: {host: 192.0.2.1}
    frontpi: {host: 192.0.2.2}
    atticpi: {host: 192.0.2.3}
`;

interface Case {
  /** Of the group, or files by their path; marked where the one mistake is. */
  readonly group?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly extraVars?: readonly string[];
  readonly says: RegExp;
  readonly hint?: RegExp;
}

function told({group, files = {}, extraVars}: Pick<Case, 'group' | 'files' | 'extraVars'>) {
  const written = {
    'inventory/hosts.yml': hosts,
    'site.yml': '- hosts: vault_servers\n  become: true\n  roles: [vault]\n',
    ...(group === undefined ? {} : {'inventory/group_vars/vault_servers.yml': group}),
    ...files,
  };
  const plant = (directory: string): void => symlinkSync(resolve('roles'), join(directory, 'roles'));
  return validate(written, {plant, extraVars});
}

const cases: Readonly<Record<string, Case>> = {
  'node ids that are one text': {
    group: 'vault_node_ids: ⟦wallpi⟧\n',
    says: /'vault_node_ids' must be a list/,
    hint: /\[a, b\]/,
  },
  'node ids of others': {
    group: '⟦vault_node_ids⟧: [a, b, c]\n',
    says: /vault_node_ids lists those of all members: it is \["a","b","c"\]/,
  },
  'too few node ids': {
    group: '⟦vault_node_ids⟧: [wallpi, frontpi]\n',
    says: /vault_node_ids lists those of all/,
  },
  'a node id that all members have': {
    group: 'vault_node_id: ⟦same⟧\n',
    says: /each member needs a vault_node_id of its own/,
  },
  'a node id that two members have': {
    files: {
      'inventory/host_vars/frontpi.yml': 'vault_node_id: x\n',
      'inventory/host_vars/wallpi.yml': 'vault_node_id: ⟦x⟧\n',
    },
    says: /each member needs a vault_node_id of its own/,
  },
  'the node id that is the name of another member': {
    files: {'inventory/host_vars/wallpi.yml': 'vault_node_id: ⟦frontpi⟧\n'},
    says: /each member needs a vault_node_id of its own/,
  },
  'https without TLS': {
    group: "vault_tls: 'off'\nvault_scheme: ⟦https⟧\n",
    says: /vault_scheme is https and vault_tls is 'off'.*Leave vault_scheme out/,
  },
  'http with TLS': {group: 'vault_scheme: ⟦http⟧\n', says: /vault_scheme is http and vault_tls is 'on'/},
  'one port for clients and members': {
    group: 'vault_cluster_port: ⟦8200⟧\n',
    says: /vault_port and vault_cluster_port are both 8200/,
  },
  'data in the folder of the configuration': {
    group: 'vault_data_dir: ⟦/etc/vault.d/data⟧\n',
    says: /The data belong into a directory of their own/,
  },
  'who may be missing, as a text': {
    extraVars: ['vault_bootstrap_without=wallpi'],
    says: /'vault_bootstrap_without' must be a list/,
    hint: /^-e '\{"vault_bootstrap_without": \["a", "b"\]\}'$/,
  },
  'who may be missing, and is no member': {
    group: '⟦vault_bootstrap_without⟧: [nopi]\n',
    says: /vault_bootstrap_without has nopi, and the group vault_servers is wallpi, frontpi, atticpi/,
  },
  'more memory than there is': {
    group: 'vault_memory_high: ⟦170%⟧\n',
    says: /not '170%'/,
    hint: /1% to 100%/,
  },
  'a setting of a newer version': {
    group: 'vault_settings:\n  ⟦disable_ssct_tokens⟧: true\n',
    says: /sets 'disable_ssct_tokens', which OpenBao has since 2.7.0, and this is 2.6.2/,
    hint: /which versions have them/,
  },
  'a number that is too small': {
    group: 'vault_settings:\n  storage:\n    raft: {⟦performance_multiplier⟧: 0}\n',
    says: /it takes a whole number of at least 1/,
    hint: /what they take/,
  },
  'a number that is too large': {
    group: 'vault_settings:\n  storage:\n    raft: {⟦performance_multiplier⟧: 11}\n',
    says: /it takes a whole number of at most 10/,
    hint: /what they take/,
  },
  'HCL of one’s own that is none': {
    group: 'vault_config_extra: ⟦"foo = = {"⟧\n',
    says: /'extra' is what is no HCL, line 1: '=' stands where a value is expected/,
    hint: /telemetry \{/,
  },
  'HCL of one’s own that the server refuses': {
    group: 'vault_config_extra: ⟦|⟧\n  listener "tpc" {\n    address = "x"\n  }\n',
    says: /'extra' has listener "tpc", which no server knows/,
    hint: /'tcp'/,
  },
};

describe('nonsense over a cluster is told before the first connection, once, at the value:', () => {
  it.each(Object.entries(cases))('%s', async (_name, {says, hint, ...project}) => {
    const {diagnostics, marked, exitCode} = await told(project);
    expect(diagnostics.map(({source}) => source && `${source.file}:${source.line}:${source.column}`)).toEqual(
      marked.length === 0 ? [undefined] : marked.map(({file, line, column}) => `${file}:${line}:${column}`),
    );
    expect(diagnostics[0]?.message).toMatch(says);
    expect(diagnostics[0]?.hint ?? '').toMatch(hint ?? /^the condition was: /);
    expect(exitCode).toBe(1);
  });
});

// Which of them is wrong nobody knows: it is told once, of all, and not where one of them is given.
it.each([
  ['of two members', {'inventory/host_vars/frontpi.yml': 'vault_address: 192.0.2.1\n'}],
  [
    'of two members, as names',
    {
      'inventory/host_vars/frontpi.yml': 'vault_address: pi.lan\n',
      'inventory/host_vars/atticpi.yml': 'vault_address: Pi.lan\n',
    },
  ],
  ['of all members', {'inventory/group_vars/vault_servers.yml': 'vault_address: 192.0.2.7\n'}],
])('one address %s is a mistake before the first connection', async (_name, files) => {
  const {diagnostics} = await told({files});
  expect(diagnostics.map(({message}) => message)).toEqual([
    expect.stringMatching(
      /^each member needs a vault_address of its own.* of wallpi, .* of frontpi, .* of atticpi\.$/,
    ),
  ]);
});

describe('what looks like nonsense and is none is told of by nobody:', () => {
  it.each([
    [
      'members under other names',
      {
        group: 'vault_node_ids: [one, two, three]\n',
        files: Object.fromEntries(
          [
            ['wallpi', 'one'],
            ['frontpi', 'two'],
            ['atticpi', 'three'],
          ].map(([host, id]) => [`inventory/host_vars/${host}.yml`, `vault_node_id: ${id}\n`]),
        ),
      },
    ],
    ['members that may be missing', {extraVars: ['{"vault_bootstrap_without": ["atticpi"]}']}],
    ['all of the memory', {group: 'vault_memory_high: 100%\n'}],
    [
      'a setting of a newer version that is installed',
      {
        group: 'vault_version: 2.7.0\nvault_settings: {disable_ssct_tokens: true}\n',
      },
    ],
    ['HCL with keys that nobody knows', {group: 'vault_config_extra: "new_key = 1"\n'}],
  ] as const)('%s', async (_name, project) => {
    const {diagnostics} = await told(project);
    expect(diagnostics.map(({message}) => message)).toEqual([]);
  });
});
