import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {interactiveArguments} from '../../src/transport/interactive.ts';
import {hopsCommand} from '../../src/transport/openssh-hops.ts';
import {readSshConfig} from '../../src/transport/ssh-config.ts';
import {targetOf} from '../../src/transport/target.ts';
import {type Told, type} from '../unit/cli/console.ts';

// The system's ssh starts another ssh for each host on the way: on a circle, without end. So nothing here starts one but
// `ssh -G`, which only reads: what would be started is looked at.

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssh-circle-'));
});

afterAll(() => rmSync(directory, {recursive: true, force: true}));

let written = 0;
function fileOf(...lines: readonly string[]): string {
  const file = join(directory, `file-${written++}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const errandOf = (host: string, sshConfigFile: string) => ({
  hostName: host,
  host,
  sshConfigFile,
  signal: new AbortController().signal,
});

/** The command that leads to a host, as the system's ssh is to be given it. */
async function hopsOf(host: string, file: string): Promise<string | undefined> {
  const errand = errandOf(host, file);
  return hopsCommand(targetOf(errand, await readSshConfig(errand), {}), errand, {}, false);
}

const circle = () =>
  fileOf('Host t', '  ProxyJump j1', 'Host j1', '  ProxyJump j2', 'Host j2', '  ProxyJump j1');

describe('a way that goes in a circle', () => {
  const words = 'the way to t goes in a circle: t, j1, j2, j1';

  it('is refused before the system’s ssh is started on it', async () => {
    await expect(hopsOf('t', circle())).rejects.toThrow(words);
    await expect(interactiveArguments(errandOf('t', circle()), process.env)).rejects.toThrow(words);
  });

  it('is left where a host is said to be behind itself, by which ssh would not find out', async () => {
    const file = fileOf(
      ...['Host bastion', '  HostName 127.0.0.1', 'Host t', '  HostName 127.0.0.2'],
      ...['Host *', '  ProxyJump bastion'],
    );
    expect(await hopsOf('t', file)).toContain("'ProxyJump=none'");
    expect(await interactiveArguments(errandOf('bastion', file), process.env)).toContain('ProxyJump=none');
  });

  it('leaves a way that ends to ssh itself', async () => {
    const file = fileOf('Host t', '  ProxyJump j1', 'Host j1', '  ProxyJump j2');
    expect(await hopsOf('t', file)).toBeUndefined();
    const args = await interactiveArguments(errandOf('t', file), process.env);
    expect(args?.join(' ')).not.toContain('Proxy');
  });
});

describe('vprov ssh', () => {
  /** What it says, and which programs it would have handed the terminal to. */
  async function typed(
    ...settings: readonly string[]
  ): Promise<Told & {readonly started: readonly string[]}> {
    const hosts = fileOf('all:', '  hosts:', '    t:', ...settings.map((one) => `      ${one}`));
    const started: string[] = [];
    const run = async (program: string): Promise<number> => {
      started.push(program);
      return 255;
    };
    const foreground = {isTerminal: true, run, join: async () => undefined};
    const told = await type(`ssh -i ${hosts} t`, undefined, {
      cwd: directory,
      environment: process.env,
      foreground,
    });
    return {...told, started};
  }

  it.each([
    ['a circle', () => [`ssh_config_file: ${circle()}`], 'goes in a circle: t, j1, j2, j1'],
    [
      'a setting that ssh does not know',
      () => [`ssh_config_file: ${fileOf('Prot 22')}`],
      /prot.*ssh -G -F .*file-/is,
    ],
    ['a configuration that is not there', () => ['ssh_config_file: /nowhere/config'], '/nowhere/config'],
    ['an option that ssh does not know', () => ['ssh_common_args: -o NoSuch=1'], /nosuch/i],
    ['a ProxyJump that is none', () => [`ssh_config_file: ${fileOf('ProxyJump a:b:c')}`], /a:b:c|ProxyJump/],
  ])('says of %s what it is, as no connection, and starts nothing', async (_, settings, words) => {
    const {exitCode, stderr, started} = await typed(...settings());
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('defect');
    expect([exitCode, started]).toEqual([255, []]);
  });

  it('says of a way that cannot be read that the inventory is wrong, and starts nothing', async () => {
    const {exitCode, stderr, started} = await typed("proxy_jump: 'pi@:22'");
    expect(stderr).toContain('pi@:22');
    expect([exitCode, started]).toEqual([1, []]);
  });
});
