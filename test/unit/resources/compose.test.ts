import {describe, expect, it} from 'vitest';
import {composeProbe, kinds, mergeRefs, parseProbe, type Ref} from '../../../src/resources/index.ts';
import {reveal} from '../../../src/text/index.ts';

const unit: Ref = {kind: 'unit', id: 'vault.service', facets: ['state']};
const user: Ref = {kind: 'user', id: 'vault', facets: ['state']};
const passwd =
  'root:x:0:0:root:/root:/bin/sh\nvault:x:998:997:Vault, the server:/var/lib/vault:/usr/sbin/nologin\n';
const groups = 'root:x:0:\nvault:x:997:\nssl-cert:x:101:www,vault\naudio:x:29:vault\n';

describe('one probe of several kinds', () => {
  it('asks for each resource once, with all its facets', () => {
    expect(
      mergeRefs([
        {kind: 'path', id: '/a', facets: ['meta']},
        user,
        {kind: 'path', id: '/a', facets: ['sha256', 'meta']},
      ]),
    ).toEqual([{kind: 'path', id: '/a', facets: ['meta', 'sha256']}, user]);
  });

  it('puts the kinds into sections of one script', () => {
    const script = reveal(composeProbe([unit, user, unit], kinds, 'M').text);
    expect(script.match(/systemctl show --no-pager/g)).toHaveLength(1);
    expect(script).toContain('M-end.unit');
    expect(script).toContain('M-end.user');
  });

  it("answers unreadable, in the host's words, for a section that failed, and reads the others", () => {
    const found = parseProbe(
      {
        stdout: Buffer.from(`\nM-end.unit 1\n${passwd}\nM.user\n${groups}\nM.user\n\nM-end.user 0\n`),
        stderr: Buffer.from('sh: noise\nsystemd does not run on this host\n\nM-end.unit\n'),
        exitCode: 0,
      },
      [unit, user],
      kinds,
      'M',
    );
    expect(found.get('unit:vault.service')).toEqual({
      status: 'unreadable',
      reason: 'systemd does not run on this host',
    });
    expect(found.get('user:vault')).toEqual({
      status: 'present',
      state: {
        uid: 998,
        gid: 997,
        group: 'vault',
        groups: ['audio', 'ssl-cert'],
        inPrimary: false,
        home: '/var/lib/vault',
        shell: '/usr/sbin/nologin',
        comment: 'Vault, the server',
      },
    });
  });

  it('answers unreadable for a section that is cut off or not what the script prints', () => {
    const answer = (stdout: string) =>
      parseProbe({stdout: Buffer.from(stdout), stderr: Buffer.alloc(0), exitCode: 0}, [user], kinds, 'M').get(
        'user:vault',
      );
    expect(answer('root:x:0')).toMatchObject({status: 'unreadable', reason: 'the probe of user did not end'});
    expect(answer('nonsense\n\nM-end.user 0\n')).toMatchObject({status: 'unreadable'});
  });
});
