import {describe, expect, it} from 'vitest';
import {lineOf} from '../../../src/engine/reach/exec.ts';
import {factsLines, outcomeSummary, outcomeText, streamedLine} from '../../../src/report/index.ts';

describe('the command of vprov exec', () => {
  it('is a line for the shell when it is one word, else words that stay as they are', () => {
    expect(lineOf(['df -h | tail -n 1'])).toBe('df -h | tail -n 1');
    expect(lineOf(['echo', '$HOME', "it's"])).toBe(`echo '$HOME' 'it'\\''s'`);
  });
});

const ended = {host: 'wallpi', type: 'ended', exitCode: 0, stdout: '', stderr: '', durationMs: 120} as const;

describe('what a command gave', () => {
  it('is told with its host, its exit code, and nothing that a terminal obeys', () => {
    const text = outcomeText({...ended, exitCode: 3, stdout: 'a\u001b[2J', stderr: 'x\ny\n'}, false);
    expect(text.stdout.join('')).toBe('wallpi: exit code 3 after 0.1 s\na␛[2J\n');
    expect(text.stderr.join('')).toBe('wallpi: x\nwallpi: y\n');
    expect(streamedLine('pi', 'up', 6, false)).toBe('pi     | up\n');
  });

  it('is counted', () => {
    const lost = {host: 'deskpi', type: 'unreachable', message: 'no way'} as const;
    expect(outcomeSummary([ended, {...ended, exitCode: 1}, lost])).toBe(
      '3 hosts: 1 ended with 0, 1 with another exit code, 1 unreachable',
    );
    expect(outcomeText({...lost, hint: 'look'}, false).stderr.join('')).toBe(
      'error: deskpi: unreachable: no way\n  hint: look\n',
    );
  });
});

describe('facts as a table', () => {
  const facts = {
    architecture: 'aarch64',
    kernel: '6.12.47+rpt-rpi-v8',
    memory_mb: 3796,
    cpus: 4,
    os: {id: 'debian', version_id: '13'},
    addresses: ['192.168.1.21'],
  };

  it('are a list where a terminal is too narrow for the table, and nothing is cut', () => {
    expect(factsLines(new Map([['wallpi', facts]]), 40)).toEqual([
      'wallpi: debian 13, aarch64, 4 CPUs,',
      '  3796 MiB, kernel 6.12.47+rpt-rpi-v8,',
      '  192.168.1.21',
    ]);
  });

  it('fit 80 columns', () => {
    const lines = factsLines(new Map([['wallpi', facts]]), 80);
    expect(lines).toEqual([
      'host    system     machine  CPUs  memory    kernel              address',
      'wallpi  debian 13  aarch64  4     3796 MiB  6.12.47+rpt-rpi-v8  192.168.1.21',
    ]);
  });
});
