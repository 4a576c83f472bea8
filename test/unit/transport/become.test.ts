import {expect, it} from 'vitest';
import {becomeFor, shellCommand} from '../../../src/transport/become.ts';

const hello = /\/bin\/sh -c '.*hello.*exec \/bin\/sh'$/s;

it('needs no sudo for the login user', () => {
  const command = shellCommand('n', {how: 'login'}, 'exec /bin/sh');
  expect(command).toMatch(hello);
  expect(command).not.toContain('sudo');
});

it('never lets sudo ask without a password', () => {
  const command = shellCommand('n', {how: 'sudo', user: 'vault', password: false}, 'exec /bin/sh');
  expect(command).toMatch(/^exec sudo -n -u vault -- /);
  expect(command).toMatch(hello);
});

it('makes the prompt a mark of ours when there is a password', () => {
  const command = shellCommand('n', {how: 'sudo', user: 'vault', password: true}, 'exec /bin/sh');
  expect(command.startsWith("exec sudo -S -p '\x1en prompt\n' -u vault -- ")).toBe(true);
});

it('quotes the name of the user', () => {
  const command = shellCommand('n', {how: 'sudo', user: "x'; reboot", password: false}, 'exec /bin/sh');
  expect(command).toContain(`-u 'x'\\''; reboot' --`);
});

it('uses sudo for everyone but root, and nothing for the login user itself', () => {
  expect(becomeFor('pi', 'pi', true)).toEqual({how: 'login'});
  expect(becomeFor('pi', 'root', true)).toEqual({how: 'sudo', user: 'root', password: true});
  expect(becomeFor('root', 'root', false)).toEqual({how: 'login'});
  expect(becomeFor('root', 'vault', true)).toEqual({how: 'su', user: 'vault'});
});
