import {expect, it} from 'vitest';
import type {Event} from '../../../src/engine/events.ts';
import {jsonReporter} from '../../../src/report/index.ts';
import {checkOfOneLine, eventfulRun, label, result} from './streams.ts';

function lines(events: readonly Event[]): readonly string[] {
  const written: string[] = [];
  const reporter = jsonReporter({write: (text) => written.push(text)}, () => undefined);
  for (const event of events) reporter.event(event);
  reporter.end();
  return written.join('').trimEnd().split('\n');
}

it('writes one event per line, each an object with type and version', () => {
  const events = eventfulRun();
  const parsed = lines(events).map((line) => JSON.parse(line));
  expect(parsed).toHaveLength(events.length);
  expect(parsed.map(({type, v}) => [type, v])).toEqual(events.map(({type, v}) => [type, v]));
});

it("begins a task's line with what the format promises, in its order", () => {
  const line = lines(checkOfOneLine()).find((each) => each.includes('would-change'));
  expect(line).toMatch(
    /^\{"type":"task","v":1,"host":"wallpi","task":\{"name":"write vault.hcl","source":\{"file":"[^"]+","line":40,"column":3\},.*?\},"status":"would-change","changes":\[\{"ref":"path:\/etc\/vault.d\/vault.hcl","attributes":\[\{"name":"sha256","before":"a+","after":"b+"\}\]/,
  );
});

it('ends with the summary: counts by host, and the exit code', () => {
  const last = JSON.parse(lines(eventfulRun()).at(-1) ?? '');
  expect(last).toMatchObject({
    type: 'summary',
    v: 1,
    exitCode: 6,
    hosts: {sense: {ok: 21, changed: 3, failed: 1, skipped: 0, unknown: 0, unreachable: 0, owed: 1}},
  });
});

it('keeps of a task whatever its event says', () => {
  const said = {
    message: 'm',
    hint: 'h',
    item: 'i',
    refused: true,
    ignored: true,
    rescued: true,
    attention: 'it is sealed',
    notified: ['restart vault'],
  } as const;
  const event = result(1, 'wallpi', label('look', 3), 'failed', said);
  expect(JSON.parse(lines([event]).join(''))).toEqual(JSON.parse(JSON.stringify(event)));
});

it('tells each hundredth of a transfer once, and of what nobody knows the size each 4 MiB', () => {
  const piece = (host: string, sentBytes: number, totalBytes?: number): Event => ({
    ...{
      type: 'progress',
      v: 1,
      time: 0,
      host,
      task: label('get', 3),
      message: 'fetching',
    },
    sentBytes,
    ...(totalBytes === undefined ? {} : {totalBytes}),
  });
  const pieces = Array.from({length: 2400}, (_, index) => (index + 1) * 65_536);
  const known = pieces.flatMap((sent) => [piece('a', sent, 2400 * 65_536), piece('b', sent, 2400 * 65_536)]);
  expect(lines(known)).toHaveLength(2 * 101);
  expect(lines(known).at(-1)).toContain(`"sentBytes":${2400 * 65_536}`);
  expect(lines(pieces.map((sent) => piece('a', sent)))).toHaveLength(38);
});
