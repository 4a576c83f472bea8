import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {listRuns, readRecord, type UndoOptions} from '../../src/engine/index.ts';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, shells, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let records = '';
/** On the host, new for each test. */
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({
    shell: 'dash',
    // Users are made here: in an /etc of the host's own.
    setUp: ['cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log'],
  });
  bench = new Bench({wallpi: ring});
  records = path.join(bench.directory, '.vprov', 'runs');
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);

/** Every path below the place, with all that a task can name of it. */
function world(): readonly string[] {
  const lines: string[] = [];
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const file = path.join(directory, name);
      const {mode, uid, gid} = lstatSync(file);
      const type = mode & 0o170_000;
      const contents =
        type === 0o120_000 ? readlinkSync(file) : type === 0o100_000 ? readFileSync(file, 'utf8') : '';
      lines.push(`${path.relative(place, file)} ${mode.toString(8)} ${uid}:${gid} ${contents}`);
      if (type === 0o040_000) walk(file);
    }
  };
  walk(place);
  return lines;
}

/** Runs are named by the second in which they are begun: each is begun some seconds after the one before. */
let aheadMs = 0;

function nextSeconds(): () => number {
  aheadMs += 2_000;
  const ownMs = aheadMs;
  return () => Date.now() + ownMs;
}

const run = (tasks: readonly Play[], more: Play = {}) =>
  bench.run({tasks, ...more}, {records, now: nextSeconds()});

const undoRun = (name: string, changes: Partial<UndoOptions> = {}) =>
  bench.undo(name, {...changes, records, now: nextSeconds()});

/** Takes back the newest run. */
async function undo(changes: Partial<UndoOptions> = {}) {
  return undoRun('last', changes);
}

const backups = (): string => path.join(ring.directory, 'var-lib', 'vprov', 'backup');

interface Case {
  readonly title: string;
  /** Makes the state before. */
  readonly prepare: () => void;
  readonly task: () => Play;
}

