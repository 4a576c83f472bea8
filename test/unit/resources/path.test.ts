import {posix} from 'node:path';
import {describe, expect, it} from 'vitest';
import {
  type Change,
  contentOf,
  isRefusal,
  type Known,
  kinds,
  normalPath,
  type Observed,
  type PathDesired,
  pathProblem,
  pathRef,
  pathWant,
  type Ref,
  type Refusal,
  type StandingAt,
  unitRef,
  unitWant,
  type Want,
} from '../../../src/resources/index.ts';
import {Secret, UnknownRead} from '../../../src/text/index.ts';
import {nothingElse, present, viewOf} from './view.ts';

const kind = kinds.get('path');
if (!kind) throw new Error('no kind path');

const directory = present({type: 'directory', mode: '0755', owner: 'root', group: 'root', uid: 0, gid: 0});
const file = {
  type: 'file',
  mode: '0640',
  owner: 'root',
  group: 'vault',
  uid: 0,
  gid: 999,
  links: 1,
  mount: false,
};
const hello = contentOf('hello\n');

function changeOf(want: Want, before: Known): Change {
  return {
    ref: want.ref,
    before,
    want,
    attributes: kind?.diff(before, want, viewOf({'path:/etc': directory})) ?? [],
  };
}

function refusal(
  after: PathDesired | 'absent',
  known: Readonly<Record<string, Observed>>,
): string | undefined {
  return refused(after, known)?.refused;
}

function refused(
  after: PathDesired | 'absent',
  known: Readonly<Record<string, Observed>>,
): Refusal | undefined {
  const answer = kind?.refuse(pathWant('/etc/x', after), viewOf({'path:/etc': directory, ...known}));
  return answer && isRefusal(answer) ? answer : undefined;
}

describe('normalPath', () => {
  it.each([
    ['/a//b/./c/', '/a/b/c'],
    ['/', '/'],
    ['//', '/'],
    ['/.', '/'],
    ['/a/.b', '/a/.b'],
    ['/a/..b/.', '/a/..b'],
  ])('%s is %s', (path, expected) => expect(normalPath(path)).toBe(expected));

  it('says what is wrong with a path', () => {
    expect(pathProblem('etc/x')).toContain('not an absolute path');
    expect(pathProblem('/a/../b')).toContain("'..'");
    expect(pathProblem('/a\0b')).toContain('NUL');
    expect(pathProblem('/a/..b')).toBeUndefined();
  });
});

describe('diff of a path', () => {
  it('names everything that a new file promises, its usual mode too', () => {
    expect(
      changeOf(pathWant('/etc/x', {type: 'file', content: hello, owner: 'vault'}), {status: 'absent'})
        .attributes,
    ).toEqual([
      {name: 'type', after: 'file'},
      {name: 'content', after: hello.sha256.slice(0, 12)},
      {name: 'mode', after: '0644'},
      {name: 'owner', after: 'vault'},
    ]);
  });

  it('gives a directory below a setgid directory setgid, unless a mode is named', () => {
    const view = viewOf({'path:/etc': present({type: 'directory', mode: '2775'})});
    const modes = [undefined, '0755'].map((mode) => {
      const want = pathWant('/etc/x', {type: 'directory', ...(mode ? {mode} : {})});
      return kind.diff({status: 'absent'}, want, view).find(({name}) => name === 'mode')?.after;
    });
    expect(modes).toEqual(['2755', '0755']);
  });

  it('leaves alone what is not named', () => {
    expect(changeOf(pathWant('/etc/x', {type: 'file'}), present(file)).attributes).toEqual([]);
  });

  it('compares digits with ids and everything else with names', () => {
    const ofOwner = (owner: string, group: string) =>
      changeOf(pathWant('/etc/x', {type: 'file', owner, group}), present(file)).attributes;
    expect(ofOwner('0', '0999')).toEqual([]);
    expect(ofOwner('root', 'vault')).toEqual([]);
    expect(ofOwner('1', 'root')).toEqual([
      {name: 'owner', before: '0', after: '1'},
      {name: 'group', before: 'vault', after: 'root'},
    ]);
  });
});

