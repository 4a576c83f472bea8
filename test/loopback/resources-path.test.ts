import {execFileSync, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {basename, dirname, join, relative} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  type Content,
  composeProbe,
  contentOf,
  type Facet,
  isRefusal,
  kinds,
  type Observed,
  type PathDesired,
  type PathState,
  pathReadAnew,
  pathRef,
  pathWant,
  refKey,
} from '../../src/resources/index.ts';
import {reveal, Secret} from '../../src/text/index.ts';
import {apply, breaches, carryOut, plan, probe, reach, run, type Shell, shells} from './resources-shell.ts';

const all: readonly Facet[] = ['meta', 'link', 'sha256', 'text'];
const oddNames = [
  'a b',
  "it's",
  'new\nline',
  'tab\tq"',
  'back\\slash',
  '-n',
  'ünïcode',
  '$(x)`y`',
  '*',
  '%s',
  ' ',
];

let directory = '';

// In memory: each change ends in a sync, which may take long on a busy disk.
beforeEach(() => {
  directory = mkdtempSync('/dev/shm/vprov-path-');
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

function at(name: string): string {
  return join(directory, name);
}

function see(shell: Shell, path: string, facets: readonly Facet[] = all): Observed<PathState> {
  const ref = pathRef(path, facets);
  return probe(shell, [ref]).get(refKey(ref)) as Observed<PathState>;
}

/** Everything below the directory as Node sees it, by name. */
function snapshot(): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  // Without their types Node goes into directories behind links, too, and shows what is in them twice.
  const entries = readdirSync(directory, {recursive: true, withFileTypes: true});
  for (const name of entries.map((entry) => relative(directory, join(entry.parentPath, entry.name))).sort()) {
    const stat = lstatSync(at(name));
    const what = stat.isSymbolicLink()
      ? readlinkSync(at(name))
      : stat.isFile()
        ? createHash('sha256')
            .update(readFileSync(at(name)))
            .digest('hex')
        : '';
    found[name] = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${what}`;
  }
  return found;
}

function modeOf(name: string): string {
  return (lstatSync(at(name)).mode & 0o7777).toString(8).padStart(4, '0');
}

function failureOf(shell: Shell, path: string, after: PathDesired | 'absent', umask?: string): string {
  const change = plan(shell, pathWant(path, after));
  if (change === undefined) throw new Error('nothing to do');
  if (isRefusal(change)) return change.refused;
  return apply(shell, change, umask ? {umask} : {}) ?? 'no failure';
}

describe.each(shells())('under $name', (shell) => {
  it('sees files, directories and links by whatever name, in one script', () => {
    for (const name of oddNames) writeFileSync(at(name), `text of ${name}\n`);
    symlinkSync('a b', at('link'));
    symlinkSync('nowhere', at('dangling'));
    mkdirSync(at('directory'), 0o700);
    const names = [...oddNames, 'link', 'missing', 'dangling', 'directory', 'a b/below'];
    const found = probe(
      shell,
      names.map((name) => pathRef(at(name), all)),
    );
    for (const name of oddNames) {
      const text = `text of ${name}\n`;
      expect(found.get(`path:${at(name)}`), JSON.stringify(name)).toMatchObject({
        status: 'present',
        state: {
          type: 'file',
          text,
          sha256: contentOf(text).sha256,
          sizeBytes: Buffer.byteLength(text),
          links: 1,
          owner: 'root',
        },
      });
    }
    expect(found.get(`path:${at('link')}`)).toMatchObject({
      state: {
        type: 'link',
        target: 'a b',
        resolves: 'file',
        followed: {path: at('a b'), type: 'file', text: 'text of a b\n'},
      },
    });
    expect(found.get(`path:${at('dangling')}`)).toMatchObject({state: {type: 'link', target: 'nowhere'}});
    expect(found.get(`path:${at('directory')}`)).toMatchObject({state: {type: 'directory', mode: '0700'}});
    for (const name of ['missing', 'a b/below'])
      expect(found.get(`path:${at(name)}`)).toEqual({status: 'absent'});
  });

  it('hashes many files with one program, and says what it cannot show', () => {
    const names = Array.from({length: 40}, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(at(name), name);
    const found = probe(
      shell,
      names.map((name) => pathRef(at(name), ['sha256'])),
    );
    for (const name of names)
      expect(found.get(`path:${at(name)}`)).toMatchObject({
        state: {sha256: contentOf(name).sha256, mount: false},
      });
    writeFileSync(at('binary'), Buffer.from([0xff, 0, 10]));
    writeFileSync(at('large'), 'x'.repeat(256 * 1024 + 1));
    writeFileSync(at('empty'), '');
    expect(see(shell, at('binary'))).toMatchObject({state: {textOmitted: 'not text'}});
    expect(see(shell, at('large'))).toMatchObject({state: {textOmitted: 'too large'}});
    expect(see(shell, at('empty'))).toMatchObject({state: {text: '', sizeBytes: 0}});
  });

  it('makes files, directories and links by names that shells stumble over, and removes them', () => {
    mkdirSync(at('sub'));
    const text = "it's\n$HOME \\n `x`\n\n";
    for (const name of ['new\nline', 'back\\slash\t"tab"', "-n it's $(x)`y`", '*']) {
      const wants = [
        pathWant(at(`sub/${name}`), {
          type: 'file',
          content: contentOf(text),
          mode: 'u=rw,g=r,o=',
          owner: 'daemon',
          group: '1',
        }),
        pathWant(at(`sub/${name}.d`), {type: 'directory', mode: '2750'}),
        pathWant(at(`sub/${name}.l`), {type: 'link', target: name}),
      ];
      for (const want of wants) reach(shell, want);
      for (const want of wants) expect(plan(shell, want)).toBeUndefined();
      expect(readFileSync(at(`sub/${name}`), 'utf8')).toBe(text);
      expect([modeOf(`sub/${name}`), modeOf(`sub/${name}.d`)]).toEqual(['0640', '2750']);
      expect(readlinkSync(at(`sub/${name}.l`))).toBe(name);
      for (const want of wants) reach(shell, pathWant(want.ref.id, 'absent'));
      expect(readdirSync(at('sub'))).toEqual([]);
    }
  });

  it.each(['000', '777'])('gives the same modes under umask %s', (umask) => {
    reach(shell, pathWant(at('file'), {type: 'file', content: contentOf('x')}), {umask});
    reach(shell, pathWant(at('empty'), {type: 'file', create: true}), {umask});
    reach(shell, pathWant(at('directory'), {type: 'directory'}), {umask});
    expect([modeOf('file'), modeOf('empty'), modeOf('directory')]).toEqual(['0644', '0644', '0755']);
  });

  it('replaces contents by a rename that keeps owner, group and mode, setuid too', () => {
    writeFileSync(at('f'), 'old');
    chownSync(at('f'), 1, 2);
    chmodSync(at('f'), 0o4751);
    const inode = lstatSync(at('f')).ino;
    expect(breaches(shell, pathWant(at('f'), {type: 'file', content: contentOf('new')})).breaches).toEqual(
      [],
    );
    expect(lstatSync(at('f'))).toMatchObject({uid: 1, gid: 2});
    expect(modeOf('f')).toBe('4751');
    expect(lstatSync(at('f')).ino).not.toBe(inode);
    expect(breaches(shell, pathWant(at('f'), {type: 'file', owner: 'root'})).breaches).toEqual([]);
    expect(modeOf('f')).toBe('4751');
  });

  it('gives what is new in a setgid directory its group', () => {
    mkdirSync(at('shared'));
    chownSync(at('shared'), 0, 1);
    chmodSync(at('shared'), 0o2775);
    for (const [name, after] of [
      ['f', {type: 'file', content: contentOf('x')}],
      ['d', {type: 'directory'}],
      ['e', {type: 'directory', mode: '0755'}],
    ] as const)
      expect(breaches(shell, pathWant(at(`shared/${name}`), after)).breaches).toEqual([]);
    for (const name of ['f', 'd', 'e']) expect(lstatSync(at(`shared/${name}`)).gid).toBe(1);
    expect([modeOf('shared/f'), modeOf('shared/d'), modeOf('shared/e')]).toEqual(['0644', '2755', '0755']);
  });

  it('follows a link where asked, and only there', () => {
    writeFileSync(at('real'), 'old');
    symlinkSync('real', at('link'));
    expect(failureOf(shell, at('link'), {type: 'file', content: contentOf('new')})).toContain(
      'is a link, not a file',
    );
    const want = pathWant(at('link'), {type: 'file', content: contentOf('new'), mode: '0600', follow: true});
    expect(breaches(shell, want).breaches).toEqual([]);
    expect([readFileSync(at('real'), 'utf8'), modeOf('real'), readlinkSync(at('link'))]).toEqual([
      'new',
      '0600',
      'real',
    ]);
  });

  it('turns a link that leads to a directory, and never writes into that directory', () => {
    mkdirSync(at('one'));
    mkdirSync(at('two'));
    symlinkSync('one', at('current'));
    expect(
      breaches(shell, pathWant(at('current'), {type: 'link', target: 'two', owner: 'daemon'})).breaches,
    ).toEqual([]);
    expect(readlinkSync(at('current'))).toBe('two');
    expect([...readdirSync(at('one')), ...readdirSync(at('two'))]).toEqual([]);
  });

  it('puts a link in the place of a file or an empty directory by force, never of a full one', () => {
    writeFileSync(at('f'), '');
    mkdirSync(at('d'));
    mkdirSync(at('full'));
    writeFileSync(at('full/f'), '');
    const link = {type: 'link', target: 'x', force: true} as const;
    for (const name of ['f', 'd']) expect(breaches(shell, pathWant(at(name), link)).breaches).toEqual([]);
    expect(failureOf(shell, at('full'), link)).toContain('something in it');
    expect(readdirSync(at('full'))).toEqual(['f']);
  });

  it('writes into the file that is there when asked, so that hard links stay together', () => {
    writeFileSync(at('a'), 'old and longer');
    linkSync(at('a'), at('b'));
    expect(failureOf(shell, at('a'), {type: 'file', content: contentOf('new')})).toContain(
      'has 2 hard links',
    );
    const want = pathWant(at('a'), {
      type: 'file',
      content: contentOf('new'),
      mode: '0640',
      writeInPlace: true,
    });
    expect(breaches(shell, want).breaches).toEqual([]);
    expect([readFileSync(at('b'), 'utf8'), modeOf('b')]).toEqual(['new', '0640']);
    expect(readdirSync(directory).sort()).toEqual(['a', 'b']);
  });

  it('leaves no temporary file behind, not even those of a run that was killed', () => {
    writeFileSync(at('.f.vprov-dead'), 'half a secret');
    writeFileSync(at('.g.vprov-other'), 'of another file');
    reach(shell, pathWant(at('f'), {type: 'file', content: contentOf('x')}));
    expect(readdirSync(directory).sort()).toEqual(['.g.vprov-other', 'f']);
    const change = plan(shell, pathWant(at('f'), {type: 'file', content: contentOf('y'), owner: '4711'}));
    if (!change || isRefusal(change)) throw new Error('no change');
    rmSync(at('f'));
    mkdirSync(at('f'));
    expect(apply(shell, change)).toContain('is not what it was');
    expect(carryOut(shell, change)).toContain('is a directory');
    expect(readdirSync(directory).sort()).toEqual(['.g.vprov-other', 'f']);
  });

  it('uploads what is large or holds NUL bytes, and puts it in place complete', () => {
    const text = 'x'.repeat(40_000);
    expect(
      breaches(shell, pathWant(at('large'), {type: 'file', content: contentOf(text), mode: '0755'})).breaches,
    ).toEqual([]);
    const bytes = Buffer.from([0, 1, 2, 255, 10]);
    writeFileSync(at('source'), bytes);
    const content: Content = {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: 5,
      from: at('source'),
    };
    expect(breaches(shell, pathWant(at('binary'), {type: 'file', content})).breaches).toEqual([]);
    expect(readFileSync(at('binary'))).toEqual(bytes);
    expect(modeOf('large')).toBe('0755');
  });

  it('brings a secret to the host and nowhere else', () => {
    const content = contentOf(['token = ', new Secret('token', "s.'quoted'"), '\n']);
    const change = reach(shell, pathWant(at('f'), {type: 'file', content, mode: '0600'}));
    expect(readFileSync(at('f'), 'utf8')).toBe("token = s.'quoted'\n");
    expect(JSON.stringify(change)).not.toContain('quoted');
  });

  it('takes names of up to 255 bytes', () => {
    const name = 'n'.repeat(255);
    expect(breaches(shell, pathWant(at(name), {type: 'file', content: contentOf('x')})).breaches).toEqual([]);
    expect(readdirSync(directory)).toEqual([name]);
  });

  it('never removes what is mounted below, not even from the same file system', () => {
    mkdirSync(at('precious'));
    writeFileSync(at('precious/f'), 'x');
    mkdirSync(at('gone/sp ace'), {recursive: true});
    const change = plan(shell, pathWant(at('gone'), 'absent'));
    if (!change || isRefusal(change)) throw new Error('no change');
    const wrapper = [
      '/usr/bin/unshare',
      '-m',
      'sh',
      '-c',
      'mount --bind "$0" "$1" && shift && exec "$@"',
      at('precious'),
      at('gone/sp ace'),
    ];
    expect(apply(shell, change, {wrapper})).toContain('unmount it first');
    expect(readFileSync(at('precious/f'), 'utf8')).toBe('x');
    expect(apply(shell, change)).toBeUndefined();
    expect(readdirSync(directory)).toEqual(['precious']);
  });

  it('foretells that a file system mounted read-only takes no change', () => {
    mkdirSync(at('ro'));
    writeFileSync(at('ro/f'), 'old');
    symlinkSync('old', at('ro/l'));
    const wrapper = [
      '/usr/bin/unshare',
      '-m',
      'sh',
      '-c',
      'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
      at('ro'),
    ];
    const content = contentOf('new');
    const wants: readonly [string, PathDesired | 'absent', string][] = [
      ['ro/f', {type: 'file', content}, 'ro/f'],
      ['ro/f', {type: 'file', content, writeInPlace: true}, 'ro/f'],
      ['ro/f', {type: 'file', mode: '0600'}, 'ro/f'],
      ['ro/f', 'absent', 'ro/f'],
      ['ro/new', {type: 'directory'}, 'ro'],
      ['ro/l', {type: 'link', target: 'new'}, 'ro'],
      ['ro/l', 'absent', 'ro'],
    ];
    for (const [name, after, fixed] of wants) {
      const planned = plan(shell, pathWant(at(name), after), {wrapper});
      const refusal = {refused: `${at(name)} cannot be changed: not even root may write ${at(fixed)}`};
      // busybox says of everything that root may write it: there the change itself fails.
      if (shell.name === 'busybox') expect(planned, JSON.stringify(after)).not.toHaveProperty('refused');
      else expect(planned, JSON.stringify(after)).toMatchObject(refusal);
    }
    for (const [name, after] of [
      ['ro/f', {type: 'file', content: contentOf('old')}],
      ['ro/l', {type: 'link', target: 'old'}],
      ['ro/none', 'absent'],
    ] as const)
      expect(plan(shell, pathWant(at(name), after), {wrapper}), name).toBeUndefined();
  });

  it('refuses to replace a mount point, and writes into it when asked', () => {
    writeFileSync(at('hosts'), 'old');
    writeFileSync(at('mounted'), 'old');
    const wrapper = [
      '/usr/bin/unshare',
      '-m',
      'sh',
      '-c',
      'mount --bind "$0" "$1" && shift && exec "$@"',
      at('mounted'),
      at('hosts'),
    ];
    const content = contentOf('new');
    const refused = plan(shell, pathWant(at('hosts'), {type: 'file', content}), {wrapper});
    expect(refused).toMatchObject({
      refused: `${at('hosts')} is a mount point, which no new file can replace`,
    });
    const blind = plan(shell, pathWant(at('hosts'), {type: 'file', content}));
    if (!blind || isRefusal(blind)) throw new Error('no change');
    expect(apply(shell, blind, {wrapper})).toContain('is a mount point');
    expect(
      breaches(shell, pathWant(at('hosts'), {type: 'file', content, writeInPlace: true}), {wrapper}).breaches,
    ).toEqual([]);
    expect(readFileSync(at('mounted'), 'utf8')).toBe('new');
  });

  it('says what a user who is not root may not see', () => {
    mkdirSync(at('closed'), 0o700);
    writeFileSync(at('closed/f'), 'x');
    writeFileSync(at('private'), 'x', {mode: 0o600});
    chmodSync(directory, 0o755);
    const wrapper = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    if (shell.name === 'busybox') chmodSync(join(shell.command[0], '..'), 0o755);
    const found = probe(
      shell,
      ['closed/f', 'closed/g', 'private', 'missing'].map((name) => pathRef(at(name), all)),
      {wrapper},
    );
    expect([...found.values()].map(({status}) => status)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
      'absent',
    ]);
  });

  it('remembers the checksum of a large file until anything about the file changes', () => {
    const state = at('state');
    mkdirSync(state);
    const wrapper = [
      '/usr/bin/unshare',
      '-m',
      '/bin/sh',
      '-c',
      'mount --bind "$0" /var/lib && exec "$@"',
      state,
    ];
    const content = contentOf('x'.repeat(1024 * 1024));
    const want = pathWant(at('big'), {type: 'file', content});
    expect(breaches(shell, want, {wrapper}).breaches).toEqual([]);
    const [entry = ''] = readdirSync(join(state, 'vprov/checksums'));
    expect(lstatSync(join(state, 'vprov')).mode & 0o777).toBe(0o700);
    const file = join(state, 'vprov/checksums', entry);
    const lie = 'f'.repeat(64);
    const sha256 = (asked = kinds) => {
      const refs = [want.ref, pathRef(at('state'), ['sha256'])];
      const found = probe(shell, refs, {wrapper}, asked).get(refKey(want.ref));
      return found?.status === 'present' && 'sha256' in found.state ? found.state.sha256 : undefined;
    };
    writeFileSync(file, readFileSync(file, 'utf8').replace(content.sha256, lie));
    expect(sha256()).toBe(lie);
    expect(sha256(new Map([...kinds, ['path', pathReadAnew]]))).toBe(content.sha256);
    expect(
      reach(shell, pathWant(at('big'), {type: 'file', mode: '0600'}), {wrapper})?.attributes,
    ).toHaveLength(1);
    expect(sha256()).toBe(lie);
    utimesSync(at('big'), 1, 1);
    expect(sha256()).toBe(content.sha256);
    expect(breaches(shell, pathWant(at('big'), 'absent'), {wrapper}).breaches).toEqual([]);
    expect(readdirSync(join(state, 'vprov/checksums'))).toEqual([]);
  });
});

describe('any want of a path', () => {
  const names = ['a', 'b', 'd', 'd/e', 'l', 'l/x'];
  const mode = fc.option(fc.constantFrom('0600', '4755', '2770', 'u=rwX,go=', '+x', 'g-w'), {nil: undefined});
  const owner = fc.option(fc.constantFrom('root', 'daemon', '4711', '0'), {nil: undefined});
  const flag = fc.boolean();
  const desired: fc.Arbitrary<PathDesired | 'absent'> = fc.oneof(
    fc
      .record({
        mode,
        owner,
        group: owner,
        follow: flag,
        create: flag,
        writeInPlace: flag,
        text: fc.option(fc.constantFrom('', 'x', "o'n\ne"), {nil: undefined}),
      })
      .map(
        ({text, ...rest}) =>
          compact({
            type: 'file',
            ...rest,
            content: text === undefined ? undefined : contentOf(text),
          }) as PathDesired,
      ),
    fc
      .record({mode, owner, group: owner, follow: flag})
      .map((rest) => compact({type: 'directory', ...rest}) as PathDesired),
    fc
      .record({target: fc.constantFrom('a', 'd', 'nowhere', '../b'), force: flag, owner})
      .map((rest) => compact({type: 'link', ...rest}) as PathDesired),
    fc.constant('absent' as const),
  );
  const wants = fc.array(fc.tuple(fc.constantFrom(...names), desired), {minLength: 1, maxLength: 6});

  it.each(shells().slice(0, 2))(
    'under $name is refused, or reached as predicted, with nothing else changed, and then holds',
    (shell) => {
      fc.assert(
        fc.property(wants, fc.constantFrom('000', '022', '077'), (list, umask) => {
          rmSync(directory, {recursive: true, force: true});
          mkdirSync(directory);
          for (const [name, after] of list) {
            const before = snapshot();
            const also = ledTo(before, name, after);
            const want = pathWant(at(name), after);
            const {change, breaches: found} = breaches(shell, want, {umask});
            expect(found.filter((breach) => !breach.includes('Directory not empty'))).toEqual([]);
            if (change === undefined || isRefusal(change) || found.length > 0)
              expect(snapshot()).toEqual(before);
            else expect(othersChanged(before, snapshot(), name, also)).toEqual([]);
          }
        }),
        {numRuns: 10},
      );
    },
  );
});

function compact(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== false),
  );
}

/** Names that a want may change besides its own: those that links lead to. */
function ledTo(
  before: Readonly<Record<string, string>>,
  name: string,
  after: PathDesired | 'absent',
): readonly string[] {
  const follows = after !== 'absent' && after.type !== 'link' && after.follow;
  const parent = dirname(at(name));
  const real = existsSync(parent) ? [relative(directory, join(realpathSync(parent), basename(name)))] : [];
  return [...(follows ? Object.keys(before) : []), ...real];
}

function othersChanged(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  name: string,
  also: readonly string[],
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter(
    (one) =>
      one !== name &&
      ![name, ...also].some((own) => one.startsWith(`${own}/`)) &&
      !also.includes(one) &&
      before[one] !== after[one],
  );
}

describe('the scripts', () => {
  it('are clean for ShellCheck', () => {
    const refs = [pathRef('/etc/hosts', all), pathRef("/tmp/it's", all)];
    const file = contentOf('x');
    const before: Observed<PathState> = {status: 'absent'};
    const want = pathWant('/tmp/x', {type: 'file', content: file, owner: 'root', mode: '0600'});
    const change = {
      ref: want.ref,
      before,
      want,
      attributes: [
        {name: 'type', after: 'file'},
        {name: 'content', after: 'x'},
        {name: 'mode', after: '0600'},
      ],
    };
    const kind = kinds.get('path');
    const scripts = [
      composeProbe(
        [
          ...refs,
          {kind: 'user', id: 'root', facets: ['state']},
          {kind: 'unit', id: 'a.service', facets: ['state']},
          {kind: 'unit', id: 'b.service', facets: ['state']},
          {kind: 'facts', id: 'host', facets: ['state']},
        ],
        kinds,
        'M',
      ),
      ...(kind?.steps(change, 'n') ?? []).flatMap((step) => (step.type === 'script' ? [step.script] : [])),
    ];
    for (const script of scripts) {
      // 2154, 2034: variables that eval sets and reads. 2016: a $ in single quotes that eval opens. 2086: lists of words.
      // 2181: $? of a subshell. 1090, 2317: paths and functions that it cannot follow.
      const result = spawnSync('shellcheck', ['-s', 'sh', '-e', '2154,2034,2016,2086,2181,2317', '-'], {
        input: reveal(script.text),
        encoding: 'utf8',
      });
      expect(result.stdout).toBe('');
    }
  });

  it('ask nothing twice', () => {
    expect(
      execFileSync('sh', ['-n'], {
        input: reveal(composeProbe([pathRef('/a', all), pathRef('/a', all)], kinds, 'M').text),
      }).toString(),
    ).toBe('');
    expect(run(shells()[0] ?? failed(), composeProbe([], kinds, 'M')).exitCode).toBe(0);
  });
});

function failed(): never {
  throw new Error('no shell');
}
