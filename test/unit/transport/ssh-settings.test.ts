import {describe, expect, it} from 'vitest';
import {saysMore} from '../../../src/transport/ssh-setting-table.ts';
import {expandTokens, parseSshSettings} from '../../../src/transport/ssh-settings.ts';

describe('what ssh -G prints', () => {
  it('is read as far as it concerns us', () => {
    const text = [
      'host wallpi',
      'user pi',
      'hostname 192.0.2.7',
      'port 2222',
      'identitiesonly yes',
      'stricthostkeychecking accept-new',
      'hostkeyalias the-wall',
      'identityagent /run/a b/agent',
      'identityfile ~/.ssh/my key_%h',
      'identityfile ~/.ssh/second',
      'userknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2',
      'globalknownhostsfile /etc/ssh/ssh_known_hosts',
      'connecttimeout 7',
      'proxyjump pi@bastion:2222,other',
      'certificatefile ~/.ssh/a-cert.pub',
      'pkcs11provider /usr/lib/opensc-pkcs11.so',
      'gssapiauthentication yes',
      'hashknownhosts yes',
    ].join('\n');
    expect(parseSshSettings(text, '')).toEqual({
      hostName: '192.0.2.7',
      port: 2222,
      user: 'pi',
      hostKeyAlias: 'the-wall',
      identityFiles: ['~/.ssh/my key_%h', '~/.ssh/second'],
      identitiesOnly: true,
      identityAgent: '/run/a b/agent',
      userKnownHostsFiles: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts'],
      acceptsNewKeys: true,
      hashesNames: true,
      connectTimeoutMs: 7000,
      proxyJump: 'pi@bastion:2222,other',
      loginMethods: ['publickey', 'password', 'keyboard-interactive'],
      beyondOurs: [],
      certificateFiles: ['~/.ssh/a-cert.pub'],
      pkcs11Provider: '/usr/lib/opensc-pkcs11.so',
      gssapi: true,
    });
  });

  it('says nothing where it says none', () => {
    const settings = parseSshSettings(
      'hostname a\nport 22\nuser b\nconnecttimeout none\nproxyjump none\nuserknownhostsfile none\nidentityfile none\nstricthostkeychecking ask',
      '',
    );
    expect(settings).toEqual({
      hostName: 'a',
      port: 22,
      user: 'b',
      identityFiles: [],
      identitiesOnly: false,
      userKnownHostsFiles: [],
      globalKnownHostsFiles: [],
      acceptsNewKeys: false,
      hashesNames: false,
      loginMethods: ['publickey', 'password', 'keyboard-interactive'],
      beyondOurs: [],
      certificateFiles: [],
      gssapi: false,
    });
  });

  it.each([
    ['true', false],
    ['ask', false],
    ['accept-new', true],
    ['false', true],
  ])('trusts new keys with StrictHostKeyChecking %s: %s', (value, accepts) => {
    expect(parseSshSettings(`stricthostkeychecking ${value}`, '').acceptsNewKeys).toBe(accepts);
  });

  it('has no limit of its own with ConnectTimeout 0', () => {
    expect(parseSshSettings('connecttimeout 0', '')).not.toHaveProperty('connectTimeoutMs');
  });

  it('tells an agent of its own from that of the environment, and from none', () => {
    expect(parseSshSettings('identityagent SSH_AUTH_SOCK', '').identityAgent).toBeUndefined();
    expect(parseSshSettings('identityagent none', '').identityAgent).toBe('none');
  });
});

describe('a setting of ssh that ours does not obey', () => {
  const defaults = 'ciphers a,b\nhostkeyalgorithms x,y\nverifyhostkeydns false\nloglevel INFO';

  it.each([
    ['ciphers a', ['ciphers']],
    ['bindaddress 192.0.2.1\nbindinterface lo', ['bindaddress', 'bindinterface']],
    ['somethingnew yes', ['somethingnew']],
    ['ciphers a,b\nverifyhostkeydns false', []],
    ['loglevel DEBUG\nsendenv LANG\nforwardagent yes\ncompression yes\nuser pi', []],
  ])('%j: %j', (text, beyond) => {
    expect(parseSshSettings(text, defaults).beyondOurs).toEqual(beyond);
  });

  it('is not one that it does', () => {
    const text = [
      'addressfamily inet6',
      'pubkeyauthentication false',
      'preferredauthentications keyboard-interactive,publickey',
      'hostkeyalgorithms y',
      'revokedhostkeys ~/.ssh/revoked',
    ].join('\n');
    expect(parseSshSettings(text, defaults)).toMatchObject({
      addressFamily: 6,
      loginMethods: ['keyboard-interactive'],
      hostKeyAlgorithms: ['y'],
      revokedKeysFile: '~/.ssh/revoked',
      beyondOurs: [],
    });
    expect(parseSshSettings('hostkeyalgorithms x,y', defaults)).not.toHaveProperty('hostKeyAlgorithms');
  });
});

describe("the system's main file", () => {
  it.each([
    [
      '# Host *\n\nInclude /etc/ssh/ssh_config.d/*.conf\nHost *\n    SendEnv LANG LC_*\n  HashKnownHosts yes\n',
      false,
    ],
    ['Host *\n  GSSAPIAuthentication yes\n  ForwardX11Trusted yes', false],
    ['Host wallpi\n\tProxyJump bastion\n', true],
    ['BindAddress=192.0.2.1', true],
    ['', false],
  ])('%j concerns us: %s', (text, concerns) => {
    expect(saysMore(text)).toBe(concerns);
  });
});

describe('the name of a file', () => {
  const tokens = {
    home: '/home/me',
    localUser: 'me',
    localHost: 'laptop.lan',
    host: '192.0.2.7',
    originalHost: 'wallpi',
    port: 2222,
    user: 'pi',
    environment: {KEYS: '/keys', EMPTY: ''},
  };

  it.each([
    ['~/.ssh/id', '/home/me/.ssh/id'],
    ['~', '/home/me'],
    ['~other/id', '~other/id'],
    ['%d/%r@%h:%p', '/home/me/pi@192.0.2.7:2222'],
    ['%n %u %l %L', 'wallpi me laptop.lan laptop'],
    ['100%% %z', '100% %z'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh's own notation
    ['${KEYS}/id${EMPTY} ${NONE}', '/keys/id ${NONE}'],
  ])('%s becomes %s', (file, expanded) => {
    expect(expandTokens(file, tokens)).toBe(expanded);
  });
});
