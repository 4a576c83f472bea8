import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {filesOf, type Mistake, playbook} from './mistake.ts';
import {validate} from './validate.ts';

/**
 * Names that stand for no file that can be read. `mem` is a file that refuses (EIO) whoever reads it, root included, as
 * one without permission does others.
 */
function plant(directory: string): void {
  const at = (name: string): string => join(directory, name);
  execFileSync('mkfifo', [at('fifo')]);
  symlinkSync('loop2', at('loop1'));
  symlinkSync('loop1', at('loop2'));
  symlinkSync('/proc/self/mem', at('mem'));
  mkdirSync(at('d'));
  writeFileSync(at('d/in.yml'), 'a: 1\n');
  writeFileSync(at('plain.yml'), 'a: 1\n');
  writeFileSync(at('latin1.yml'), Buffer.from('a: 1\nbb: m\xfcller\n', 'latin1'));
}

type Odd = Omit<Mistake, 'hint'> & {readonly hint?: RegExp; readonly inventory?: readonly string[]};

const odd: Readonly<Record<string, RegExp>> = {
  'plain.yml/x': /a part of its path is a file/,
  fifo: /it is not a file/,
  loop1: /in a circle/,
  mem: /an error of the disk/,
  d: /it is a directory|is a directory/,
  'latin1.yml': /UTF-8/,
  ['n'.repeat(300)]: /its name is too long/,
};

/** Where the file that cannot be read is named. */
const namers: Readonly<Record<string, (name: string) => Pick<Mistake, 'task' | 'files'>>> = {
  vars_files: (name) => ({files: {'site.yml': playbook('- debug: {msg: a}', `  vars_files: [⟦${name}⟧]\n`)}}),
  include_vars: (name) => ({task: `- include_vars: ⟦${name}⟧`}),
  include_tasks: (name) => ({task: `- include_tasks: ⟦${name}⟧`}),
  import_tasks: (name) => ({task: `- import_tasks: ⟦${name}⟧`}),
  import_playbook: (name) => ({
    files: {'site.yml': `- import_playbook: ⟦${name}⟧\n${playbook('- debug: {msg: a}')}`},
  }),
  'a template': (name) => ({task: `- template: {src: ⟦${name}⟧, dest: /etc/x}`}),
  'file in a template': (name) => ({task: `- debug: {msg: "{{ ⟦file '${name}'⟧ }}"}`}),
  'tasks_from of a role': (name) => ({
    task: `- include_role: {name: r, tasks_from: ⟦../../../${name}⟧}`,
    files: {'roles/r/tasks/main.yml': '- debug: {msg: a}\n'},
  }),
};

describe('a name that stands for no file that can be read is one mistake, at its name', () => {
  for (const [namer, named] of Object.entries(namers)) {
    it.each(Object.keys(odd))(`${namer}: %.20s`, async (name) => {
      const {diagnostics, exitCode, marked} = await validate(filesOf(named(name)), {plant});
      expect(diagnostics, JSON.stringify(diagnostics, undefined, 1)).toHaveLength(1);
      const [only] = diagnostics;
      expect(exitCode).toBe(1);
      const said = [only?.message, only?.hint, ...(only?.related ?? []).map(({message}) => message)].join(
        '\n',
      );
      // Of a name among others it is only said that there is no such file.
      const isPlain = /there is no file '|the role has no file/.test(said);
      expect(said).toMatch(isPlain ? /there is no|has no/ : (odd[name] ?? /^$/));
      // The folder's random name may look like the name of an error.
      expect(said.replaceAll(/vprov-mistakes-\w+/g, '')).not.toMatch(/\bE[A-Z]{3,}\b/);
      expect(said).not.toMatch(/hosts\.yml|did you mean 'loop1'/);
      const places = [only?.source, ...(only?.related ?? []).map(({source}) => source)];
      const place = only?.message.includes('UTF-8') ? only.related?.[0]?.source : only?.source;
      if (name === 'latin1.yml') {
        expect(JSON.stringify([said, places])).toMatch(/"line":2,"column":6|latin1\.yml:2:6/);
      } else
        expect(place).toMatchObject({
          file: marked[0]?.file,
          line: marked[0]?.line,
          column: marked[0]?.column,
        });
    });
  }
});

