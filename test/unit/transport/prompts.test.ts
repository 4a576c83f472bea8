import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {afterTime, createPrompts, timeLeft} from '../../../src/transport/prompts.ts';

const question = {type: 'passphrase', keyFile: 'key', again: false} as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers after a time. */
const after = (waitMs: number) => () =>
  new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), waitMs));

it('counts the time of open questions once', async () => {
  const prompts = createPrompts(after(1000));
  void prompts.ask?.(question);
  await vi.advanceTimersByTimeAsync(500);
  expect(prompts.spentMs()).toBe(500);
  void prompts.ask?.(question);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(prompts.spentMs()).toBe(1500);
});

it('leaves as much time after a question as there was before it', async () => {
  const prompts = createPrompts(after(20_000));
  const left = timeLeft(6000, prompts);
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  afterTime(6000, prompts, over);
  await vi.advanceTimersByTimeAsync(1000);
  void prompts.ask?.(question);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([left(), isOver]).toEqual([5000, false]);
  // The next question comes some time later.
  await vi.advanceTimersByTimeAsync(3000);
  void prompts.ask?.(question);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([left(), isOver]).toEqual([2000, false]);
  await vi.advanceTimersByTimeAsync(2100);
  expect([left(), isOver]).toEqual([1, true]);
});

it('can be taken back', async () => {
  const over = vi.fn();
  afterTime(100, createPrompts(undefined), over)();
  await vi.advanceTimersByTimeAsync(1000);
  expect(over).not.toHaveBeenCalled();
});