const cases: readonly Case[] = [
  {
    title: 'a new file',
    prepare: () => undefined,
    task: () => ({copy: {content: 'new\n', dest: at('a'), mode: '0600'}}),
  },
  {
    title: 'new contents, mode and owner',
    prepare: () => {
      writeFileSync(at('a'), 'old\n');
      chmodSync(at('a'), 0o4751);
      chownSync(at('a'), 20_002, 20_001);
    },
    task: () => ({copy: {content: 'new\n', dest: at('a'), mode: '0640', owner: 'root', group: 'root'}}),
  },
  {
    title: 'contents that are no text',
    prepare: () => writeFileSync(at('a'), Buffer.from([0, 255, 10, 0])),
    task: () => ({copy: {content: 'new\n', dest: at('a')}}),
  },
  {
    title: 'large contents',
    prepare: () => writeFileSync(at('a'), 'x'.repeat(400_000)),
    task: () => ({copy: {content: 'new\n', dest: at('a')}}),
  },
  {
    title: 'contents written in place',
    prepare: () => writeFileSync(at('a'), 'y'.repeat(400_000)),
    task: () => ({copy: {content: 'new\n', dest: at('a'), write: 'in_place'}}),
  },
  {
    title: 'contents written into a file with hard links',
    prepare: () => {
      writeFileSync(at('a'), 'old');
      linkSync(at('a'), at('b'));
    },
    task: () => ({copy: {content: 'new\n', dest: at('a'), write: 'in_place'}}),
  },
  {
    title: 'the contents of what a link leads to',
    prepare: () => {
      writeFileSync(at('a'), 'old\n');
      symlinkSync('a', at('link'));
    },
    task: () => ({copy: {content: 'new\n', dest: at('link'), follow: true}}),
  },
  {
    title: 'a line of a file',
    prepare: () => writeFileSync(at('a'), 'one\ntwo\n'),
    task: () => ({lineinfile: {path: at('a'), regexp: '^two', line: 'zwei'}}),
  },
  {
    title: 'a mode',
    prepare: () => {
      writeFileSync(at('a'), 'a');
      chmodSync(at('a'), 0o4755);
    },
    task: () => ({file: {path: at('a'), mode: '0600'}}),
  },
  {
    title: 'an owner and a group without a name',
    prepare: () => {
      mkdirSync(at('a'));
      chownSync(at('a'), 31_000, 31_001);
    },
    task: () => ({file: {path: at('a'), state: 'directory', owner: 'pi', group: 'people'}}),
  },
  {
    title: 'directories in directories',
    prepare: () => undefined,
    task: () => ({file: {path: at('a/b/c'), state: 'directory'}}),
  },
  {
    title: 'a new link',
    prepare: () => undefined,
    task: () => ({file: {path: at('a'), state: 'link', src: '/nowhere'}}),
  },
  {
    title: "a link's target",
    prepare: () => symlinkSync('../old', at('a')),
    task: () => ({file: {path: at('a'), state: 'link', src: '/nowhere'}}),
  },
  {
    title: 'a file that gave way to a link',
    prepare: () => {
      writeFileSync(at('a'), 'old\n');
      chmodSync(at('a'), 0o600);
    },
    task: () => ({file: {path: at('a'), state: 'link', src: '/nowhere', force: true}}),
  },
  {
    title: 'a directory that gave way to a link',
    prepare: () => mkdirSync(at('a'), 0o700),
    task: () => ({file: {path: at('a'), state: 'link', src: '/nowhere', force: true}}),
  },
  {
    title: 'a file that was removed',
    prepare: () => {
      writeFileSync(at('a'), 'old\n');
      chmodSync(at('a'), 0o604);
      chownSync(at('a'), 31_000, 20_001);
    },
    task: () => ({file: {path: at('a'), state: 'absent'}}),
  },
  {
    title: 'a link that was removed',
    prepare: () => symlinkSync('a b\nc', at('a')),
    task: () => ({file: {path: at('a'), state: 'absent'}}),
  },
  {
    title: 'a tree that was removed',
    prepare: () => {
      mkdirSync(at('a/b'), {recursive: true});
      writeFileSync(at("a/b/it's"), 'x');
      chownSync(at("a/b/it's"), 31_000, 20_001);
      symlinkSync('b', at('a/link'));
      chmodSync(at('a'), 0o2750);
    },
    task: () => ({file: {path: at('a'), state: 'absent'}}),
  },
  {
    title: 'a directory that was copied over another',
    prepare: () => {
      mkdirSync(at('a/sub'), {recursive: true});
      writeFileSync(at('a/same'), 'same');
      writeFileSync(at('a/sub/old'), 'old');
      writeFileSync(at('a/stays'), 'stays');
      for (const [name, text] of [
        ['same', 'same'],
        ['sub/old', 'new'],
        ['sub/deep/er', 'new'],
        ['large', 'x'.repeat(100_000)],
      ] as const)
        bench.write(`files/tree/${name}`, text);
    },
    task: () => ({
      copy: {src: `${path.join(bench.directory, 'files/tree')}/`, dest: at('a'), mode: 'u=rwX,go=rX'},
    }),
  },
  {
    title: 'modes and owners of all below a directory',
    prepare: () => {
      mkdirSync(at('a/sub'), {recursive: true});
      writeFileSync(at('a/sub/one'), '1', {mode: 0o600});
      writeFileSync(at('a/two'), '2', {mode: 0o755});
      chownSync(at('a/two'), 31_000, 20_001);
      symlinkSync('two', at('a/link'));
    },
    task: () => ({
      file: {path: at('a'), state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=', owner: 'pi'},
    }),
  },
  {
    title: 'a name with everything in it',
    prepare: () => writeFileSync(at("it's a $(name) ‹ü› %s"), 'old'),
    task: () => ({copy: {content: 'new', dest: at("it's a $(name) ‹ü› %s")}}),
  },
];

describe('undo after a run', () => {
  it.each(cases)('restores $title', async ({prepare, task}) => {
    prepare();
    const was = world();
    const ran = await run([{name: 'it', ...task()}]);
    expect(ran.statuses).toEqual(['it: changed']);
    const left = world();
    expect(left).not.toEqual(was);

    const checked = await undo({mode: 'check', diff: true});
    expect(world()).toEqual(left);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.notes]).toEqual([0, []]);
    expect(world()).toEqual(was);
    expect(undone.attributes).toEqual(checked.attributes);

    // An undo is a run: it can be taken back, too.
    const redone = await undo();
    expect([redone.statuses.every((status) => status.endsWith('changed')), world()]).toEqual([true, left]);
  });

  it.each(shells)(
    'restores all of them together, the last change first, on a host with %s',
    async (program) => {
      const other = program === 'dash' ? undefined : await startRing({shell: program});
      const host = other ? new Bench({wallpi: other}) : bench;
      try {
        const base = path.join((other ?? ring).directory, 'home-pi', 'together');
        mkdirSync(base);
        const tasks: Play[] = [];
        for (const [index, {prepare, task}] of cases.entries()) {
          place = path.join(base, String(index));
          mkdirSync(place);
          prepare();
          tasks.push({name: String(index), ...task()});
        }
        place = base;
        const was = world();
        const ran = await host.run({tasks}, {records, now: nextSeconds()});
        expect(ran.summary.hosts.wallpi?.changed).toBe(tasks.length);
        const undone = await host.undo('last', {records, now: nextSeconds()});
        expect(undone.summary.exitCode).toBe(0);
        expect(world()).toEqual(was);
        expect(undone.tasks[0]?.task.name).toBe(String(cases.length - 1));
      } finally {
        if (other) host.remove();
        await other?.stop();
      }
    },
  );

  it('restores a file that several tasks changed, step by step', async () => {
    writeFileSync(at('a'), 'one\n');
    await run([
      {copy: {content: 'two\n', dest: at('a')}},
      {file: {path: at('a'), mode: '0600'}},
      {copy: {content: 'three\n', dest: at('a')}},
      {file: {path: at('a'), state: 'absent'}},
    ]);
    expect((await undo()).summary.exitCode).toBe(0);
    expect([textOf(at('a')), lstatSync(at('a')).mode & 0o777]).toEqual(['one\n', 0o644]);
  });

  describe.each([
    ['root, whose backups are on another file system', true],
    ['pi', false],
  ])('of a file with several names, by %s', (_, become) => {
    const names = ['a', 'b', 'd/c'];
    const inPlace = (name: string, content: string): Play => ({
      copy: {content, dest: at(name), write: 'in_place'},
    });
    const absent = (name: string): Play => ({file: {path: at(name), state: 'absent'}});
    const make = (): void => {
      mkdirSync(at('d'));
      writeFileSync(at('a'), 'old');
      for (const name of names.slice(1)) linkSync(at('a'), at(name));
      for (const name of ['', 'a', 'd']) chownSync(at(name), 20_001, 20_001);
    };
    const inodes = (): number => new Set(names.map((name) => lstatSync(at(name)).ino)).size;

    it.each([
      ['written by one, and another removed', () => [inPlace('a', 'new'), absent('b')]],
      [
        'written by one, and another removed and made',
        () => [inPlace('a', 'new'), absent('b'), inPlace('b', 'own')],
      ],
      ['one removed, and written by another', () => [absent('b'), inPlace('a', 'new')]],
      [
        'written by each in its turn, and one removed',
        () => [inPlace('a', '1'), inPlace('b', '2'), absent('a')],
      ],
      [
        'written by one, which gave way to a link',
        () => [
          inPlace('a', 'new'),
          inPlace('b', 'newer'),
          {file: {path: at('a'), state: 'link', target: 'b', force: true}},
        ],
      ],
    ] as const)('%s: all have what they had', async (_how, tasks) => {
      make();
      const was = world();
      const ran = await run(tasks(), {become});
      expect(ran.summary.exitCode).toBe(0);
      const checked = await undo({mode: 'check'});
      const undone = await undo();
      expect([undone.attributes, undone.statuses]).toEqual([
        checked.attributes,
        checked.statuses.map((line) => line.replace('would-change', 'changed')),
      ]);
      expect([undone.summary.exitCode, world(), inodes()]).toEqual([0, was, 1]);
    });

    it('written by one, and the folder of another removed: all have what they had, or it is said', async () => {
      make();
      const was = world();
      await run([inPlace('a', 'new'), absent('d')], {become});
      const undone = await undo();
      expect(undone.tasks[0]?.attention).toEqual(
        become ? expect.stringContaining('were files with other names (hard links)') : undefined,
      );
      const left = was.map((line) => (become && line.startsWith('d/c') ? line.replace('old', 'new') : line));
      expect([undone.summary.exitCode, world()]).toEqual([become ? 3 : 0, left]);
    });
  });

  it('says what is lost of a file with several names that cannot be kept with them', async () => {
    writeFileSync(at('a'), 'old');
    linkSync(at('a'), at('b'));
    await run([
      {name: 'write', copy: {content: 'new', dest: at('a'), write: 'in_place'}},
      {name: 'gone', file: {path: at('a'), state: 'absent'}},
    ]);
    for (const mode of ['check', 'run'] as const) {
      const undone = await undo({mode});
      expect(undone.tasks[0]?.attention).toBe(
        `${at('a')} was one file with 1 other name (hard link), and is a file of its own now: what that run wrote into it stays in the other`,
      );
      expect(undone.summary.exitCode).toBe(3);
    }
    expect([textOf(at('a')), textOf(at('b'))]).toEqual(['old', 'new']);
  });

  it('says what is lost of a file whose other name became a file of its own', async () => {
    for (const name of ['', 'a']) {
      if (name) writeFileSync(at(name), 'old');
      chownSync(at(name), 20_001, 20_001);
    }
    linkSync(at('a'), at('b'));
    await run(
      [
        {name: 'gone', file: {path: at('a'), state: 'absent'}},
        {name: 'write', copy: {content: 'new', dest: at('b')}},
      ],
      {become: false},
    );
    for (const mode of ['check', 'run'] as const) {
      const undone = await undo({mode});
      expect(undone.statuses.map((one) => one.replace('would-change', 'changed'))).toEqual([
        'write: changed',
        'gone: changed',
      ]);
      expect(undone.tasks[1]?.attention).toBe(
        `${at('a')} and ${at('b')} were one file (hard links), and are files of their own now`,
      );
    }
    expect([textOf(at('a')), textOf(at('b'))]).toEqual(['old', 'old']);
  });

  it('and a run after it, each in its turn, however often one of them changed a file', async () => {
    writeFileSync(at('a'), '0');
    await run(['1', '2', '3', '4'].map((content) => ({copy: {content, dest: at('a')}})));
    await run([{copy: {content: '5', dest: at('a')}}]);
    const [later, earlier] = listRuns(records);
    expect((await undoRun(later?.run ?? '')).summary.exitCode).toBe(0);
    expect(textOf(at('a'))).toBe('4');
    const undone = await undoRun(earlier?.run ?? '');
    expect([undone.statuses.length, undone.summary.exitCode, textOf(at('a'))]).toEqual([4, 0, '0']);
  });

  it('shows what it would do, contents and all', async () => {
    writeFileSync(at('a'), 'one\ntwo\n');
    await run([{copy: {content: 'one\nzwei\n', dest: at('a')}}]);
    const [task] = (await undo({mode: 'check', diff: true})).tasks;
    expect(task?.changes[0]?.diff).toContain('\n one\n-zwei\n+two');
  });

  it('shows a removed text that has other names, too', async () => {
    writeFileSync(at('a'), 'one\n');
    linkSync(at('a'), at('b'));
    await run([{file: {path: at('a'), state: 'absent'}}]);
    const [task] = (await undo({mode: 'check', diff: true})).tasks;
    expect(task?.changes[0]?.diff).toMatch(/\n\+one$/);
  });

  it('is not offered where a run did nothing that it takes back, and says so', async () => {
    const ran = await run([shell('a command', 'true')]);
    expect(ran.summary).toMatchObject({lasting: ['a command (command)'], undoable: false});
    const undone = await undo();
    expect([undone.summary.exitCode, undone.mistakes]).toEqual([
      1,
      [expect.stringMatching(/^run \S+ did nothing that undo takes back: a command \(command\)$/)],
    ]);
  });

  it('does what was made by a user who is not root, too', async () => {
    chownSync(place, 20_001, 20_001);
    const was = world();
    await run([{copy: {content: 'x', dest: at('a')}}], {become: false});
    expect(existsSync(path.join(ring.directory, 'home-pi', '.local', 'state', 'vprov', 'backup'))).toBe(true);
    expect((await undo()).summary.exitCode).toBe(0);
    expect(world()).toEqual(was);
  });

  it('foretells what comes back with a directory, and is taken away then', async () => {
    bench.write('files/t/a/b', 'deep\n');
    const was = world();
    await run([
      {name: 'tree', copy: {src: 'files/t/', dest: at('t')}},
      {name: 'absent', file: {path: at('t'), state: 'absent'}},
    ]);
    const checked = await undo({mode: 'check'});
    expect(checked.statuses).toEqual(
      ['absent', 'tree', 'tree', 'tree'].map((name) => `${name}: would-change`),
    );
    const undone = await undo();
    expect(undone.statuses).toEqual(['absent', 'tree', 'tree', 'tree'].map((name) => `${name}: changed`));
    expect(undone.attributes).toEqual(checked.attributes);
    expect(world()).toEqual(was);
  });

  it('is taken back where it put a whole directory back, unless something in that has changed since', async () => {
    const make = (): void => {
      mkdirSync(at('t', 'deep'), {recursive: true});
      for (const name of ['a', 'deep/b c', 'deep/ü']) writeFileSync(at('t', name), name);
      symlinkSync('deep', at('t', 'link'));
      chmodSync(at('t', 'a'), 0o4750);
    };
    make();
    const was = world();
    await run([{name: 'absent', file: {path: at('t'), state: 'absent'}}]);
    await undo();
    expect(world()).toEqual(was);
    const again = await undo();
    expect([again.statuses, world()]).toEqual([['absent: changed'], []]);
    expect([(await undo()).statuses, world()]).toEqual([['absent: changed'], was]);
    writeFileSync(at('t', 'deep', 'b c'), 'longer');
    const refused = await undo();
    expect(refused.message('absent')).toBe(`what is in ${at('t')} is not what came back with it`);
  });

  it('takes back what handlers wrote, and says of none of them that it does not', async () => {
    const was = world();
    await run([{name: 'a', copy: {content: 'x', dest: at('a')}, notify: 'h'}], {
      handlers: [{name: 'h', copy: {content: 'y', dest: at('b')}}],
    });
    const undone = await undo();
    expect([undone.notes, undone.summary.exitCode, world()]).toEqual([[], 0, was]);
  });

  it('leaves the group of a user that was there before the user', async () => {
    const etc = (name: string): string => readFileSync(path.join(ring.directory, 'etc', name), 'utf8');
    await run([{group: {name: 'vprovown', gid: 21_502}}]);
    const was = etc('group');
    await run([{user: {name: 'vprovown', create_home: false}}]);
    expect(etc('passwd')).toContain('vprovown:');
    const checked = await undo({mode: 'check'});
    expect(checked.tasks.map(({status}) => status)).toEqual(['would-change']);
    expect((await undo()).summary.exitCode).toBe(0);
    expect([etc('group'), etc('passwd').includes('vprovown:')]).toEqual([was, false]);
    await run([{group: {name: 'vprovown', state: 'absent'}}]);
  });

  it('gives a removed user its group under the number that it had', async () => {
    const group = (): string | undefined =>
      readFileSync(path.join(ring.directory, 'etc', 'group'), 'utf8')
        .split('\n')
        .find((line) => line.startsWith('vprovown:'));
    await run([
      {group: {name: 'vprovown', gid: 21_503}},
      {user: {name: 'vprovown', uid: 21_504, create_home: false}},
    ]);
    await run([{user: {name: 'vprovown', state: 'absent'}}]);
    expect(group()).toBeUndefined();
    const checked = await undo({mode: 'check'});
    const undone = await undo();
    expect([undone.summary.exitCode, group()]).toEqual([0, 'vprovown:x:21503:']);
    expect(undone.attributes).toEqual(checked.attributes);
    expect((await undo()).summary.exitCode).toBe(0);
    expect(group()).toBeUndefined();
  });

  it('says that a removed user comes back without the password that it had, and wants that seen to', async () => {
    const hash =
      '$6$saltsalt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const user = {name: 'vprovuser', password: hash, create_home: false};
    await run([{user: {...user, update_password: 'on_create'}}]);
    await run([{name: 'gone', user: {name: 'vprovuser', state: 'absent'}}]);
    for (const mode of ['check', 'run'] as const) {
      const undone = await undo({mode});
      expect([undone.tasks[0]?.attention, undone.summary.exitCode]).toEqual([
        'user vprovuser has no password any more: it was not kept',
        3,
      ]);
    }
    await run([{name: 'again', user: {...user, comment: 'x'}}]);
    expect((await undo()).tasks[0]).toMatchObject({
      status: 'changed',
      attention: 'the password that user vprovuser had is not kept',
    });
    await run([{user: {name: 'vprovuser', state: 'absent'}}]);
  });

  it('removes users and groups that the run made, and gives back what it changed of others', async () => {
    const accounts = (): string =>
      ['passwd', 'group'].map((name) => readFileSync(path.join(ring.directory, 'etc', name), 'utf8')).join();
    const was = accounts();
    const home = at('home');
    await run([
      {group: {name: 'vprovgroup', gid: 21_500}},
      {user: {name: 'vprovuser', uid: 21_501, group: 'vprovgroup', home, shell: '/bin/sh'}},
      {user: {name: 'plain', comment: 'somebody else'}},
    ]);
    expect(accounts()).not.toBe(was);
    expect(existsSync(home)).toBe(true);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.mistakes]).toEqual([0, []]);
    expect([accounts(), existsSync(home)]).toEqual([was, false]);
    const redone = await undo();
    expect([redone.summary.exitCode, redone.mistakes]).toEqual([0, []]);
    expect([lstatSync(home).uid, accounts()]).toEqual([21_501, expect.stringContaining('vprovuser:')]);
    await run([{user: {name: 'vprovuser', state: 'absent'}}, {group: {name: 'vprovgroup', state: 'absent'}}]);
  });
});

