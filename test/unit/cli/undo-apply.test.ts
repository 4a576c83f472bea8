import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createInterruption} from '../../../src/cli/index.ts';
import {type} from './console.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-undo-'));
});

afterAll(() => rmSync(directory, {recursive: true}));

const told = (line: string) => type(line, undefined, {cwd: directory, environment: {}});

describe('vprov undo', () => {
  it('says that there is no such run, and lists what it takes', async () => {
    const {exitCode, stdout} = await told('undo last');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^error: there is no record of a run 'last' \[RUN001\]\n.*hint: vprov runs lists/);
  });

  it('needs a run', async () => {
    expect((await told('undo')).stderr).toContain("missing required argument 'run'");
  });
});

describe('vprov apply', () => {
  it('says what is no plan', async () => {
    writeFileSync(path.join(directory, 'no.plan'), '{}\n');
    for (const [file, words] of [
      ['no.plan', 'is no plan'],
      ['none.plan', 'cannot be read: no such file'],
    ] as const) {
      const {exitCode, stdout} = await told(`apply ${file}`);
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining(`${words} [RUN005]`)]);
    }
  });
});

describe('vprov plan', () => {
  it('must be told where to', async () => {
    const {exitCode, stderr} = await told('plan site.yml');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("required option '-o, --out <file>'")]);
  });
});

describe('passwords', () => {
  it.each(['run site.yml', 'plan site.yml -o site.plan', 'apply site.plan', 'drift site.yml', 'undo last'])(
    'are asked for before anything else: vprov %s -k -K',
    async (line) => {
      const questions: string[] = [];
      const ask = async (question: string): Promise<string> => {
        questions.push(question);
        return '';
      };
      const {exitCode, stderr} = await type(`${line} -k -K`, undefined, {cwd: directory, ask});
      expect([exitCode, stderr]).toEqual([1, 'error: no password was typed\n']);
      expect(questions.map((question) => question.split(' ').slice(0, 3).join(' '))).toEqual([
        'Password to log',
        'Password of sudo,',
      ]);
    },
  );

  it.each(['run site.yml -k -K', 'exec all -k -- id'])('end with 130 at Ctrl-C: vprov %s', async (line) => {
    const said: string[] = [];
    const interruption = createInterruption({say: (text) => said.push(text), giveUp: () => undefined});
    let questions = 0;
    const ask = async (): Promise<undefined> => {
      questions += 1;
      interruption.raise('SIGINT');
    };
    const {exitCode, stderr} = await type(line, undefined, {cwd: directory, ask, interruption});
    expect([exitCode, stderr, said, questions]).toEqual([130, '', ['interrupted; no host was contacted'], 1]);
  });
});

describe('vprov drift', () => {
  it('without playbooks says so', async () => {
    const {exitCode, stderr} = await type('drift', undefined, {listFolder: () => undefined});
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no playbook is named')]);
  });

  it('tells of mistakes in the files', async () => {
    writeFileSync(path.join(directory, 'bad.yml'), '- hosts: all\n  tasks: [{nosuch: {}}]\n');
    writeFileSync(path.join(directory, 'hosts.yml'), 'all: {hosts: {a: {}}}\n');
    const {exitCode, stdout} = await told('drift bad.yml -i hosts.yml');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('nosuch')]);
  });
});
