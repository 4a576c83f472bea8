import {execFileSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type Event, listRuns, readRecord} from '../../../src/engine/index.ts';
import {keptRecords, RecordWriter} from '../../../src/engine/records/write.ts';
import {VprovError} from '../../../src/errors/index.ts';
import {at, eachHost, eventfulRun, summary} from '../report/streams.ts';

let folder = '';
const problems: string[] = [];

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'vprov-records-')), '.vprov', 'runs');
  problems.length = 0;
});

afterEach(() => rmSync(path.dirname(path.dirname(folder)), {recursive: true}));

function start(run: string, mode: 'run' | 'check' = 'run'): Event {
  return at(0, {type: 'run', run, playbook: 'playbooks/vault.yml', mode, hosts: ['wallpi']});
}

function record(events: readonly Event[]): void {
  const writer = new RecordWriter(folder, (reason) => problems.push(reason));
  for (const event of events) writer.write(event);
  writer.end();
}

const [first, second] = ['20261122-070000-00aa', '20261122-080000-00bb'] as const;
const fileOf = (run: string): string => path.join(folder, `${run}.jsonl`);

/** The message and hint of what reading it throws. */
function refusal(name: string): string {
  try {
    readRecord(folder, name);
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    return error.diagnostics.map(({code, message, hint}) => `${code} ${message} (${hint})`).join();
  }
  return '';
}

describe('the record of a run', () => {
  it('gives back every event as it was told, but progress', () => {
    const told = [start(first), ...eventfulRun().filter(({type}) => type !== 'run')];
    record(told);
    const {events, unreadableLines} = readRecord(folder, first);
    expect(events).toEqual(told.filter(({type}) => type !== 'progress'));
    expect(unreadableLines).toBe(0);
    expect(problems).toEqual([]);
  });

  it('is the business of its owner only, and not of git', () => {
    record([start(first)]);
    const modes = [folder, path.dirname(folder), fileOf(first)].map((name) => statSync(name).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(readFileSync(path.join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('has each event in the file before the next is told, so that a killed run can be read', () => {
    const writer = new RecordWriter(folder, () => undefined);
    writer.write(start(first));
    writer.write(at(1, {type: 'note', message: 'half way'}));
    expect(readRecord(folder, first).events).toHaveLength(2);
    expect(listRuns(folder)[0]).not.toHaveProperty('summary');
    writer.end();
  });

  it('begins with what was run, also when a warning was told before', () => {
    record([at(0, {type: 'note', message: 'early'}), start(first)]);
    expect(readRecord(folder, first).events.map(({type}) => type)).toEqual(['run', 'note']);
  });

  it('is not left by check mode', () => {
    record([start(first, 'check'), summary(1, {})]);
    expect(existsSync(folder)).toBe(false);
  });

  it('is read up to a line that was cut short, and says that there was one', () => {
    record([start(first), at(1, {type: 'note', message: 'whole'}), at(2, {type: 'note', message: 'cut'})]);
    const text = readFileSync(fileOf(first), 'utf8');
    for (const length of [text.length - 2, text.length - 20]) {
      writeFileSync(fileOf(first), text.slice(0, length));
      const {events, unreadableLines} = readRecord(folder, first);
      expect([events.length, unreadableLines]).toEqual([2, 1]);
    }
  });

  it('takes nothing for an event that lacks what readers rely on', () => {
    record([start(first)]);
    for (const broken of [
      '{"type":"task","v":1,"time":0,"host":"a"}',
      '[]',
      'null',
      '{"type":"x","v":1,"time":0}',
      '{',
    ])
      writeFileSync(fileOf(first), `${broken}\n`, {flag: 'a'});
    expect(readRecord(folder, first)).toMatchObject({unreadableLines: 5});
  });

  it('of another version is refused when read, and left out of the list', () => {
    record([start(first)]);
    writeFileSync(fileOf(second), '{"type":"run","v":2}\n');
    expect(refusal(second)).toMatch(/^RUN002 .*another version of vprov wrote it/);
    expect(listRuns(folder).map(({run}) => run)).toEqual([first]);
  });

  it('without its first line is refused', () => {
    mkdirSync(folder, {recursive: true});
    writeFileSync(fileOf(first), '');
    expect(refusal(first)).toMatch(/^RUN002 .*does not say what was run/);
  });

  it('that cannot be written is told once, and the run goes on', () => {
    mkdirSync(path.dirname(folder), {recursive: true});
    writeFileSync(folder, 'not a folder');
    record([start(first), summary(1, {})]);
    expect(problems).toEqual(['EEXIST']);
  });
});

describe('the records', () => {
  it('are listed from the newest, with how each ended', () => {
    record([start(first), summary(5, {wallpi: {changed: 2}}, 3)]);
    record([start(second)]);
    expect(listRuns(folder)).toMatchObject([
      {run: second, playbook: 'playbooks/vault.yml', hosts: ['wallpi']},
      {run: first, summary: {exitCode: 3, durationMs: 5, hosts: {wallpi: {changed: 2}}}},
    ]);
  });

  it('of one second are told apart by when they were begun', () => {
    const [late, early] = ['20261122-070000-00aa', '20261122-070000-00bb'] as const;
    record([{...start(early), time: 1}, summary(1, eachHost({ok: 1}))]);
    record([{...start(late), time: 2}, summary(1, eachHost({ok: 1}))]);
    expect(listRuns(folder).map(({run}) => run)).toEqual([late, early]);
    expect(readRecord(folder, 'last').run).toBe(late);
  });

  it('are none where nothing was run', () => {
    expect(listRuns(folder)).toEqual([]);
    expect(refusal('last')).toMatch(/^RUN001 there is no record of a run 'last'/);
  });

  it('are found by the whole name, by a beginning or end of one only, and by the word last', () => {
    record([start(first)]);
    record([start(second)]);
    for (const name of [second, '20261122-08', '00bb', 'last'])
      expect(readRecord(folder, name).run, name).toBe(second);
    expect(refusal('20261122')).toMatch(/^RUN001 '20261122' may be 2 runs \(20261122-07.*, 20261122-08/);
    expect(refusal('20261122-080000-00bc')).toMatch(/did you mean '20261122-080000-00bb'/);
    expect(refusal('../../../etc/passwd')).toMatch(/^RUN001/);
  });

  it(`are ${keptRecords} at most: the oldest go`, () => {
    mkdirSync(folder, {recursive: true});
    const name = (number: number): string => `20260101-000000-${String(number).padStart(4, '0')}`;
    for (let number = 0; number < keptRecords + 3; number++) writeFileSync(fileOf(name(number)), '');
    writeFileSync(path.join(folder, 'mine.txt'), '');
    record([start(first), summary(1, eachHost({}))]);
    const names = readdirSync(folder);
    expect(names.filter((each) => each.endsWith('.jsonl'))).toHaveLength(keptRecords);
    expect(names).toEqual(expect.arrayContaining([`${first}.jsonl`, 'mine.txt']));
    expect(names).not.toContain(`${name(3)}.jsonl`);
  });
});

it('a pipe among them is passed over in the list, and told where it is asked for', () => {
  record([start(first)]);
  execFileSync('mkfifo', [fileOf(second)]);
  expect(listRuns(folder).map(({run}) => run)).toContain(first);
  expect(() => readRecord(folder, second)).toThrow(/cannot be read: it is not a file/);
});