describe('a user whom the run made, and who did something', () => {
  it.each(['did it in their home', 'did it elsewhere'])(
    'goes with what vprov keeps for them, who %s',
    async (where) => {
      const accounts = (): string =>
        ['passwd', 'group']
          .map((name) => readFileSync(path.join(ring.directory, 'etc', name), 'utf8'))
          .join();
      chmodSync(place, 0o777);
      const was = [accounts(), ...world()];
      const home = at('home');
      const dest = where === 'did it elsewhere' ? at('a') : path.join(home, 'a');
      const tasks = [
        {name: 'user', user: {name: 'vprovuser', home}},
        {name: 'file', become_user: 'vprovuser', copy: {content: 'x', dest}},
      ];
      const ran = await run(tasks);
      expect(ran.statuses).toEqual(['user: changed', 'file: changed']);
      expect(existsSync(path.join(home, '.local', 'state', 'vprov'))).toBe(true);
      const checked = await undo({mode: 'check'});
      const undone = await undo();
      expect(undone.statuses).toEqual(['file: changed', 'user: changed']);
      expect(checked.statuses).toEqual(['file: would-change', 'user: would-change']);
      expect([undone.summary.exitCode, [accounts(), ...world()]]).toEqual([0, was]);
    },
  );

  it('stays where something of their own is beside that', async () => {
    const home = at('home');
    await run([
      {name: 'user', user: {name: 'vprovuser', home}},
      {name: 'file', become_user: 'vprovuser', copy: {content: 'x', dest: path.join(home, 'a')}},
    ]);
    mkdirSync(path.join(home, '.local', 'share'));
    const undone = await undo();
    expect(undone.message('user')).toBe(`the home of user vprovuser is not empty: in ${home} is .local`);
    execFileSync('rm', ['-r', path.join(home, '.local', 'share')]);
    await run([{user: {name: 'vprovuser', state: 'absent'}}]);
  });
});