describe('refusals of a path', () => {
  it.each<[string, PathDesired | 'absent', Observed, string | undefined]>([
    [
      'a file over a link',
      {type: 'file', content: hello},
      present({type: 'link', resolves: 'file', target: 'y'}),
      'is a link, not a file',
    ],
    [
      'a directory over a link',
      {type: 'directory'},
      present({type: 'link', resolves: 'directory', target: 'y'}),
      'is a link, not a directory',
    ],
    ['a file over a directory', {type: 'file', content: hello}, directory, 'is a directory, not a file'],
    ['a link over a file', {type: 'link', target: 'y'}, present(file), 'is a file, not a link'],
    ['a link over a file by force', {type: 'link', target: 'y', force: true}, present(file), undefined],
    [
      'a file behind a dangling link',
      {type: 'file', follow: true, content: hello},
      present({type: 'link'}),
      'leads nowhere',
    ],
    [
      'a file that is not there, without contents',
      {type: 'file'},
      {status: 'absent'},
      'nothing says what to put',
    ],
    ['an empty file', {type: 'file', create: true}, {status: 'absent'}, undefined],
    [
      'what something is mounted in',
      'absent',
      present({type: 'directory', mounts: ['/etc/x/y']}),
      '/etc/x/y is mounted there: unmount it first',
    ],
    [
      'new contents for hard links',
      {type: 'file', content: hello},
      present({...file, links: 2, sha256: 'x'}),
      'has 2 hard links',
    ],
    [
      'the same contents of hard links',
      {type: 'file', content: hello},
      present({...file, links: 2, sha256: hello.sha256}),
      undefined,
    ],
    [
      'new contents for hard links in place',
      {type: 'file', content: hello, writeInPlace: true},
      present({...file, links: 2, sha256: 'x'}),
      undefined,
    ],
    [
      'new contents for a mount point',
      {type: 'file', content: hello},
      present({...file, mount: true, sha256: 'x'}),
      'is a mount point',
    ],
    [
      'something unreadable',
      {type: 'directory'},
      {status: 'unreadable', reason: 'no entry'},
      'cannot be read: no entry',
    ],
    ['a mode that is none', {type: 'directory', mode: '9'}, {status: 'absent'}, "'9' is not a mode"],
  ])('%s', (_name, after, observed, expected) => {
    const found = refusal(after, {'path:/etc/x': observed});
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });

  const removes = "'file: {path: /etc/x, state: absent}'";
  it.each<[string, PathDesired, Observed, string]>([
    ['a file, a directory', {type: 'directory'}, present(file), removes],
    ['a directory, a file', {type: 'file', content: hello}, directory, removes],
    ['a pipe, a file', {type: 'file', content: hello}, present({type: 'other'}), removes],
    ['a pipe, a link', {type: 'link', target: 'y', force: true}, present({type: 'other'}), removes],
    ['a directory, a link', {type: 'link', target: 'y'}, directory, removes],
    ['a file, a link', {type: 'link', target: 'y'}, present(file), 'force: true puts the link in its place'],
    [
      'a link to a directory, a file',
      {type: 'file'},
      present({type: 'link', resolves: 'directory'}),
      removes,
    ],
    [
      'a link to a file, a file',
      {type: 'file', follow: false},
      present({type: 'link', resolves: 'file'}),
      'follow: true',
    ],
    [
      'a dangling link, a file',
      {type: 'file', follow: true},
      present({type: 'link'}),
      'make what it leads to',
    ],
  ])('there is %s is wanted: it says what can be done', (_name, after, observed, hint) => {
    expect(refused(after, {'path:/etc/x': observed})?.hint).toContain(hint);
  });

  it('names follow only where a task can say it', () => {
    const link = present({type: 'link', resolves: 'directory'});
    expect(refused({type: 'directory'}, {'path:/etc/x': link})?.hint).not.toContain('follow');
  });

  it('says which task makes the parent directory, and what else stands in its place', () => {
    expect(refused({type: 'directory'}, {'path:/etc': {status: 'absent'}})).toMatchObject({
      hint: "make it before with a task 'file: {path: /etc, state: directory}'",
      missing: {kind: 'path', id: '/etc'},
    });
    const answer = kind.refuse(
      pathWant('/srv/a/x', {type: 'directory'}),
      viewOf({'path:/srv/a/x': {status: 'absent'}, 'path:/srv/a': present(file)}),
    );
    expect(answer).toEqual({
      refused: '/srv/a is a file, not a directory',
      hint: "move it away, or remove it by a task before: 'file: {path: /srv/a, state: absent}'",
    });
  });

  it('does not advise to remove what every system has', () => {
    const answer = kind.refuse(
      pathWant('/etc', {type: 'file', content: hello}),
      viewOf({'path:/etc': directory}),
    );
    expect(answer?.hint).toBe('name another path: this is a part of every system');
  });

  it('asks for the parent directory and for owner and group', () => {
    expect(refusal({type: 'directory'}, {'path:/etc': {status: 'absent'}})).toBe(
      'parent directory /etc does not exist',
    );
    expect(
      refusal({type: 'directory'}, {'path:/etc': present({type: 'link', resolves: 'directory'})}),
    ).toBeUndefined();
    expect(refusal({type: 'directory', owner: 'vault'}, {})).toContain("user 'vault' does not exist");
    expect(refusal({type: 'directory', group: 'vault'}, {'group:vault': present({})})).toBeUndefined();
    expect(refusal({type: 'directory', owner: '4711'}, {})).toBeUndefined();
  });

  it('never removes what every system has', () => {
    const answer = kind.refuse(pathWant('/etc', 'absent'), viewOf({'path:/etc': directory}));
    expect(answer?.refused).toContain('never removed');
  });
});

