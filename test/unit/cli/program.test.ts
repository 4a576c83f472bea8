import {describe, expect, it} from 'vitest';
import {createInterruption} from '../../../src/cli/index.ts';
import {type Diagnostic, VprovError} from '../../../src/errors/index.ts';
import {type Engine, engineOf, type} from './console.ts';

describe('vprov run', () => {
  it('asks the engine for a run with the defaults', async () => {
    const {options, exitCode} = await type('run playbooks/vault.yml');
    expect(exitCode).toBe(0);
    expect(options).toMatchObject({
      playbook: 'playbooks/vault.yml',
      inventory: [],
      tags: [],
      skipTags: [],
      mode: 'run',
      diff: false,
      extraVars: [],
      forks: 10,
      detailedExitcode: false,
      cwd: '/home/pi/fleet',
    });
    expect(options).not.toHaveProperty('limit');
    expect(options).not.toHaveProperty('printProbes');
  });

  it('understands every option, short and long, before and after the playbook', async () => {
    const {options} = await type(
      'run -i a.yml --inventory b.yml site.yml -l wallpi:!deskpi -C -D -e x=1 --extra-vars @v.yml -f 3 -t a,b -t c --skip-tags d --detailed-exitcode',
    );
    expect(options).toMatchObject({
      playbook: 'site.yml',
      inventory: ['a.yml', 'b.yml'],
      limit: 'wallpi:!deskpi',
      mode: 'check',
      diff: true,
      extraVars: [{text: 'x=1'}, {text: '@v.yml'}],
      forks: 3,
      tags: ['a', 'b', 'c'],
      skipTags: ['d'],
      detailedExitcode: true,
    });
  });

  it.each([0, 2, 3, 4, 5, 6, 70, 130] as const)("exits with the engine's %i", async (code) => {
    expect((await type('run site.yml', engineOf([], code))).exitCode).toBe(code);
  });

  it('exits with 143 when it was SIGTERM that ended the run', async () => {
    const interruption = createInterruption({say: () => undefined, giveUp: () => undefined});
    interruption.raise('SIGTERM');
    expect((await type('run site.yml', engineOf([], 130), {interruption})).exitCode).toBe(143);
  });

  it('prints the probes and nothing else to stdout', async () => {
    const events = [
      {type: 'note', v: 1, time: 0, message: 'hello'},
      {type: 'probes', v: 1, time: 0, script: 'echo probe\n'},
    ] as const;
    const {stdout, stderr, options} = await type('run site.yml --print-probes wallpi', engineOf(events));
    expect(options?.printProbes).toBe('wallpi');
    expect(stdout).toBe('echo probe\n');
    expect(stderr).toContain('hello');
  });

  it('shows what a room threw as mistakes and exits with 1', async () => {
    const engine: Engine = () => {
      throw new VprovError({
        code: 'cli.test',
        severity: 'error',
        message: 'no inventory found',
        hint: 'use -i',
      });
    };
    const pretty = await type('run site.yml', engine);
    expect(pretty).toMatchObject({exitCode: 1});
    expect(pretty.stdout).toContain('error: no inventory found [cli.test]\n  hint: use -i\n');
    const json = await type('run site.yml --output json', engine);
    const lines = json.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {type: 'diagnostic', diagnostic: {message: 'no inventory found'}},
      {type: 'summary', exitCode: 1},
    ]);
  });

  it('lets a defect through, whether it is in the events or in the end', async () => {
    const defect = new TypeError('x is not a function');
    const atEnd: Engine = () => ({...engineOf([])({} as never), done: Promise.reject(defect)});
    await expect(type('run site.yml', atEnd)).rejects.toBe(defect);
    const inEvents: Engine = () => {
      const events = {[Symbol.asyncIterator]: () => ({next: () => Promise.reject(defect)})};
      return {events, done: Promise.reject(defect)};
    };
    await expect(type('run site.yml', inEvents)).rejects.toBe(defect);
  });
});

describe('vprov validate', () => {
  it('asks for a validation', async () => {
    const {options, stdout} = await type(
      'validate site.yml -e a=b',
      engineOf([{type: 'summary', v: 1, time: 0, hosts: {}, exitCode: 0, durationMs: 1}]),
    );
    expect(options).toMatchObject({mode: 'validate', playbook: 'site.yml', extraVars: [{text: 'a=b'}]});
    expect(stdout).toBe('no mistakes found; no host was contacted\n');
  });

  const mistake = {
    code: 'VAL001',
    severity: 'error',
    message: "'prot' is not defined: a, b",
    source: {file: '/home/pi/fleet/roles/a,b/tasks/main.yml', line: 3, column: 7, length: 4},
    hint: "did you mean 'port'?",
  } as const;
  const warning = {code: 'INV009', severity: 'warning', message: '100 % odd'} as const;
  const telling = (...diagnostics: readonly Diagnostic[]): Engine =>
    engineOf(diagnostics.map((diagnostic) => ({type: 'diagnostic', v: 1, time: 0, diagnostic})));

  it('tells what several playbooks share once, and ends with one summary', async () => {
    const {stdout, exitCode} = await type('validate a.yml b.yml --output json', telling(mistake, warning));
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      {type: 'diagnostic', diagnostic: mistake},
      {type: 'diagnostic', diagnostic: warning},
      {type: 'summary', exitCode: 1},
    ]);
    expect(exitCode).toBe(1);
  });

  it('validates all playbooks of a folder, and those of playbooks/ when none is named', async () => {
    for (const line of ['validate', 'validate playbooks']) {
      const asked: string[] = [];
      const engine: Engine = (options) => {
        asked.push(options.playbook);
        return telling(warning)(options);
      };
      expect((await type(line, engine)).exitCode).toBe(0);
      expect(asked).toEqual(['playbooks/b.yml', 'playbooks/vault.yml']);
    }
    const {exitCode, stderr} = await type('validate', engineOf([]), {listFolder: () => undefined});
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("none in the folder 'playbooks'")]);
  });

  it('writes annotations for a GitHub workflow, escaped', async () => {
    const {stdout} = await type('validate a.yml --output github', telling(mistake, warning));
    expect(stdout).toBe(
      [
        "::error file=roles/a%2Cb/tasks/main.yml,line=3,col=7,endColumn=11,title=VAL001::'prot' is not defined: a, b%0Ahint: did you mean 'port'?",
        '::warning title=INV009::100 %25 odd',
        '1 error, 1 warning; no host was contacted',
        '',
      ].join('\n'),
    );
  });

  it('lets --limit leave no host of some playbooks, but not of all', async () => {
    const nothingLeft = {code: 'INV012', severity: 'error', message: 'nothing left'} as const;
    const engine: Engine = (options) =>
      telling(...(options.playbook === 'a.yml' ? [nothingLeft] : []))(options);
    expect((await type('validate a.yml b.yml -l pi', engine)).exitCode).toBe(0);
    expect((await type('validate a.yml -l pi', engine)).exitCode).toBe(1);
  });
});