describe('undo refuses', () => {
  it('what has moved on, by itself, and says the difference', async () => {
    writeFileSync(at('a'), 'one\n');
    writeFileSync(at('b'), 'one\n');
    mkdirSync(at('c'));
    await run([
      {name: 'a', copy: {content: 'two\n', dest: at('a'), mode: '0640'}},
      {name: 'b', copy: {content: 'two\n', dest: at('b')}},
      {name: 'c', file: {path: at('c'), state: 'absent'}},
      {name: 'd', file: {path: at('d'), state: 'directory'}},
      {name: 'e', copy: {content: 'new\n', dest: at('e')}},
    ]);
    chmodSync(at('a'), 0o600);
    mkdirSync(at('c'), 0o700);
    writeFileSync(at('d', 'data'), '');
    writeFileSync(at('e'), 'mine\n');
    for (const mode of ['check', 'run'] as const) {
      const undone = await undo({mode});
      const done = mode === 'check' ? 'would-change' : 'changed';
      expect(undone.statuses).toEqual(['e: failed', 'd: failed', 'c: failed', `b: ${done}`, 'a: failed']);
      expect(undone.message('a')).toBe('the host has moved on: mode is 0600, that run left 0640');
      expect(undone.message('c')).toMatch(/^the host has moved on: type is directory, that run left absent/);
      expect(undone.message('d')).toMatch(/d is not empty: in it is data/);
      expect(undone.message('e')).toBe('the host has moved on: the contents are not those that it left');
    }
    expect([textOf(at('a')), textOf(at('b')), textOf(at('e')), existsSync(at('d', 'data'))]).toEqual([
      'two\n',
      'one\n',
      'mine\n',
      true,
    ]);
  });

  it('what a later run has changed, and names that run, until it is taken back', async () => {
    writeFileSync(at('a'), 'one\n');
    await run([{name: 'a', copy: {content: 'two\n', dest: at('a')}}]);
    await run([{name: 'a', copy: {content: 'three\n', dest: at('a')}}]);
    const [later, earlier] = listRuns(records).map(({run: name}) => name);
    const undone = await undoRun(earlier ?? '');
    expect(undone.message('a')).toBe(
      `the host has moved on: the contents are not those that it left; run ${later} has changed it since`,
    );
    expect(undone.tasks[0]?.hint).toBe(`vprov undo ${later} takes that back first`);
    expect([undone.summary.exitCode, textOf(at('a'))]).toEqual([1, 'three\n']);
    expect((await undoRun(later ?? '')).summary.exitCode).toBe(0);
    expect((await undoRun(earlier ?? '')).summary.exitCode).toBe(0);
    expect(textOf(at('a'))).toBe('one\n');
    writeFileSync(at('a'), 'mine\n');
    expect((await undoRun(earlier ?? '')).message('a')).not.toContain('has changed it since');
  });

  it('a directory in which a later run has made something, and names that run', async () => {
    await run([{name: 'd', file: {path: at('d'), state: 'directory'}}]);
    await run([{name: 'a', copy: {content: 'two\n', dest: at('d', 'a')}}]);
    const [later, earlier] = listRuns(records).map(({run: name}) => name);
    const undone = await undoRun(earlier ?? '');
    expect(undone.message('d')).toBe(
      `${at('d')} is not empty: in it is a, not made by that run or changed since; run ${later} has changed what is in it since`,
    );
    expect(undone.tasks[0]?.hint).toBe(`vprov undo ${later} takes that back first`);
    expect((await undoRun(later ?? '')).summary.exitCode).toBe(0);
    expect((await undoRun(earlier ?? '')).summary.exitCode).toBe(0);
    expect(existsSync(at('d'))).toBe(false);
  });

  it('to bring a pipe back, which is not kept', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    writeFileSync(at('a'), 'x');
    await run([
      {name: 'it', file: {path: at('pipe'), state: 'absent'}},
      {name: 'a', file: {path: at('a'), mode: '0600'}},
    ]);
    for (const mode of ['check', 'run'] as const) {
      const undone = await undo({mode});
      expect(undone.message('it')).toMatch(/^what was at .*pipe before is not kept: it was a special file/);
      expect(undone.summary.exitCode).toBe(mode === 'check' ? 1 : 2);
    }
  });

  it('to bring back what was too large to be kept when it was written in place, as the run has said', async () => {
    writeFileSync(at('a'), Buffer.alloc(8 * 1024 * 1024 + 1));
    const ran = await run([{name: 'it', copy: {content: 'two\n', dest: at('a'), write: 'in_place'}}]);
    expect(ran.notes).toEqual([
      "wallpi: what 'it' changes is too large to be copied, and is not kept: vprov undo will not bring that back",
    ]);
    expect((await undo({mode: 'check'})).message('it')).toBe(
      `what was at ${at('a')} before is not kept: it was too large for a copy, and a link would show what is written in place`,
    );
  });

  it('before the first write with exit code 1', async () => {
    await run([{name: 'a', copy: {content: 'two\n', dest: at('a')}}]);
    writeFileSync(at('a'), 'mine\n');
    expect((await undo()).summary.exitCode).toBe(1);
  });

  it('to remove a user in whose home somebody has put something', async () => {
    const home = at('home');
    await run([{name: 'it', user: {name: 'vprovuser', home}}]);
    writeFileSync(path.join(home, 'letters'), '');
    const undone = await undo();
    expect(undone.message('it')).toBe(`the home of user vprovuser is not empty: in ${home} is letters`);
    expect(readFileSync(path.join(ring.directory, 'etc', 'passwd'), 'utf8')).toContain('vprovuser:');
    execFileSync('rm', [path.join(home, 'letters')]);
    expect((await undoRun(listRuns(records)[1]?.run ?? '')).summary.exitCode).toBe(0);
    expect(readFileSync(path.join(ring.directory, 'etc', 'passwd'), 'utf8')).not.toContain('vprovuser:');
  });

  it('what was kept nowhere, and tells of what nobody can take back', async () => {
    writeFileSync(at('a'), 'one\n');
    await run([{name: 'it', copy: {content: 'two\n', dest: at('a')}}, shell('a command', 'true')]);
    const {start} = readRecord(records, 'last');
    execFileSync('rm', ['-r', path.join(backups(), start.run)]);
    const undone = await undo();
    expect(undone.message('it')).toBe(`nothing is kept of how ${at('a')} was before that run`);
    expect(undone.notes).toEqual(['not taken back: a command (command)']);
    expect([undone.summary.exitCode, textOf(at('a'))]).toEqual([1, 'two\n']);
  });

  it('a run that changed nothing, and one that there is no record of', async () => {
    writeFileSync(at('a'), 'one\n');
    await run([{copy: {content: 'one\n', dest: at('a')}}]);
    expect((await undo()).mistakes).toEqual([expect.stringMatching(/^run .* changed nothing$/)]);
    await expect(undoRun('nonesuch')).rejects.toThrow("there is no record of a run 'nonesuch'");
  });
});

