import {userInfo} from 'node:os';
import {describe, expect, it, vi} from 'vitest';
import {parseSshSettings} from '../../../src/transport/ssh-settings.ts';
import {type Errand, hopOf, sshCommand, targetOf} from '../../../src/transport/target.ts';

const asked: Errand = {hostName: 'wallpi', host: 'wallpi', signal: new AbortController().signal};
const settings = parseSshSettings(
  'hostname 192.0.2.7\nport 2222\nuser pi\nconnecttimeout 7\nproxyjump bastion\nidentityfile /keys/one\nuserknownhostsfile /known',
  '',
);

describe('the ssh that somebody may type', () => {
  it('goes by the same way', () => {
    expect(sshCommand(targetOf({...asked, user: 'pi'}, undefined, {}))).toBe('ssh pi@wallpi');
    expect(sshCommand(targetOf({...asked, user: 'pi', knownHostsFile: '/my known'}, undefined, {}))).toBe(
      `ssh -o 'UserKnownHostsFile="/my known"' pi@wallpi`,
    );
    const special = {...asked, user: 'pi', port: 2222, privateKeyFile: '/my keys/one', sshConfigFile: '/c'};
    expect(sshCommand(targetOf({...special, proxyJump: 'bastion'}, undefined, {}))).toBe(
      "ssh -F /c -p 2222 -i '/my keys/one' -J bastion pi@wallpi",
    );
  });
});

describe('where a connection leads', () => {
  it('is what the inventory says, then what ssh says, then what is usual', () => {
    const inventory = {
      ...asked,
      port: 22,
      user: 'root',
      timeoutMs: 1,
      proxyJump: 'none',
      knownHostsFile: '/mine',
    };
    expect(targetOf(inventory, settings, {})).toMatchObject({
      host: '192.0.2.7',
      port: 22,
      user: 'root',
      timeoutMs: 1,
      jumps: [],
      knownHostsFiles: ['/mine'],
      knownHostsNamed: true,
    });
    expect(targetOf(asked, settings, {})).toMatchObject({
      host: '192.0.2.7',
      port: 2222,
      user: 'pi',
      timeoutMs: 7000,
      jumps: ['bastion'],
      keyFiles: ['/keys/one'],
      knownHostsFiles: ['/known'],
      knownHostsNamed: false,
    });
    expect(targetOf(asked, undefined, {})).toMatchObject({
      host: 'wallpi',
      port: 22,
      timeoutMs: 30_000,
      jumps: [],
    });
  });

  it("has its files in the home of passwd, as ssh's are, whatever $HOME says", () => {
    vi.stubEnv('HOME', '/elsewhere');
    try {
      const {keyFiles, knownHostsFiles, agentSocket} = targetOf(
        asked,
        parseSshSettings('identityfile ~/.ssh/mine\nuserknownhostsfile %d/known\nidentityagent ~/agent', ''),
        {},
      );
      const {homedir: home} = userInfo();
      expect([keyFiles, knownHostsFiles, agentSocket]).toEqual([
        [`${home}/.ssh/mine`],
        [`${home}/known`],
        `${home}/agent`,
      ]);
      expect(targetOf(asked, undefined, {}).knownHostsFiles[0]).toBe(`${home}/.ssh/known_hosts`);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is not on the way to itself, unless by another port', () => {
    expect(targetOf({...asked, proxyJump: 'pi@wallpi'}, undefined, {}).jumps).toEqual([]);
    expect(targetOf({...asked, proxyJump: 'wallpi:2222'}, undefined, {}).jumps).toEqual(['wallpi:2222']);
  });

  it("has the environment's agent, or ssh's own, or none", () => {
    const socketOf = (agent: string) =>
      targetOf(asked, parseSshSettings(`identityagent ${agent}`, ''), {SSH_AUTH_SOCK: '/a', OTHER: '/b'})
        .agentSocket;
    expect([socketOf('SSH_AUTH_SOCK'), socketOf('none'), socketOf('$OTHER'), socketOf('/c')]).toEqual([
      '/a',
      undefined,
      '/b',
      '/c',
    ]);
  });
});

describe('a host on the way', () => {
  it.each([
    ['bastion', {host: 'bastion'}],
    ['pi@bastion:2222', {host: 'bastion', user: 'pi', port: 2222}],
    ['me@corp@bastion', {host: 'bastion', user: 'me@corp'}],
    ['pi@[2001:db8::1]:22', {host: '2001:db8::1', user: 'pi', port: 22}],
    ['ssh://pi@bastion:2222/', {host: 'bastion', user: 'pi', port: 2222}],
    ['', undefined],
    ['bastion:', undefined],
  ])('%j is read', (text, hop) => {
    expect(hopOf(text)).toEqual(hop);
  });
});
