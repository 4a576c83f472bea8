import {describe, expect, it} from 'vitest';
import {type Driver, drive, type Effect, type EventBody} from '../../../src/engine/effect.ts';
import {interpretUndo} from '../../../src/engine/undo/interpret.ts';
import {kinds, type Ref} from '../../../src/resources/index.ts';

const run = '20261122-071500-1a2b';
const task = {name: 'the service runs', module: 'systemd', source: {file: 'play.yml', line: 3, column: 7}};

/** The undo of a run that started a unit, which still runs. */
async function undoStart(isQuorum: boolean) {
  const kept = {
    v: 1,
    n: 1,
    user: 'root',
    task,
    kind: 'unit',
    ref: 'unit:vault.service',
    id: 'vault.service',
    version: '/var/lib/vprov/backup/x',
    attributes: [{name: 'active', before: false, after: true}],
  };
  const told: EventBody[] = [];
  const changed: string[] = [];
  const get = ({kind}: Pick<Ref, 'kind'>) =>
    kind === 'backup'
      ? {status: 'present', state: {changes: [kept]}}
      : {status: 'present', state: {loaded: true, active: true, masked: false, invocationId: 'a'}};
  const answer = async (effect: Effect): Promise<unknown> => {
    if (effect.type === 'need') return {get};
    if (effect.type === 'emit') told.push(effect.event);
    if (effect.type !== 'change') return undefined;
    changed.push(...effect.changes.map(({ref}) => ref.id));
    return {status: 'changed', reports: []};
  };
  await drive(
    interpretUndo({
      run,
      host: 'wallpi',
      users: ['root'],
      kinds,
      withDiff: false,
      isQuorum,
      told: new Map(),
      changedSince: () => undefined,
      now: () => 0,
    }),
    answer as Driver,
  );
  return {changed, task: told.find((event) => event.type === 'task')};
}

describe('the undo of a run that started a unit', () => {
  it('stops it', async () => {
    expect((await undoStart(false)).changed).toEqual(['vault.service']);
  });

  it('lets it run where it serves a quorum, and says how to go on', async () => {
    expect(await undoStart(true)).toMatchObject({
      changed: [],
      task: {
        status: 'failed',
        refused: true,
        message: expect.stringContaining('vault.service runs, and that play was over a quorum'),
        hint: expect.stringContaining('systemctl stop vault.service'),
      },
    });
  });
});
