import {describe, expect, it} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import type {Ask} from '../../../src/transport/contract.ts';
import {createPassphrases} from '../../../src/transport/passphrases.ts';

function answering(...texts: readonly (string | undefined)[]) {
  const left = [...texts];
  const questions: Parameters<Ask>[0][] = [];
  const passphrases = createPassphrases(async (question) => {
    questions.push(question);
    const text = left.shift();
    return text === undefined ? undefined : new Secret('passphrase', text);
  });
  return {passphrases, questions};
}

describe('a passphrase', () => {
  const question = {type: 'passphrase', keyFile: '/k'} as const;

  it('is asked for once, for all hosts, and for each file', async () => {
    const {passphrases, questions} = answering('right', 'other');
    const all = await Promise.all([passphrases('/k'), passphrases('/k'), passphrases('/other')]);
    expect(all.map((each) => each?.reveal())).toEqual(['right', 'right', 'other']);
    expect((await passphrases('/k'))?.reveal()).toBe('right');
    expect(questions).toEqual([
      {...question, again: false},
      {type: 'passphrase', keyFile: '/other', again: false},
    ]);
  });

  it('that was not right is asked for again once, by whichever hosts found out', async () => {
    const {passphrases, questions} = answering('wrong', 'right');
    const wrong = await passphrases('/k');
    const all = await Promise.all([passphrases('/k', wrong), passphrases('/k', wrong)]);
    expect(all.map((each) => each?.reveal())).toEqual(['right', 'right']);
    expect((await passphrases('/k', wrong))?.reveal()).toBe('right');
    expect(questions).toEqual([
      {...question, again: false},
      {...question, again: true},
    ]);
  });

  it('that nobody gives is not asked for again', async () => {
    const {passphrases, questions} = answering(undefined, 'late');
    expect(await passphrases('/k')).toBeUndefined();
    expect(await passphrases('/k', undefined)).toBeUndefined();
    expect(questions).toHaveLength(1);
  });
});
