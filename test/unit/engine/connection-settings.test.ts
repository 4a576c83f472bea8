import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {connectionSettings} from '../../../src/engine/connection-settings.ts';
import {withAliases} from '../../../src/engine/hostvars.ts';
import {createPorts} from '../../../src/engine/ports.ts';
import {loadInventory} from '../../../src/inventory/index.ts';
import {type Layer, layerOfData} from '../../../src/values/index.ts';
import {withProject} from './project-files.ts';

/** How a host with these variables is reached. @param extraVars as `-e` gives them */
function settings(
  variables: string,
  {
    extraVars = {},
    environment = {},
    runsCommands = true,
  }: {
    readonly extraVars?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly runsCommands?: boolean;
  } = {},
) {
  return withProject({'i.yml': `all: {hosts: {pi: ${variables}}}\n`}, async (directory) => {
    const {inventory, diagnostics} = loadInventory([join(directory, 'i.yml')]);
    const host = inventory.hosts.get('pi');
    if (!host) throw new Error(`no host: ${JSON.stringify(diagnostics)}`);
    const layer: Layer = withAliases(layerOfData(extraVars, '-e'));
    const ports = createPorts({
      environment,
      playDirectory: directory,
      runsCommands,
      onSecret: () => undefined,
    });
    return connectionSettings(host, layer, ports(undefined));
  });
}

describe('how a host is reached', () => {
  it("is said by -e under Ansible's names as under ours, whatever the inventory calls it", async () => {
    const inventory = '{port: 22, ansible_user: pi}';
    expect(await settings(inventory)).toMatchObject({port: 22, user: 'pi'});
    for (const extraVars of [
      {ansible_port: '2222', user: 'root'},
      {port: '2222', ansible_user: 'root'},
    ]) {
      expect(await settings(inventory, {extraVars})).toMatchObject({port: 2222, user: 'root'});
    }
  });

  it.each([
    [
      "{host: ''}",
      'the connection variable host is not a name: it is empty',
      "for example 'host: 192.168.1.21'",
    ],
    [
      "{ansible_user: ' '}",
      'the connection variable user is not a name: it is empty',
      "for example 'user: pi'",
    ],
    [
      '{become: "yes"}',
      "the connection variable become 'yes' is not true or false",
      "for example 'become: true'",
    ],
    ['{become_method: runas}', 'is not one of sudo, su, doas', "for example 'become_method: su'"],
    [
      '{become_flags: [a]}',
      'the connection variable become_flags is not a string',
      'quote it, or take it out',
    ],
  ])('is a mistake with an example where it is none: %s', async (variables, message, hint) => {
    const error = await settings(variables).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      diagnostics: [{code: 'ENG005', hint, message: expect.stringContaining(message)}],
    });
  });

  it("has what Ansible's arguments of ssh say, in its order", async () => {
    const args = `{ansible_ssh_extra_args: '-C', ansible_ssh_common_args: '-J "bastion" -F /a', ansible_ssh_args: -4}`;
    expect(await settings(args)).toMatchObject({
      sshOptions: ['AddressFamily=inet', 'ProxyJump=bastion', 'Compression=yes'],
      sshConfigFile: '/a',
    });
    expect(await settings(`{ssh_common_args: '-F /a', ssh_config_file: /b}`)).toMatchObject({
      sshConfigFile: '/b',
    });
    expect(await settings('{}')).not.toHaveProperty('sshOptions');
  });

  it('tells which of these it cannot give to ssh, where they stand', async () => {
    const reading = settings(`{port: 22, ansible_ssh_common_args: '-4 -R 80:a:80'}`);
    await expect(reading).rejects.toMatchObject({
      diagnostics: [
        {
          code: 'ENG005',
          message: expect.stringContaining('ssh_common_args is not a list of ssh'),
          hint: expect.stringContaining('-o KEYWORD=VALUE'),
          source: {line: 1, column: 55},
        },
      ],
    });
    await expect(reading).rejects.toThrow('-R is not for vprov to give to ssh');
  });

  it.each([
    ['{board: pi_zero}', true],
    ['{board: pi_4, arch: aarch64}', true],
    ['{board: pi_5, arch: armv7l}', undefined],
    ['{board: pc}', undefined],
    ['{arch: armhf}', true],
    ['{arch: aarch64}', undefined],
    ['{board: unheard_of}', undefined],
    ['{}', undefined],
  ])('takes into account that %s says whether it has instructions for AES', async (variables, expected) => {
    expect((await settings(variables)).lacksAes).toBe(expected);
  });

  it("is by the transport that it names, under our name or Ansible's", async () => {
    const transportOf = async (variables: string): Promise<string | undefined> =>
      (await settings(variables)).transport;
    for (const [named, transport] of [
      ['local', 'local'],
      ['ansible.builtin.local', 'local'],
      ['openssh', 'openssh'],
      ['ssh2', 'ssh'],
      ['paramiko_ssh', 'ssh'],
      // Whichever fits.
      ['ssh', undefined],
      ['smart', undefined],
      ['auto', undefined],
    ] as const)
      for (const name of ['transport', 'ansible_connection'])
        expect(await transportOf(`{${name}: ${named}}`), `${name}: ${named}`).toBe(transport);
    await expect(settings('{ansible_connection: winrm}')).rejects.toThrow(
      /one of auto, ssh2, openssh, local/,
    );
    expect(
      (await settings('{transport: openssh}', {extraVars: {ansible_connection: 'local'}})).transport,
    ).toBe('local');
  });

  it('may stand in the environment of vprov, a password above all', async () => {
    const found = await settings(
      `{become_password: '{{ env "SUDO_OF_PI" }}', port: '{{ env "PORT" "2222" }}'}`,
      {
        environment: {SUDO_OF_PI: 'canary'},
      },
    );
    expect(found.becomePassword?.reveal()).toBe('canary');
    expect(found.port).toBe(2222);
  });

  it('is left open by validation where a command would tell', async () => {
    const variables = `{become_password: '{{ pipe "echo canary" }}'}`;
    expect((await settings(variables, {runsCommands: false})).becomePassword).toBeUndefined();
    expect((await settings(variables)).becomePassword?.reveal()).toBe('canary');
  });
});
