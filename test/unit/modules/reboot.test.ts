import {describe, expect, it} from 'vitest';
import {decide} from '../../../src/modules/reboot/decide.ts';

const options = {hasTest: false, elapsedMs: 1000, timeoutMs: 60_000};

describe('a host that was told to restart', () => {
  it('is back when it answers with another boot id', () => {
    expect(decide('a', {bootId: 'b'}, options)).toBe('back');
  });

  it('is waited for while it does not answer, answers as before, or with nothing', () => {
    for (const bootId of [undefined, 'a', '']) expect(decide('a', {bootId}, options)).toBe('wait');
  });

  it('is given up when the time is over, but not when it is back at that moment', () => {
    const late = {...options, elapsedMs: 60_000};
    expect(decide('a', {bootId: 'a'}, late)).toBe('too late');
    expect(decide('a', {bootId: undefined}, late)).toBe('too late');
    expect(decide('a', {bootId: 'b'}, late)).toBe('back');
  });

  it('has to pass the test before it counts as back', () => {
    const tested = {...options, hasTest: true};
    expect(decide('a', {bootId: 'b'}, tested)).toBe('test');
    expect(decide('a', {bootId: 'b', testSucceeded: false}, tested)).toBe('wait');
    expect(decide('a', {bootId: 'b', testSucceeded: true}, tested)).toBe('back');
    expect(decide('a', {bootId: 'b', testSucceeded: false}, {...tested, elapsedMs: 60_000})).toBe('too late');
  });
});
