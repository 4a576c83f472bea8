import {randomBytes} from 'node:crypto';

/** A run's name: its time in UTC and four random digits, sorted as the runs were begun. */
export function runName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(2).toString('hex')}`;
}
