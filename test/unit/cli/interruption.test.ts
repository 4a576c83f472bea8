import {expect, it} from 'vitest';
import {createInterruption} from '../../../src/cli/index.ts';
import {interruptedExitCode} from '../../../src/cli/interruption.ts';

function interruption() {
  const said: string[] = [];
  const gaveUp: number[] = [];
  const made = createInterruption({
    say: (message) => said.push(message),
    giveUp: (exitCode) => gaveUp.push(exitCode),
  });
  return {...made, said, gaveUp};
}

it('first finishes the running changes and says how to stop at once', () => {
  const {raise, signal, hardSignal, said} = interruption();
  raise('SIGINT');
  expect([signal.aborted, signal.reason, hardSignal.aborted]).toEqual([true, 'SIGINT', false]);
  expect(said).toEqual(['finishing the running changes; press Ctrl-C again to stop at once']);
});

it('stops at once the second time, and waits for nothing the third', () => {
  const {raise, hardSignal, gaveUp, said} = interruption();
  raise('SIGINT');
  raise('SIGINT');
  expect(said.at(-1)).toContain('stopping at once: what runs is ended; a third Ctrl-C');
  expect([hardSignal.aborted, gaveUp]).toEqual([true, []]);
  raise('SIGINT');
  expect(gaveUp).toEqual([130]);
});

it.each([
  ['SIGHUP', 'the terminal was closed (SIGHUP): finishing the running changes; another signal stops at once'],
  ['SIGTERM', 'asked to end (SIGTERM): finishing the running changes; another signal stops at once'],
] as const)('speaks of no key to whoever sent %s', (name, words) => {
  const {raise, said, gaveUp} = interruption();
  raise(name);
  raise(name);
  raise(name);
  expect(said).toEqual([
    words,
    'stopping at once: what runs is ended; a third signal does not wait for that',
  ]);
  expect(gaveUp).toEqual([143]);
});

it('says nothing where nobody reads any more', () => {
  const {raise, signal, said} = interruption();
  raise('SIGPIPE');
  expect([signal.reason, said, interruptedExitCode(signal.reason)]).toEqual(['SIGPIPE', [], 141]);
});
