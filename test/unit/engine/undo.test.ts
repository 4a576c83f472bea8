import {describe, expect, it} from 'vitest';
import {type Driver, drive, type Effect, type EventBody} from '../../../src/engine/effect.ts';
import {interpretUndo} from '../../../src/engine/undo/interpret.ts';
import {kinds, type Ref} from '../../../src/resources/index.ts';

const run = '20261122-071500-1a2b';
const task = {name: 'the service runs', module: 'systemd', source: {file: 'play.yml', line: 3, column: 7}};

/** The undo of a run that started a unit, which still runs. */
function undoStart(isQuorum: boolean) {
  const state = {loaded: true, active: true, masked: false, invocationId: 'a'};
  return undo(
    isQuorum,
    {kind: 'unit', id: 'vault.service'},
    [{name: 'active', before: false, after: true}],
    state,
  );
}

/** The undo of a run that made a file, which is as it was left. */
function undoFile(isQuorum: boolean, mode: string) {
  const owners = {owner: 'root', group: 'root', mode};
  const made = Object.entries({type: 'file', ...owners}).map(([name, after]) => ({name, after}));
  const state = {type: 'file', ...owners, sizeBytes: 0, sha256: emptySha256};
  return undo(isQuorum, {kind: 'path', id: '/usr/local/lib/openbao/2.7.2/bao'}, made, state);
}

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

async function undo(
  isQuorum: boolean,
  {kind, id}: Pick<Ref, 'kind' | 'id'>,
  attributes: readonly object[],
  state: object,
) {
  const kept = {
    v: 1,
    n: 1,
    user: 'root',
    task,
    kind,
    ref: `${kind}:${id}`,
    id,
    version: '/var/lib/vprov/backup/x',
    attributes,
  };
  const told: EventBody[] = [];
  const changed: string[] = [];
  const get = ({kind}: Pick<Ref, 'kind'>) =>
    kind === 'backup'
      ? {status: 'present', state: {changes: [kept]}}
      : kind === kept.kind
        ? {status: 'present', state}
        : {status: 'absent'};
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
      isCheck: false,
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

describe('the undo of a run that made a file', () => {
  const program = '/usr/local/lib/openbao/2.7.2/bao';

  it('removes it', async () => {
    expect((await undoFile(false, '0755')).changed).toEqual([program]);
    expect((await undoFile(true, '0644')).changed).toEqual([program]);
  });

  it('leaves it where it is a program that may serve a quorum', async () => {
    expect(await undoFile(true, '0755')).toMatchObject({
      changed: [],
      task: {
        refused: true,
        message: expect.stringContaining('is a program, and that play was over a quorum'),
      },
    });
  });
});
