import {describe, expect, it} from 'vitest';
import {readSshArguments} from '../../../src/transport/index.ts';

describe('arguments of ssh', () => {
  it.each([
    ['', []],
    ['-o ProxyJump=bastion', ['ProxyJump=bastion']],
    ['-oProxyJump=bastion -J other', ['ProxyJump=bastion', 'ProxyJump=other']],
    ['-o "ProxyCommand ssh -W %h:%p bastion"', ['ProxyCommand ssh -W %h:%p bastion']],
    [`-o ProxyCommand='ssh -W "%h:%p" -q a\\b'`, ['ProxyCommand=ssh -W "%h:%p" -q a\\b']],
    ['-o "ProxyCommand=a \\"b c\\" \\x"', ['ProxyCommand=a "b c" \\x']],
    ['-o User=my\\ name', ['User=my name']],
    ['-i ~/.ssh/a -p2222 -l pi', ['IdentityFile=~/.ssh/a', 'Port=2222', 'User=pi']],
    ['-46Cq', ['AddressFamily=inet', 'AddressFamily=inet6', 'Compression=yes']],
    ['-4p 22', ['AddressFamily=inet', 'Port=22']],
    ['-q -vvv -A -a -x -X -T -tt -k', []],
    [
      '-C -o ControlMaster=auto -o ControlPersist=60s',
      ['Compression=yes', 'ControlMaster=auto', 'ControlPersist=60s'],
    ],
    ['-c aes128-ctr\n -m hmac-sha2-256', ['Ciphers=aes128-ctr', 'MACs=hmac-sha2-256']],
  ])('are settings: %s', (text, options) => {
    expect(readSshArguments(text)).toEqual({options});
  });

  it('may name a configuration', () => {
    expect(readSshArguments('-F /a -4')).toEqual({options: ['AddressFamily=inet'], configFile: '/a'});
  });

  it.each([
    ['-L 80:a:80', '-L is not for vprov to give to ssh'],
    ['-NL 80:a:80', '-N is not for vprov to give to ssh'],
    ['bastion', "'bastion' is no option of ssh"],
    ['-4 --', "'--' is no option of ssh"],
    ['-', "'-' is no option of ssh"],
    ['-4 -o', 'nothing stands behind -o'],
    [`-o 'ProxyCommand=x`, 'a quote does not end'],
    ['-o "x', 'a quote does not end'],
  ])('that are none, or not for us, are told: %s', (text, problem) => {
    expect(readSshArguments(text)).toEqual({problem});
  });
});