describe('prediction and reaction of a path', () => {
  it('knows nothing of what is below a mount point once something is to be mounted there, and of the point its type', () => {
    const mount: Change = {
      ref: {kind: 'mount', id: '/srv', facets: ['state']},
      before: {status: 'absent'},
      want: {ref: {kind: 'mount', id: '/srv', facets: ['state']}, after: {mounted: true}},
      attributes: [{name: 'mounted', before: false, after: true}],
    };
    const fixed = present({...file, fixed: true});
    const below = kind.react?.(pathRef('/srv/a'), fixed, mount, nothingElse);
    expect(below).toEqual({status: 'unknown', reason: 'it shows when /srv is mounted'});
    expect(kind.react?.(pathRef('/srv'), directory, mount, nothingElse)).toEqual(
      present({type: 'directory', mount: true}),
    );
    expect(kind.react?.(pathRef('/srvs'), fixed, mount, nothingElse)).toEqual(fixed);
  });

  it('keeps what is not named, and forgets what changes with it', () => {
    const change = changeOf(
      pathWant('/etc/x', {type: 'file', content: hello, owner: 'vault'}),
      present({...file, sha256: 'x', mtime: 5}),
    );
    expect(kind.predict(change)).toEqual(
      present({
        ...file,
        owner: 'vault',
        uid: undefined,
        sha256: hello.sha256,
        sizeBytes: 6,
        text: 'hello\n',
        textOmitted: undefined,
        mtime: undefined,
      }),
    );
  });

  it('does not keep a text with a secret in it', () => {
    const content = contentOf([new Secret('token', 's.123456'), '\n']);
    const predicted = kind.predict(changeOf(pathWant('/etc/x', {type: 'file', content}), {status: 'absent'}));
    expect(predicted).toMatchObject({state: {sha256: content.sha256, text: undefined}});
  });

  it('is nothing below a planned directory, link or removal', () => {
    const below = pathRef('/etc/x/y');
    const react = (
      after: PathDesired | 'absent',
      before: Observed,
      observed: Observed = {status: 'absent'},
    ) =>
      kind.react?.(below, observed, changeOf(pathWant('/etc/x', after), before as Known), nothingElse).status;
    expect(react({type: 'directory'}, {status: 'absent'})).toBe('absent');
    expect(react({type: 'link', target: '/srv'}, {status: 'absent'})).toBe('absent');
    expect(react('absent', directory, present(file))).toBe('absent');
    expect(react({type: 'directory', mode: '0700'}, directory, present(file))).toBe('present');
  });

  it('is below a directory that comes back what is where it comes from', () => {
    const ref = pathRef('/etc/x/y');
    const back = changeOf(pathWant('/etc/x', {type: 'directory', onHost: '/var/kept/1'}), {status: 'absent'});
    const hostWith = (found: Observed): StandingAt =>
      ((other: Ref) => (other.id === '/var/kept/1/y' ? found : {status: 'absent'})) as StandingAt;
    const seen = (found: Observed) => kind.react?.(ref, {status: 'absent'}, back, hostWith(found));
    expect(seen(present(file))).toEqual(present(file));
    expect(seen({status: 'absent'})).toEqual({status: 'absent'});
    expect(seen({status: 'unreadable', reason: 'not permitted'})).toMatchObject({status: 'unknown'});
  });

  it('makes the unit stale whose file or drop-in it is', () => {
    const effects = (path: string) =>
      JSON.stringify(
        kind.effects(changeOf(pathWant(path, {type: 'file', content: hello}), {status: 'absent'})),
      );
    expect(effects('/etc/systemd/system/vault.service')).toContain('"kinds":["unit"]');
    expect(effects('/etc/systemd/system/vault.service.d/10-x.conf')).toContain('"kinds":["unit"]');
    // Whose drop-ins these are does not show, nor which instances there are.
    expect(effects('/etc/systemd/system/service.d/x.conf')).toContain('"kinds":["unit"]');
    expect(effects('/etc/systemd')).toContain('"kinds":["unit"]');
    expect(effects('/usr/lib/systemd/system/a@.service')).toContain('"kinds":["unit"]');
    expect(effects('/etc/systemd/system.conf')).not.toContain('"unit"');
  });
});

