import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  journalDirectory,
  journalKind,
  type OwedHandler,
  oweScript,
  settleScript,
} from '../../../src/engine/journal.ts';
import type {Script} from '../../../src/shell/index.ts';
import {reveal} from '../../../src/text/index.ts';

const user = 'pi';
const ref = {kind: 'journal', id: journalDirectory(user), facets: []} as const;

function owed(handler: string, since = '2026-11-22T07:00:00.000Z'): OwedHandler {
  return {
    v: 1,
    handler,
    of: "role:it's",
    digest: 'd',
    playbook: 'vault.yml',
    run: 'r',
    since,
    units: {'vault.service': 'abc'},
  };
}

describe('an entry that is none as we know them', () => {
  it.each([
    ['of a later vprov', '{"v":2,"handler":"h","of":"o","units":{}}', 1],
    ['without its units', '{"v":1,"handler":"h","of":"o","units":null}', 1],
    ['cut short by a power failure', '{"v":1,"hand', 0],
  ])('is counted, unless it was never whole: %s', (_what, line, unread) => {
    const output = {stdout: Buffer.from(`${line}\nwritable\n`), stderr: '', exitCode: 0};
    const observed = journalKind.parse(output, [ref], 'm').get(`journal:${ref.id}`);
    expect(observed).toEqual({status: 'present', state: {owed: [], unread, writable: true}});
  });
});

describe('the journal of owed handlers', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'vprov-journal-'));
  });
  afterEach(() => rmSync(home, {recursive: true}));

  const run = (script: Script): Buffer =>
    execFileSync('/bin/sh', ['-c', reveal(script.text)], {env: {...process.env, HOME: home}});
  const read = (): readonly OwedHandler[] => {
    const output = {stdout: run(journalKind.probe([ref], 'm')), stderr: '', exitCode: 0};
    const observed = journalKind.parse(output, [ref], 'm').get(`journal:${ref.id}`);
    return observed?.status === 'present' ? (observed.state.owed ?? []) : [];
  };

  it('is empty on a host that never owed anything, and reading it makes nothing', () => {
    expect(read()).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps what is written until it is settled, readable by its owner alone', () => {
    run(oweScript(user, [owed('restart vault'), owed('reload "nginx"')]));
    expect(
      read()
        .map((one) => one.handler)
        .sort(),
    ).toEqual(['reload "nginx"', 'restart vault']);
    const folder = join(home, '.local/state/vprov/owed');
    const [file = ''] = readdirSync(folder);
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(join(folder, file)).mode & 0o777).toString(8)).toBe('600');
    run(settleScript(user, [owed('restart vault')]));
    expect(read().map((one) => one.handler)).toEqual(['reload "nginx"']);
  });

  it('keeps one mark a handler, the newest', () => {
    run(oweScript(user, [owed('restart vault')]));
    run(oweScript(user, [owed('restart vault', '2026-11-23T00:00:00.000Z')]));
    expect(read()).toEqual([owed('restart vault', '2026-11-23T00:00:00.000Z')]);
  });
});
