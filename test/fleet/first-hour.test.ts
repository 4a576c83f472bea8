import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {firstHour, firstHourPage, lasting} from './first-hour.ts';

it('docs/first-hour.md shows what a new user sees, and each message is enough to go on', async () => {
  const page = await firstHour();
  expect(lasting(readFileSync(firstHourPage, 'utf8'))).toEqual(lasting(page));
});