describe('what is kept on the host', () => {
  it('are the last three versions of a path', async () => {
    const names = (): readonly string[] =>
      execFileSync('find', [backups(), '-name', '*.????'], {encoding: 'utf8'}).split('\n').slice(0, -1);
    execFileSync('rm', ['-rf', backups()]);
    writeFileSync(at('a'), '0');
    for (const content of ['1', '2', '3', '4', '5']) await run([{copy: {content, dest: at('a')}}]);
    expect(
      names()
        .map((file) => readFileSync(file, 'utf8'))
        .sort(),
    ).toEqual(['2', '3', '4']);
    const runs = listRuns(records).map(({run: name}) => name);
    for (const name of runs.slice(0, 3)) expect((await undoRun(name)).summary.exitCode).toBe(0);
    expect(textOf(at('a'))).toBe('2');
    const undone = await undoRun(runs[3] ?? '');
    expect(undone.tasks[0]?.message).toMatch(/before is not kept: there were three newer versions/);
  });

  it("is root's alone, and says by no name what it is of", async () => {
    writeFileSync(at('secret-name'), 'old');
    await run([{copy: {content: 'new', dest: at('secret-name')}}]);
    const {start} = readRecord(records, 'last');
    const folder = path.join(backups(), start.run);
    const modes = [backups(), folder, path.join(folder, 'changes')].map(
      (file) => lstatSync(file).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(readdirSync(folder).join()).toMatch(/[0-9a-f]{24}\.0001/);
  });

  it('is that of the newest run, also where a clock was ahead before', async () => {
    const inYears = (seconds: number) => () => Date.now() + 1_000_000_000_000 + seconds * 1_000;
    writeFileSync(at('a'), '0\n');
    const edited = (text: string): Play => ({copy: {content: `${text}\n`, dest: at('a')}});
    const made = Array.from({length: 51}, (_, index) => index).map((index) =>
      path.join(backups(), `99990101-0000${10 + index}-abcd`),
    );
    for (const directory of made) mkdirSync(directory);
    const later = path.join(bench.directory, 'later');
    for (const seconds of [1, 2, 3])
      await bench.run({tasks: [edited(String(seconds))]}, {records: later, now: inYears(seconds)});
    for (const directory of made) mkdirSync(directory, {recursive: true});
    const ran = await run([edited('now')]);
    expect(ran.notes).toEqual([]);
    const [name = ''] = ran.events.flatMap((event) => (event.type === 'run' ? [event.run] : []));
    const undone = await undoRun(name);
    expect([undone.summary.exitCode, textOf(at('a'))]).toEqual([0, '3\n']);
    const ahead = listRuns(later).map(({run: one}) => path.join(backups(), one));
    for (const directory of [...made, ...ahead]) rmSync(directory, {recursive: true, force: true});
  });

  it('is nothing of a run that changes nothing', async () => {
    writeFileSync(at('a'), 'one');
    const before = readdirSync(backups()).length;
    await run([{copy: {content: 'one', dest: at('a')}}]);
    expect(readdirSync(backups())).toHaveLength(before);
  });

  it('stands in no way of a change where it cannot be written', async () => {
    const folder = at('of-service');
    mkdirSync(folder);
    chownSync(folder, 20_004, 20_001);
    const nowhere = path.join(ring.directory, 'home-service');
    chownSync(nowhere, 0, 0);
    const ran = await run([{name: 'it', copy: {content: 'x', dest: path.join(folder, 'a')}}], {
      become_user: 'service',
    });
    chownSync(nowhere, 20_004, 20_001);
    expect(ran.summary.exitCode).toBe(0);
    expect((await undo()).message('it')).toMatch(/^nothing is kept/);
  });
});

describe('a secret', () => {
  it('is in no record and in no name or note of what is kept', async () => {
    const canary = 'canary-Xq81-value';
    writeFileSync(at('a'), 'token = old-Zp55-secret\nplain\n');
    bench.write('templates/token.hbs', 'token = {{ token }}\nplain\n');
    const ran = await bench.run(
      {
        vars: {token: "{{ secret 'env://CANARY' }}"},
        tasks: [{name: 'it', template: {src: 'token.hbs', dest: at('a'), mode: '0600'}}],
      },
      {
        records,
        now: nextSeconds(),
        diff: true,
        environment: {XDG_CACHE_HOME: path.join(bench.directory, 'cache'), CANARY: canary},
      },
    );
    expect(ran.statuses).toEqual(['it: changed']);
    expect(textOf(at('a'))).toContain(canary);
    const checked = await undo({mode: 'check', diff: true});
    await undo({diff: true});
    expect(textOf(at('a'))).toContain('old-Zp55-secret');
    const written = [
      JSON.stringify(checked.events),
      ...readdirSync(records).map((name) => readFileSync(path.join(records, name), 'utf8')),
      execFileSync('find', [backups(), '-name', 'changes', '-exec', 'cat', '{}', '+'], {encoding: 'utf8'}),
      execFileSync('ls', ['-R', backups()], {encoding: 'utf8'}),
    ].join('\n');
    for (const word of [canary, 'old-Zp55', Buffer.from(canary).toString('base64').replace(/=+$/, '')])
      expect(written).not.toContain(word);
  });
});
