import {expect, it} from 'vitest';
import {type Become, becomeFor, shellCommand} from '../../../src/transport/become.ts';

const hello = /\/bin\/sh -c '.*hello.*exec \/bin\/sh'$/s;

const sudo = (changes: object = {}): Become => ({
  how: 'sudo',
  user: 'vault',
  password: false,
  program: 'sudo',
  options: [],
  terminal: false,
  ...changes,
});

it('needs no sudo for the login user', () => {
  const command = shellCommand('n', {how: 'login'}, 'exec /bin/sh');
  expect(command).toMatch(hello);
  expect(command).not.toContain('sudo');
});

it('never lets sudo ask without a password', () => {
  const command = shellCommand('n', sudo(), 'exec /bin/sh');
  expect(command).toMatch(/ sudo -n -u vault -- /);
  expect(command).toMatch(hello);
});

it('makes the prompt a mark of ours when there is a password', () => {
  const command = decoded(shellCommand('n', sudo({password: true}), 'exec /bin/sh'));
  expect(command).toContain(" sudo -S -p '\x1en prompt\n' -u vault -- ");
});

it('quotes the name of the user, the program and its options', () => {
  const strange = sudo({user: "x'; reboot", program: '/opt/my sudo', options: ['-H', 'a b']});
  const command = shellCommand('n', strange, 'exec /bin/sh');
  expect(command).toContain(` '/opt/my sudo' -H 'a b' -n -u 'x'\\''; reboot' --`);
});

it('gives a login shell nothing that only some shells take as it is meant', () => {
  const script = 'echo "a\\b"\n: !x \'ü\'';
  const command = shellCommand('n', {how: 'login'}, script);
  expect(command).toMatch(/^exec \/bin\/sh -c '[^'!\n]*'$/);
  expect(decoded(command)).toContain("echo \"a\\b\"\n: !x '\\''ü'\\'''");
});

it('uses sudo for everyone but root, nothing for the login user itself, and what the inventory says', () => {
  expect(becomeFor('pi', 'pi', {}, true, false)).toEqual({how: 'login'});
  expect(becomeFor('pi', 'root', {}, true, false)).toEqual(sudo({user: 'root', password: true}));
  expect(becomeFor('root', 'root', {}, false, false)).toEqual({how: 'login'});
  expect(becomeFor('root', 'vault', {}, true, false)).toEqual(sudo({how: 'su', program: 'su'}));
  expect(becomeFor('pi', 'root', {method: 'doas', program: '/bin/doas'}, true, true)).toEqual(
    sudo({how: 'doas', user: 'root', program: '/bin/doas', password: true, terminal: true}),
  );
});

/** What the shell that evaluates it gets. */
function decoded(command: string): string {
  const encoded = /printf %b "(.*)"\)"'$/s.exec(command)?.[1] ?? '';
  return Buffer.from(
    encoded.replace(/\\0([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    'latin1',
  ).toString();
}
