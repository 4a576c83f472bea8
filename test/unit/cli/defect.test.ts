import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {defectReport} from '../../../src/cli/defect.ts';
import {reportDefect} from '../../../src/cli/index.ts';

const context = {
  version: '0.1.0',
  args: ['run', 'site.yml', '-e', 'password=hunter2', '--limit=wallpi', '-etoken=abcdef'],
  // A file: nothing can be written in it, on no machine.
  directory: '/dev/null',
  nowMs: 0,
};

describe('a defect', () => {
  it('is told in two lines and written where only its owner can read it', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'vprov-defect-test-'));
    try {
      const told = reportDefect(new TypeError('x is not a function'), {...context, directory});
      const [name = ''] = readdirSync(directory);
      const file = path.join(directory, name);
      expect(told).toContain('a defect of vprov, not of your files (TypeError: x is not a function)');
      expect(told.trimEnd().split('\n')).toHaveLength(2);
      expect(told).toContain(file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toMatch(/TypeError: x is not a function\n\s+at .*defect\.test/);
    } finally {
      rmSync(directory, {recursive: true});
    }
  });

  it('is told even when its report cannot be written', () => {
    expect(reportDefect(new TypeError('x'), context)).toContain(
      'its report could not be written: Error ENOTDIR',
    );
  });

  it('keeps the shape of the command, none of its values', () => {
    const report = defectReport(new TypeError('x'), context);
    expect(report).toContain('arguments: run … -e … --limit -e\n');
  });

  it('keeps no words that may come from a file or a host, at no depth', () => {
    const thrown = (): Error => {
      try {
        JSON.parse('hvs.supersecret');
      } catch (error) {
        return new Error('reading: hvs.supersecret', {cause: error});
      }
      return new Error('did not throw');
    };
    const report = defectReport(thrown(), context);
    expect(report).not.toContain('supersecret');
    expect(report).toContain('caused by:\nSyntaxError: Unexpected token');
    expect(defectReport('a string: hvs.supersecret', context)).not.toContain('supersecret');
  });
});
