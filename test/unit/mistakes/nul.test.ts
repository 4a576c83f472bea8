import {describe, expect, it} from 'vitest';
import {filesOf, type Mistake, playbook} from './mistake.ts';
import {validate} from './validate.ts';

const nul = '"a\\0b"';
const inventory = (variable: string): Mistake['files'] => ({
  'inventory/hosts.yml': `pis: {hosts: {wallpi: {${variable}: ⟦${nul}⟧}}}\n`,
});

const cases: Readonly<Record<string, Pick<Mistake, 'task' | 'files'>>> = {
  'environment of a task': {task: `- {command: ls, environment: ⟦{A: ${nul}}⟧}`},
  'environment of a play': {files: {'site.yml': playbook('- command: ls', `  environment: ⟦{A: ${nul}}⟧\n`)}},
  command: {task: `- command: {cmd: ⟦"echo a\\0b"⟧}`},
  shell: {task: `- shell: {cmd: ⟦"echo a\\0b"⟧}`},
  argv: {task: `- command: {argv: [echo, ⟦${nul}⟧]}`},
  stdin: {task: `- command: {cmd: cat, stdin: ⟦${nul}⟧}`},
  'copy.validate': {task: `- copy: {content: x, dest: /x, validate: ⟦"cat a\\0b %s"⟧}`},
  'a path': {task: `- file: {path: ⟦"/a\\0b"⟧, state: directory}`},
  owner: {task: `- file: {path: /x, state: directory, owner: ⟦${nul}⟧}`},
  'the name of a unit': {task: `- systemd: {name: ⟦${nul}⟧, state: started}`},
  creates: {task: `- command: {cmd: ls, creates: ⟦"/a\\0b"⟧}`},
  'user.comment': {task: `- user: {name: x, comment: ⟦${nul}⟧}`},
  'mount.src': {task: `- mount: {src: ⟦${nul}⟧, path: /mnt, fstype: ext4, state: mounted}`},
  become_user: {task: `- {command: ls, become: true, become_user: ⟦${nul}⟧}`},
  include_vars: {task: `- include_vars: ⟦${nul}⟧`},
  include_tasks: {task: `- include_tasks: ⟦${nul}⟧`},
  template: {task: `- template: {src: ⟦${nul}⟧, dest: /x}`},
  ...Object.fromEntries(
    [
      'host',
      'user',
      'become_user',
      'become_flags',
      'private_key_file',
      'known_hosts_file',
      'ssh_config_file',
      'proxy_jump',
    ].map((name) => [`the inventory's ${name}`, {files: inventory(name)}]),
  ),
};

const lookups = ['file x', 'first_found (split x ",")', 'pipe x', 'secret y', 'secret z'];

describe('a NUL where no program can take one is one mistake, at its place', () => {
  it.each(Object.entries(cases))('%s', async (_name, mistake) => {
    const {diagnostics, marked} = await validate(filesOf(mistake));
    expect(diagnostics, JSON.stringify(diagnostics, undefined, 1)).toHaveLength(1);
    expect(diagnostics[0]?.source?.line).toBe(marked[0]?.line);
    expect([diagnostics[0]?.message, diagnostics[0]?.hint].join(' ')).toMatch(/NUL|a.b|the name of a user/);
  });

  it.each(lookups)('in %s', async (call) => {
    const {diagnostics, exitCode} = await validate(
      filesOf({
        task: `- debug: {msg: '{{ ${call} }}'}\n  vars: {x: ${nul}, y: "file://a\\0b", z: "pipe://echo a\\0b"}`,
      }),
    );
    expect([exitCode, diagnostics.length]).toEqual([1, 1]);
  });

  it.each(['content', 'block'])('but not in the contents of a file: %s', async (name) => {
    const module = name === 'content' ? 'copy' : 'blockinfile';
    const path = name === 'content' ? 'dest' : 'path';
    const {diagnostics} = await validate(filesOf({task: `- ${module}: {${path}: /x, ${name}: ${nul}}`}));
    expect(diagnostics).toEqual([]);
  });
});
