import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Event} from '../../../src/engine/index.ts';
import {displayWidth} from '../../../src/report/width.ts';
import {pretty} from '../report/captured.ts';
import {at, eachHost, eventfulRun, fleet, summary} from '../report/streams.ts';
import {engineOf, type} from './console.ts';

let folder = '';
const older = '20261122-070000-00aa';
const newer = '20261122-070500-00bb';
const killed = '20261122-071000-00cc';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vprov-runs-'));
  const start = (run: string, playbook: string, hosts: readonly string[], undoes?: string): Event =>
    at(0, {type: 'run', run, playbook, mode: 'run', hosts, ...(undoes ? {undoes} : {})});
  const write = (run: string, events: readonly Event[]): void =>
    writeFileSync(
      path.join(folder, `${run}.jsonl`),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
  const told = eventfulRun().filter(({type}) => type !== 'run' && type !== 'progress');
  write(older, [start(older, 'playbooks/with/a/very/long/name/of/its/own/vault.yml', fleet), ...told]);
  write(newer, [start(newer, 'x.yml', ['wallpi'], older), summary(9, eachHost({changed: 1}, ['wallpi']))]);
  write(killed, [start(killed, 'x.yml', ['wallpi'])]);
});

afterAll(() => rmSync(folder, {recursive: true}));

const runs = (line: string, isTTY = false) => {
  const out: string[] = [];
  const terminal = {
    environment: {VPROV_RUNS: folder},
    now: () => Date.UTC(2026, 10, 22, 9, 0, 0),
    stdout: {write: (text: string) => out.push(text), columns: 80, isTTY},
  };
  return type(line, undefined, terminal).then((told) => ({...told, stdout: out.join('')}));
};

describe('vprov runs', () => {
  it('lists them from the newest, in 80 columns', async () => {
    const {stdout} = await runs('runs');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.trimEnd())).toEqual([
      'run                   when     playbook                      hosts    outcome',
      `${killed}  2 h ago  x.yml                         wallpi   not ended`,
      `${newer}  2 h ago  undo of 00aa                  wallpi   1 changed`,
      expect.stringMatching(new RegExp(`^${older}  2 h ago  playbooks/with/a/.*…  5 hosts  failed \\(`)),
    ]);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  });

  it('lists them as JSON, one to a line', async () => {
    const {stdout} = await runs('runs --output json');
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(entries).toMatchObject([{run: killed}, {run: newer, undoes: older}, {run: older}]);
  });

  it('says nothing where nothing was run', async () => {
    const {stdout, stderr, exitCode} = await type('runs', engineOf([]), {
      environment: {VPROV_RUNS: '/nowhere'},
    });
    expect([stdout, stderr, exitCode]).toEqual(['', '', 0]);
  });
});

describe('vprov runs show', () => {
  it('shows a run as it was told', async () => {
    const {stdout, exitCode} = await runs(`runs show ${older}`);
    const told = pretty(eventfulRun().filter((event) => event.type !== 'run'));
    expect(stdout.trimEnd().split('\n').slice(-6)).toEqual(told.lines.slice(-6));
    expect(exitCode).toBe(0);
  });

  it('shows it as JSON, as the run printed it', async () => {
    const {stdout} = await runs(`runs show ${newer} --output json`);
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Event).type);
    expect(types).toEqual(['run', 'summary']);
  });

  it('says of one that was killed that it has no end', async () => {
    expect((await runs('runs show last')).stdout).toContain('the record ends here');
  });

  it('says which there are when the name is wrong', async () => {
    const {exitCode, stderr} = await runs('runs show 20261122-07');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/may be 3 runs \[RUN001\]\n.*hint: .*00aa.*00bb.*00cc/s);
  });
});
