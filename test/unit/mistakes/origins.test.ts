import {basename} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Diagnostic} from '../../../src/errors/index.ts';
import {filesOf, playbook} from './mistake.ts';
import {validate} from './validate.ts';

const roles = (files: Record<string, string>, schema: string) => ({
  'roles/web/meta/arguments.yml': schema,
  'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_n }}'}\n",
  ...files,
});

const play = (vars: string, more: string) => `- hosts: pis\n  vars: ${vars}\n${more}`;

function placed({message, source, related}: Diagnostic): readonly string[] {
  const at = (one: Diagnostic['source']) => (one ? `${basename(one.file)}:${one.line}:${one.column}` : '-');
  return [`${at(source)} ${message}`, ...(related ?? []).map((one) => `${at(one.source)} ${one.message}`)];
}

describe('a value that is made of another is told with where that is given:', () => {
  it('a parameter of a role', async () => {
    const site = play('{n: ten}', "  roles: [{role: web, web_n: '{{ n }}'}]\n");
    const schema = 'properties: {web_n: {type: integer}}\n';
    const {diagnostics} = await validate(filesOf({files: roles({'site.yml': site}, schema)}));
    expect(diagnostics.map(placed)).toEqual([
      [
        "site.yml:3:30 'web_n' must be a whole number, not 'ten'",
        "arguments.yml:1:22 the schema of role 'web'",
        'site.yml:2:10 \'n\' is "ten", from play vars',
      ],
    ]);
  });

  it('a parameter of a role that is a secret, without the value', async () => {
    const site = play('{n: hunter2}', "  roles: [{role: web, web_n: '{{ n }}'}]\n");
    const schema = 'properties: {web_n: {type: integer, writeOnly: true}}\n';
    const {diagnostics} = await validate(filesOf({files: roles({'site.yml': site}, schema)}));
    expect(diagnostics).toHaveLength(1);
    expect(JSON.stringify(diagnostics.map(placed))).not.toContain('hunter2');
  });

  it.each([
    ['loop: [a.hbs, b.hbs]', '5:21', 'entry 2 of the loop'],
    ["loop: '{{ files }}'", '2:25', 'entry 2 of files'],
  ])('a template that a loop names, %s', async (loop, place, entry) => {
    const site = play(
      '{files: [a.hbs, b.hbs]}',
      `  tasks:\n    - template: {src: '{{ item }}', dest: /a}\n      ${loop}\n`,
    );
    const {diagnostics} = await validate(filesOf({files: {'a.hbs': 'a\n', 'site.yml': site}}));
    expect(diagnostics.map(placed)).toEqual([
      [`site.yml:${place} there is no template 'b.hbs'`, `site.yml:4:23 template is given ${entry} here`],
    ]);
  });

  it('a file that a variable names', async () => {
    const task = "- copy: {src: 'x/{{ greeting }}', dest: /b}\n  vars: {greeting: b.conf}";
    const {diagnostics} = await validate(filesOf({files: {'site.yml': playbook(task)}}));
    expect(diagnostics.map(placed)[0]?.slice(0, 2)).toEqual([
      "site.yml:3:19 there is no file 'x/b.conf'",
      'site.yml:4:14 \'greeting\' is "b.conf", from task vars',
    ]);
  });
});