const options: readonly Odd[] = [
  ...['plain.yml/x', 'fifo', 'loop1', 'mem', 'd', '/dev/zero'].flatMap((name): readonly Odd[] => [
    {name: `-e @${name}`, extraVars: [`@${name}`], code: '', says: odd[name] ?? /it is not a file/},
    {name: `-l @${name}`, limit: `@${name}`, code: '', says: odd[name] ?? /it is not a file/},
  ]),
  ...['fifo', 'loop1', 'mem', 'latin1.yml', 'plain.yml/x'].map(
    (name): Odd => ({name: `-i ${name}`, inventory: [name], code: '', says: odd[name] ?? /^$/}),
  ),
  {name: '-l @latin1.yml', limit: '@latin1.yml', code: '', says: /UTF-8/},
  {name: '-e @latin1.yml', extraVars: ['@latin1.yml'], code: '', says: /UTF-8/},
];

describe('an option that names such a file is one mistake', () => {
  it.each(options)('$name', async ({limit, extraVars, inventory, says}) => {
    const {diagnostics, exitCode} = await validate(filesOf({}), {plant, limit, extraVars, inventory});
    expect(diagnostics, JSON.stringify(diagnostics, undefined, 1)).toHaveLength(1);
    expect(exitCode).toBe(1);
    expect(diagnostics[0]?.message).toMatch(says);
  });
});

describe('what lies oddly in folders of variables is told, with its place', () => {
  const inVars = (make: (vars: string) => void) => (directory: string) => {
    rmSync(join(directory, 'group_vars'), {recursive: true});
    make(join(directory, 'group_vars'));
  };
  const cases: readonly {name: string; make: (vars: string) => void; at: string; says: RegExp}[] = [
    {
      name: 'a folder under the name of a file',
      make: (vars) => {
        mkdirSync(join(vars, 'pis.yml'), {recursive: true});
        writeFileSync(join(vars, 'pis.yml/a.yml'), 'a: 1\n');
      },
      at: 'group_vars/pis.yml',
      says: /pis\.yml is not read: it is a folder, under the name of a file/,
    },
    {
      name: 'a file in the place of the folder',
      make: (vars) => writeFileSync(vars, 'a: 1\n'),
      at: 'group_vars',
      says: /group_vars is not read: it is no folder/,
    },
    {
      name: 'a folder in a folder of variables',
      make: (vars) => {
        mkdirSync(join(vars, 'pis/more'), {recursive: true});
        writeFileSync(join(vars, 'pis/more/a.yml'), 'a: 1\n');
      },
      at: 'group_vars/pis/more',
      says: /more is not read: it is a folder in a folder of variables/,
    },
    {
      name: 'a file beside a folder',
      make: (vars) => {
        mkdirSync(join(vars, 'pis'), {recursive: true});
        writeFileSync(join(vars, 'pis.yml'), 'a: 1\n');
      },
      at: 'group_vars/pis.yml',
      says: /variables of 'pis' in two places/,
    },
  ];
  it.each(cases)('$name', async ({make, at, says}) => {
    const files = {...filesOf({}), 'site.yml': playbook('- debug: {msg: a}')};
    const {diagnostics} = await validate(files, {plant: inVars(make)});
    expect(diagnostics, JSON.stringify(diagnostics, undefined, 1)).toHaveLength(1);
    expect(diagnostics[0]?.message).toMatch(says);
    expect(diagnostics[0]?.source?.file).toBe(at);
  });

  it('and links to files and folders are read as what they lead to', async () => {
    const make = (vars: string): void => {
      mkdirSync(join(vars, '../shared/all'), {recursive: true});
      writeFileSync(join(vars, '../shared/all/a.yml'), 'first: 1\n');
      writeFileSync(join(vars, '../shared/b.yml'), 'second: 2\n');
      symlinkSync('../b.yml', join(vars, '../shared/all/b.yml'));
      mkdirSync(vars);
      symlinkSync('../shared/all', join(vars, 'all'));
    };
    const files = filesOf({task: '- debug: {msg: "{{ first }} {{ second }}"}'});
    const {diagnostics} = await validate(files, {plant: inVars(make)});
    expect(diagnostics).toEqual([]);
  });
});
