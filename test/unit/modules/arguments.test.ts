import {inspect} from 'node:util';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {checkArguments} from '../../../src/modules/index.ts';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {SecretText, type ValueMap} from '../../../src/values/index.ts';
import {mistakes, mistakesIn, modules, task} from './task.ts';

describe('arguments that are right', () => {
  it('are taken without a word', () => {
    expect(
      mistakesIn('file', 'path: /etc/vault.d\nstate: directory\nmode: 0750\nowner: vault\ngroup: 1000'),
    ).toEqual([]);
  });

  it.each(['0644', "'0644'", '0o644', '02755', 'u=rw,g=r,o=', 'a+X', '+x', 'g=u'])('mode: %s', (mode) => {
    expect(mistakesIn('file', `path: /x\nmode: ${mode}`)).toEqual([]);
  });

  it('may be secret where the value is hidden', () => {
    const token = new Secret('token', 'hvs.123456');
    const variables = {token};
    expect(mistakesIn('copy', "dest: /x\ncontent: 'token={{ token }}'", variables)).toEqual([]);
    expect(mistakesIn('uri', "url: http://a/\nheaders: {X-Vault-Token: '{{ token }}'}", variables)).toEqual(
      [],
    );
    expect(mistakesIn('command', "argv: [vault, login, '{{ token }}']", variables)).toEqual([]);
    expect(mistakesIn('debug', "msg: {deep: ['{{ token }}']}", variables)).toEqual([]);
  });
});

describe('arguments that are wrong', () => {
  it.each([
    [
      'an unknown one, with the nearest',
      'file',
      'pth: /x',
      ["MOD002 1:1 file has no argument 'pth' (did you mean 'path'?)"],
    ],
    [
      'one of Ansible that vprov does without, with what to do instead',
      'systemd',
      'name: vault\nstate: started\ndaemon_reload: true',
      [
        "MOD002 3:1 systemd has no argument 'daemon_reload' (leave it out: vprov sees when a unit file has changed, and reloads before it acts on the unit)",
      ],
    ],
    ['a missing one', 'file', 'mode: 0644', ["MOD003 1:1 file needs 'path' (The path to manage.)"]],
    [
      'a bare mode',
      'file',
      'path: /x\nmode: 644',
      [
        "MOD005 2:7 'mode' must be octal with a leading zero, or symbolic such as u=rw,g=r, not '644' (write '0644')",
      ],
    ],
    [
      'yes instead of true',
      'systemd',
      'name: vault\nenabled: yes',
      ["MOD004 2:10 'enabled' must be true or false, not 'yes' (write true: 'yes' is a string)"],
    ],
    [
      'a word that is not in the list',
      'file',
      'path: /x\nstate: directry',
      [
        "MOD005 2:8 'state' must be one of file, directory, link, absent, not 'directry' (did you mean 'directory'?)",
      ],
    ],
    [
      'a target of two lines',
      'file',
      'path: /x\nstate: link\ntarget: "a\\nb"',
      ["MOD005 3:9 'target' must be one line, and not empty, not 'a\\nb'"],
    ],
    [
      'a relative path',
      'file',
      'path: etc/x',
      [
        "MOD005 1:7 'path' must be an absolute path, without .., not 'etc/x' (a path on the host begins with /: '/etc/x')",
      ],
    ],
    [
      'a path that climbs',
      'file',
      'path: /a/../x',
      [
        "MOD005 1:7 'path' must be an absolute path, without .., not '/a/../x' (write the path that it comes to)",
      ],
    ],
    [
      'an item of a list',
      'uri',
      'url: http://a\nstatus_code: [200, 999]',
      ["MOD005 2:20 'status_code.1' must be at most 599, not 999"],
    ],
    [
      'a header that is no string',
      'uri',
      'url: http://a\nheaders: {A: [x]}',
      ["MOD004 2:14 'headers.A' must be a string, not a list"],
    ],
    [
      'an empty list',
      'command',
      'argv: []',
      ["MOD005 1:7 'argv' must be a list that is not empty, not an empty one"],
    ],
    [
      'an empty text',
      'release',
      "name: ''\nversion: '1'",
      ["MOD005 1:7 'name' must be a string that is not empty, not ''"],
    ],
    ['nothing at all', 'set_fact', '{}', ['MOD003 1:1 set_fact needs arguments']],
    [
      'two that exclude each other',
      'copy',
      'dest: /x\nsrc: a\ncontent: b',
      ["MOD006 3:1 'src' and 'content' exclude each other"],
    ],
    [
      'none of two',
      'wait_for',
      'timeout: 3',
      ["MOD003 1:1 one of 'port' and 'path' is missing (port: The port to wait for.)"],
    ],
    [
      'a link to nowhere',
      'file',
      'path: /x\nstate: link',
      [
        "MOD003 1:1 state: link needs 'target' or 'src' (target: What a link points to, absolute or relative to the link.)",
      ],
    ],
    [
      'a target of no link',
      'file',
      'path: /x\ntarget: /y',
      ["MOD006 2:1 'target' goes only with state: link (write 'state: link', or leave out 'target')"],
    ],
    [
      'one that needs another',
      'command',
      'cmd: ls\nstdin_add_newline: true',
      [
        "MOD006 2:1 'stdin_add_newline' goes only with 'stdin' (give 'stdin', too, or leave out 'stdin_add_newline')",
      ],
    ],
    [
      'a unit of which nothing is wanted',
      'systemd',
      'name: vault',
      [
        `MOD003 1:1 nothing to do: give 'state', 'enabled' or 'masked' (state: \`started\` and \`stopped\` are states.)`,
      ],
    ],
    [
      'a pipe without a shell',
      'command',
      "cmd: 'ls | wc'",
      [
        "MOD005 1:6 'cmd' has '|', which only a shell understands (write argv: [sh, -c, '…'], or quote it if the program is to get it)",
      ],
    ],
    [
      'a URL that is none',
      'uri',
      'url: localhost',
      ["MOD005 1:6 'url' is not a URL (write it whole: https://NAME:PORT/PATH)"],
    ],
    [
      'a module that is none',
      'comand',
      '{}',
      ["MOD001 1:1 there is no module 'comand' (did you mean 'command'?)"],
    ],
  ])('%s', (_what, module, yaml, expected) => {
    expect(mistakesIn(module, yaml)).toEqual(expected);
  });

  it('are told all at once, in the order of the lines, one for each cause', () => {
    expect(mistakesIn('user', "name: vault\ngroups: adm\nsystm: true\nuid: '12'")).toEqual([
      "MOD004 2:9 'groups' must be a list, not 'adm' (write a list: [adm, video])",
      "MOD002 3:1 user has no argument 'systm' (did you mean 'system'?)",
      "MOD004 4:6 'uid' must be a whole number, not '12' (leave out the quotes)",
    ]);
  });

  it('a mode that a variable lost its zero of: it says where to look', () => {
    expect(mistakesIn('file', "path: /x\nmode: '{{ mode }}'", {mode: 644})).toEqual([
      "MOD005 2:7 'mode' must be octal with a leading zero, or symbolic such as u=rw,g=r, not '644' (where it is defined, write it in quotes: '0644')",
    ]);
  });

  it('a value inside one that comes from a variable stands where the template does', () => {
    expect(mistakesIn('user', "name: a\ngroups: '{{ groups }}'", {groups: ['adm', '1x']})).toEqual([
      "MOD005 2:9 'groups.1' must be a name of at most 32 letters, digits, _, - and ., not starting with a digit, not '1x'",
    ]);
  });
});

