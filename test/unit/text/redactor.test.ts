import {expect, it} from 'vitest';
import {Redactor, Secret} from '../../../src/text/index.ts';

it.each(['\n', '\r\n', '\r'])('masks each line of a secret of several, whatever ends them: %j', (end) => {
  const redactor = new Redactor();
  redactor.add(new Secret('key', `canary-one${end}canary-two`));
  for (const text of [`canary-one${end}canary-two`, 'a canary-one b', 'canary-two'])
    expect(redactor.redact(text)).not.toContain('canary');
});

it('masks a secret whose capitals were folded, as in the host of an address', () => {
  const redactor = new Redactor();
  redactor.add(new Secret('gv_s', 'CANARYGroup3'));
  const {hostname} = new URL('http://CANARYGroup3/');
  expect(redactor.redact(`ENOTFOUND ${hostname}, of CANARYGroup3`)).toBe('ENOTFOUND ‹gv_s›, of ‹gv_s›');
});

it('leaves words alone that a short secret would be without its capitals', () => {
  const redactor = new Redactor();
  redactor.add(new Secret('gv_s', 'Debian'));
  expect(redactor.redact('debian')).toBe('debian');
});

it('shows no secret in the name of what gave it', () => {
  const redactor = new Redactor();
  redactor.add(new Secret('pipe://echo canary-words', 'canary-words'));
  expect(redactor.redact('it is canary-words')).toBe('it is ‹secret›');
});