describe('what is missing when a unit is planned to start', () => {
  const start = (attributes: Change['attributes']): Change => ({
    ref: unitRef('app.service'),
    before: present({loaded: true}),
    want: unitWant('app.service', {active: true}),
    attributes,
  });
  const seen = (attributes: Change['attributes']): Observed =>
    kind.react?.(pathRef('/etc/x'), {status: 'absent'}, start(attributes), nothingElse) ?? {status: 'absent'};
  const may = seen([{name: 'active', before: false, after: true}]);

  it('may be made by it: what needs it is unknown, and no failure', () => {
    expect(may).toEqual({status: 'absent', mayCome: 'app.service may make it when it is started'});
    expect(seen([{name: 'enabled', before: false, after: true}])).toEqual({status: 'absent'});
    expect(() => refusal({type: 'file', mode: '0600'}, {'path:/etc/x': may})).toThrow(UnknownRead);
    expect(() => refusal({type: 'file', content: hello}, {'path:/etc': may, 'path:/etc/x': may})).toThrow(
      UnknownRead,
    );
    expect(refusal({type: 'file', mode: '0600'}, {'path:/etc/x': {status: 'absent'}})).toContain(
      'does not exist',
    );
  });

  it('is made as ever by who makes it', () => {
    expect(refusal({type: 'file', content: hello}, {'path:/etc/x': may})).toBeUndefined();
    expect(refusal('absent', {'path:/etc/x': may})).toBeUndefined();
  });

  it('may be below what may be made', () => {
    const at: StandingAt = (ref) => (ref.id === '/etc' ? directory : may) as never;
    expect(kind.see?.(pathRef('/etc/x/y'), at)).toBe(may);
  });
});

describe('a name that no file system takes', () => {
  it.each([
    ['a long name', `/etc/${'ä'.repeat(128)}`, "the name 'ääääääääääääääääääää…' has 256 bytes"],
    ['a long path', `/${'x'.repeat(200)}`.repeat(21), 'is too long for a file system'],
  ])('is refused: %s', (_, path, words) => {
    const view = viewOf({[`path:${posix.dirname(path)}`]: directory});
    const answer = (after: PathDesired | 'absent') => kind.refuse(pathWant(path, after), view);
    expect(answer({type: 'file', content: hello})?.refused).toContain(words);
    expect(answer('absent')).toBeUndefined();
  });
});
