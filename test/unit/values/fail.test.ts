import {describe, expect, it} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {Unknown} from '../../../src/text/index.ts';
import {createScope, layerOfData, test} from '../../../src/values/index.ts';

const source = {file: 'p.yml', line: 1, column: 1};
const judge = (text: string, values: Record<string, boolean | Unknown>): boolean | Unknown =>
  test([{text, source}], createScope([layerOfData({host: 'wallpi', ...values}, 'test')]));

describe('fail(message) in a condition', () => {
  it('is not reached when the condition holds without it', () => {
    expect(judge('harmless || fail("owed")', {harmless: true})).toBe(true);
  });

  it('stops with its message when it is reached', () => {
    const stop = (): unknown => judge('harmless || fail("restart owed on " + host)', {harmless: false});
    expect(stop).toThrow(VprovError);
    expect(stop).toThrow('restart owed on wallpi');
  });

  it('waits for what is not known yet', () => {
    expect(judge('harmless || fail("owed")', {harmless: new Unknown('later')})).toBeInstanceOf(Unknown);
  });
});