describe('a secret', () => {
  it('cannot be in what reports show', () => {
    expect(
      mistakesIn('copy', "dest: '/etc/{{ token }}'\ncontent: x", {token: new Secret('token', 'hvs.123')}),
    ).toEqual(["MOD007 1:7 'dest' cannot hold a secret: it is shown in reports"]);
  });

  it('never stands in a diagnostic, whatever is wrong with it', () => {
    const schemas = [...modules.modules].flatMap(([name, {args}]) =>
      Object.keys(args.schema.properties ?? {}).map((argument) => ({name, argument})),
    );
    expect(schemas.length).toBeGreaterThan(40);
    for (const {name, argument} of schemas) {
      for (const secret of ['yes-hunter2', 'hunter2 | x', '644']) {
        const value = new SecretText([new Secret('password', secret)]);
        const {node} = task(name, `${argument}: x`);
        const found = checkArguments(name, {[argument]: value}, node, modules);
        expect(inspect(found, {depth: 9})).not.toContain(secret);
      }
    }
  });
});

describe('a value that is not known yet', () => {
  const later = new Unknown('depends on the host');

  it('is not judged, and neither is what depends on it', () => {
    expect(mistakesIn('file', "path: '{{ later }}'\nstate: '{{ later }}'\ntarget: /x", {later})).toEqual([]);
    expect(mistakesIn('uri', "url: '{{ later }}'\nheaders: {A: '{{ later }}'}", {later})).toEqual([]);
    expect(mistakesIn('command', "argv: [ls, '{{ later }}']", {later})).toEqual([]);
  });

  it('counts as given', () => {
    expect(mistakesIn('copy', "dest: /x\ncontent: '{{ later }}'", {later})).toEqual([]);
  });

  it('hides no other mistake', () => {
    expect(mistakesIn('file', "path: '{{ later }}'\nmoed: 1", {later})).toEqual([
      "MOD002 2:1 file has no argument 'moed' (did you mean 'mode'?)",
    ]);
  });

  it('in the place of any value takes every complaint about that value away', () => {
    const names = fc.constantFrom('path', 'state', 'mode', 'owner', 'follow');
    const json = fc.jsonValue({maxDepth: 1}).filter((value) => value !== undefined);
    fc.assert(
      fc.property(fc.dictionary(names, json), names, (written, hidden) => {
        const {node} = task('file', `${hidden}: x`);
        const args = {...(written as ValueMap), [hidden]: later};
        const found = mistakes({module: 'file', args, node}).map(({message}) => message);
        expect(found.filter((message) => message.startsWith(`'${hidden}' must`))).toEqual([]);
      }),
    );
  });
});