describe('vprov explain', () => {
  it('says what a code means, as typed or as copied from a message', async () => {
    for (const line of ['explain VAL001', 'explain [val001]']) {
      const {stdout, exitCode} = await type(line);
      expect(stdout).toMatch(/^VAL001: .+\n\n[A-Z][\s\S]+\.\n$/);
      expect(exitCode).toBe(0);
    }
  });

  it('keeps to the width of the terminal', async () => {
    let text = '';
    const write = (part: string): void => {
      text += part;
    };
    const stdout = {columns: 40, write};
    await type('explain VAL001 SRC006', engineOf([]), {stdout});
    expect(text.split('\n').filter((line) => line.length > 40 && !/^[A-Z]{3}\d/.test(line))).toEqual([]);
  });

  it('lists all codes when none is named', async () => {
    const {stdout} = await type('explain');
    expect(stdout.split('\n').length).toBeGreaterThan(60);
    expect(stdout).toMatch(/^SRC001 {2}file cannot be read$/m);
  });

  it('names the nearest code for one that does not exist', async () => {
    const {stderr, exitCode} = await type('explain VAL01');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/no code 'VAL01'\n {2}hint: did you mean 'VAL0/),
    ]);
  });
});

describe('mistakes on the command line', () => {
  it.each([
    ['rnu site.yml', 'Did you mean run?'],
    ['run site.yml --chekc', 'Did you mean --check?'],
    ['run site.yml --output xml', 'Allowed choices are pretty, json'],
    ['run site.yml -f 0', 'a whole number from 1 to 1000'],
    ['run site.yml -f ten', 'a whole number from 1 to 1000'],
    ['run site.yml -t ,', 'It names nothing'],
    ['run', "missing required argument 'playbook'"],
    ['run a.yml b.yml', 'too many arguments'],
    ['site.yml', 'hint: vprov run site.yml'],
    ['', 'Usage: vprov'],
  ])('%s: exit code 1, a hint, and no engine', async (line, words) => {
    const {exitCode, stderr, stdout, options} = await type(line);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
    expect(options).toBeUndefined();
  });
});

describe('help', () => {
  it.each(['--help', 'run --help', 'validate --help', 'explain --help', 'help run'])(
    '%s fits 80 columns and has examples',
    async (line) => {
      const {exitCode, stdout} = await type(line);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Examples:');
      expect(stdout.split('\n').filter((each) => each.length > 80)).toEqual([]);
    },
  );

  const others = 'inventory exec net ssh facts update undo plan apply drift runs trust secrets'.split(' ');
  it.each([...others, 'release fetch'])('%s --help fits 80 columns', async (line) => {
    const {exitCode, stdout} = await type(`${line} --help`);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').filter((each) => each.length > 80)).toEqual([]);
  });

  it('gives only examples that the program understands', async () => {
    const texts = await Promise.all(
      ['--help', 'run --help', 'validate --help', 'explain --help'].map((line) => type(line)),
    );
    const examples = texts.flatMap(({stdout}) => stdout.match(/^ {2}vprov .+?(?= {2,}|$)/gm) ?? []);
    expect(examples.length).toBeGreaterThan(8);
    for (const example of examples) {
      const {exitCode, stderr} = await type(example.trim().replace(/^vprov /, ''));
      expect([example, exitCode, stderr]).toEqual([example, 0, '']);
    }
  });

  it('prints the version', async () => {
    expect((await type('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('colour', () => {
  const diagnostic = {code: 'a.b', severity: 'error', message: 'no'} as const;
  const engine = engineOf([{type: 'diagnostic', v: 1, time: 0, diagnostic}]);
  const colourOf = async (
    line: string,
    isTTY: boolean,
    environment: Record<string, string>,
  ): Promise<boolean> => {
    let text = '';
    const write = (part: string): void => {
      text += part;
    };
    const stdout = {isTTY, columns: 80, write};
    await type(line, engine, {stdout, environment});
    return text.includes('\u001b[');
  };

  it('is for terminals only, and only when nobody objects', async () => {
    expect(await colourOf('run a.yml', true, {})).toBe(true);
    expect(await colourOf('run a.yml', false, {})).toBe(false);
    expect(await colourOf('run a.yml', true, {NO_COLOR: '1'})).toBe(false);
    expect(await colourOf('run a.yml', true, {TERM: 'dumb'})).toBe(false);
    expect(await colourOf('run a.yml --no-color', true, {})).toBe(false);
  });
});
