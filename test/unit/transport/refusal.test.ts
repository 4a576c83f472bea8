import {describe, expect, it} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {bastionErrand} from '../../../src/transport/bastions.ts';
import {dialError} from '../../../src/transport/dial.ts';
import {notLetIn} from '../../../src/transport/refusal.ts';
import {targetOf} from '../../../src/transport/target.ts';

const errand = (more: object = {}) => ({
  hostName: 'wallpi',
  host: 'wallpi.example',
  signal: new AbortController().signal,
  ...more,
});

const refused = {tooMany: false, passwordOffered: false, unsigned: [], agentState: undefined};

describe('what is to be mended after a refused login', () => {
  it('is the password, where it was heard, however few tries a host permits', () => {
    const target = targetOf(errand({user: 'pi'}), undefined, {});
    const known = {...refused, tooMany: true, passwordOffered: true};
    const {hint} = notLetIn(target, known, ['the password'], new Error('too many'));
    expect(hint).toContain('`ssh_password`');
    expect(hint).not.toMatch(/MaxAuthTries|PermitRootLogin/);
  });

  it('is how many tries a host permits, where the password was not heard', () => {
    const target = targetOf(errand({user: 'pi', password: new Secret('password', 'x')}), undefined, {});
    const {hint} = notLetIn(target, {...refused, tooMany: true}, undefined, new Error('too many'));
    expect(hint).toMatch(/MaxAuthTries.*password/);
    expect(hint).not.toContain('private_key_file');
  });

  it.each([true, false])('may be PermitRootLogin for root (password: %s)', (passwordOffered) => {
    const target = targetOf(errand({user: 'root'}), undefined, {});
    const {hint} = notLetIn(target, {...refused, passwordOffered}, ['it'], new Error('denied'));
    expect(hint).toContain('PermitRootLogin');
  });
});

describe('a host on the way', () => {
  const bastion = (proxyJump: string) => {
    const behind = errand({proxyJump});
    return bastionErrand(targetOf(behind, undefined, {}), behind);
  };

  it.each(['ENOTFOUND', 'ECONNREFUSED'])('that is not reached (%s) is named by proxy_jump', (code) => {
    const cause = Object.assign(new Error(code), {code});
    const {hint} = dialError(targetOf(bastion('pi@nowhere.example'), undefined, {}), cause);
    expect(hint).toContain('`proxy_jump`');
    expect(dialError(targetOf(errand(), undefined, {}), cause).hint).not.toContain('proxy_jump');
  });

  it.each(['pi@bastion:99999', 'bastion:0'])('has a port that there is: %s', (jump) => {
    expect(() => bastion(jump)).toThrow(`the way to wallpi cannot be read: ${jump}`);
  });
});
