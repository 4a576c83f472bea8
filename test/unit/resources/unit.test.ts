import {describe, expect, it} from 'vitest';
import {
  type Attribute,
  contentOf,
  type Known,
  kinds,
  type Observed,
  pathWant,
  type UnitDesired,
  unitRef,
  unitWant,
} from '../../../src/resources/index.ts';
import {nothingElse, present, viewOf} from './view.ts';

const kind = kinds.get('unit');
if (!kind) throw new Error('no kind unit');
const name = 'vault.service';

const running = {
  loaded: true,
  loadState: 'loaded',
  active: true,
  activeState: 'active',
  enabled: true,
  unitFileState: 'enabled',
  masked: false,
  needDaemonReload: false,
  invocationId: 'aaaa',
  type: 'notify',
  canReload: true,
  pinned: true,
};
const stopped = {...running, active: false, activeState: 'inactive', invocationId: '', pinned: false};

function show(
  values: Readonly<Record<string, string>>,
  files: readonly string[] = [],
  installs: readonly string[] = [],
): Observed {
  const block = Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  const stdout = Buffer.from(`${block}\nM\n${files.join('\n')}\nM\n${installs.join('\n')}\nM\n`);
  const observed = kind?.parse({stdout, stderr: '', exitCode: 0}, [unitRef(name)], 'M').get(`unit:${name}`);
  if (!observed) throw new Error('no answer');
  return observed;
}

function diff(before: Known, after: UnitDesired): readonly string[] {
  return (kind?.diff(before, unitWant(name, after), viewOf({})) ?? []).map(
    ({name: attribute}: Attribute) => attribute,
  );
}

function refused(before: Observed, after: UnitDesired): string | undefined {
  return kind?.refuse(
    unitWant(name, after),
    viewOf({[`unit:${name}`]: before, 'path:/bin/true': present({type: 'link', mode: '0777'})}),
  )?.refused;
}

describe('what systemctl show says', () => {
  it('is absent for a unit that is not found, unless it still runs', () => {
    expect(show({LoadState: 'not-found', ActiveState: 'inactive'})).toEqual({status: 'absent'});
    expect(show({LoadState: 'not-found', ActiveState: 'active'})).toMatchObject({
      state: {loaded: false, active: true},
    });
  });

  it('tells links that are left of one that was enabled', () => {
    const gone = {LoadState: 'not-found', ActiveState: 'inactive', UnitFileState: ''};
    expect(show({...gone, Linked: 'yes'})).toMatchObject({
      state: {loaded: false, active: false, enabled: false, linked: true},
    });
  });

  it('tells of a mask that systemd has not noticed', () => {
    const seen = show({LoadState: 'loaded', ActiveState: 'active', UnitFileState: 'disabled', Mask: 'yes'});
    expect(seen).toMatchObject({state: {masked: true, needDaemonReload: true, active: true}});
    expect(refused(seen, {enabled: true})).toBe(`unit ${name} is masked`);
    expect(refused(seen, {active: false})).toBeUndefined();
    const read = show({LoadState: 'masked', ActiveState: 'inactive', UnitFileState: 'masked', Mask: 'yes'});
    expect(read).toMatchObject({state: {masked: true, needDaemonReload: false}});
    const gone = {LoadState: 'masked', ActiveState: 'active', UnitFileState: 'disabled', Mask: 'no'};
    expect(show(gone)).toMatchObject({state: {masked: false, needDaemonReload: true, enabled: false}});
    expect(refused(show(gone), {enabled: true, active: true})).toBeUndefined();
  });

  it('tells that the file which systemd has read is gone', () => {
    const stale = show({LoadState: 'loaded', ActiveState: 'active', NeedDaemonReload: 'yes', Gone: 'yes'});
    expect(stale).toMatchObject({state: {loaded: false, loadState: 'not-found', active: true}});
    expect(refused(stale, {enabled: true})).toContain('is not known to systemd');
    expect(refused(stale, {active: false})).toBeUndefined();
    const back = show({LoadState: 'not-found', ActiveState: 'active'}, [`/etc/systemd/system/${name}`]);
    expect(refused(back, {enabled: true})).toBeUndefined();
  });

  it('is pinned in memory when it runs, failed, or others refer to it', () => {
    expect(show({LoadState: 'loaded', ActiveState: 'inactive', WantedBy: ''})).toMatchObject({
      state: {pinned: false},
    });
    expect(show({LoadState: 'loaded', ActiveState: 'failed'})).toMatchObject({state: {pinned: true}});
    expect(show({LoadState: 'loaded', ActiveState: 'inactive', TriggeredBy: 'a.timer'})).toMatchObject({
      state: {pinned: true},
    });
  });

  it('needs a reload for files that systemd has not noticed', () => {
    const own = `/etc/systemd/system/${name}`;
    const needs = (values: Readonly<Record<string, string>>, files: readonly string[]) =>
      show({LoadState: 'loaded', ActiveState: 'active', NeedDaemonReload: 'no', ...values}, files);
    expect(needs({FragmentPath: own}, [own])).toMatchObject({state: {needDaemonReload: false}});
    expect(needs({FragmentPath: `/lib/systemd/system/${name}`}, [own])).toMatchObject({
      state: {needDaemonReload: true},
    });
    expect(needs({FragmentPath: own, DropInPaths: ''}, [own, `${own}.d/x.conf`])).toMatchObject({
      state: {needDaemonReload: true},
    });
    expect(
      needs({FragmentPath: own, DropInPaths: `/run/a.conf ${own}.d/x.conf`}, [own, `${own}.d/x.conf`]),
    ).toMatchObject({
      state: {needDaemonReload: false},
    });
    expect(show({LoadState: 'not-found', ActiveState: 'inactive'}, [own])).toMatchObject({
      state: {loaded: false, needDaemonReload: true},
    });
  });

  it.each([
    ['enabled', true],
    ['disabled', false],
    ['static', undefined],
    ['masked', false],
  ])('unit file state %s is enabled: %s', (UnitFileState, enabled) => {
    expect(show({LoadState: 'loaded', ActiveState: 'active', UnitFileState})).toMatchObject({
      state: {enabled},
    });
  });

  it('is enabled by its links where its file has another name, and where only another name of it is linked', () => {
    const fragment = '/etc/systemd/system/vault.service';
    const wanted = [`${fragment}:WantedBy=multi-user.target`];
    const loaded = {LoadState: 'loaded', ActiveState: 'inactive', FragmentPath: fragment, Id: name};
    const enabled = (values: Readonly<Record<string, string>>) =>
      (show({...loaded, ...values}, [], wanted) as {state?: {enabled?: boolean}}).state?.enabled;
    expect(enabled({UnitFileState: 'alias'})).toBe(false);
    expect(enabled({UnitFileState: 'alias', Linked: 'yes'})).toBe(true);
    expect(enabled({UnitFileState: 'indirect'})).toBe(false);
    expect(enabled({UnitFileState: 'alias', Id: 'openbao.service'})).toBe(true);
  });

  it('tells what the files ask for when it is enabled, an empty line beginning a list anew', () => {
    const [fragment, dropIn] = ['/lib/systemd/system/vault.service', '/etc/x.conf'];
    const values = {LoadState: 'loaded', ActiveState: 'active', FragmentPath: fragment, DropInPaths: dropIn};
    const lines = [
      `${fragment}:Alias=bao.service`,
      `${fragment}:WantedBy=a.target b.target`,
      `${dropIn}: WantedBy =`,
      `${dropIn}:WantedBy=c.target`,
      '/etc/other.service:Alias=other.service',
    ];
    expect(show(values, [], lines)).toMatchObject({
      state: {install: {aliases: ['bao.service'], also: [], wantedBy: ['c.target']}},
    });
    const unread = show(values, [], [`${fragment}:WantedBy=a.target \\`]);
    expect(unread.status === 'present' && 'install' in unread.state && unread.state.install).toBeUndefined();
  });

  it('must answer for every unit', () => {
    const output = {stdout: Buffer.from('Id=a\n\nId=b\n\nM\n\nM\n\nM\n'), stderr: '', exitCode: 0};
    expect(() => kind.parse(output, [unitRef(name)], 'M')).toThrow('2 answers for 1 units');
  });
});

describe('diff of a unit', () => {
  it('is empty when everything is as wanted', () => {
    expect(diff(present(running), {active: true, enabled: true})).toEqual([]);
    expect(diff({status: 'absent'}, {active: false, enabled: false})).toEqual([]);
  });

  it('names a reload of the files only when nothing else is to be done', () => {
    const stale = present({...running, needDaemonReload: true});
    expect(diff(stale, {active: true})).toEqual(['daemon_reload']);
    expect(diff(stale, {active: false})).toEqual(['active']);
    expect(diff(stale, {transition: 'restart'})).toEqual(['invocation']);
  });

  it('is never empty for a transition, which is reached under another InvocationID', () => {
    const want = unitWant(name, {transition: 'restart'});
    const before = present(running);
    const change = {ref: want.ref, before, want, attributes: kind.diff(before, want, viewOf({}))};
    expect(change.attributes).toEqual([{name: 'invocation', before: 'aaaa', after: 'new'}]);
    const left = (after: object) =>
      kind.unreached?.(change, present(after), viewOf({}))?.map(({name: one}) => one);
    expect(left(running)).toEqual(['invocation']);
    expect(left({...running, invocationId: 'bbbb'})).toEqual([]);
    expect(left({...running, invocationId: 'bbbb', active: false})).toEqual(['invocation']);
  });
});

describe('refusals of a unit', () => {
  it.each<[string, Observed, UnitDesired, string | undefined]>([
    ['not there', {status: 'absent'}, {active: true}, 'is not known to systemd'],
    ['not there, and not wanted', {status: 'absent'}, {active: false}, undefined],
    ['masked', present({...stopped, masked: true}), {active: true}, 'is masked'],
    [
      'its own file in /etc, to be masked',
      present({...stopped, fragmentPath: `/etc/systemd/system/${name}`}),
      {masked: true},
      'cannot be masked',
    ],
    ['masked, to be unmasked', present({...stopped, masked: true}), {active: true, masked: false}, undefined],
    [
      'static',
      present({...running, unitFileState: 'static', enabled: undefined}),
      {enabled: true},
      'cannot be enabled: it is static',
    ],
    [
      'oneshot',
      present({...stopped, type: 'oneshot', remainAfterExit: false}),
      {active: true},
      "no state 'started'",
    ],
    [
      'oneshot by transition',
      present({...stopped, type: 'oneshot', remainAfterExit: false}),
      {transition: 'restart'},
      undefined,
    ],
    ['not running', present(stopped), {transition: 'reload'}, 'there is nothing to reload'],
    ['without ExecReload', present({...running, canReload: false}), {transition: 'reload'}, 'no ExecReload'],
    [
      'broken',
      present({...stopped, loaded: false, loadState: 'bad-setting'}),
      {active: true},
      'has an error (bad-setting)',
    ],
    [
      'broken, with a newer file',
      present({...stopped, loaded: false, loadState: 'bad-setting', needDaemonReload: true}),
      {active: true},
      undefined,
    ],
    [
      'unreadable',
      {status: 'unreadable', reason: 'systemd does not run'},
      {active: true},
      'systemd does not run',
    ],
  ])('%s', (_name, before, after, expected) => {
    const found = refused(before, after);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });
});

describe('a planned unit file', () => {
  const text = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
  const want = pathWant(`/etc/systemd/system/${name}`, {type: 'file', content: contentOf(text)});
  const created = {
    ref: want.ref,
    before: {status: 'absent'} as const,
    want,
    attributes: [{name: 'type', after: 'file'}],
  };
  const replaced = {...created, attributes: [{name: 'content', before: 'a', after: 'b'}]};

  it('makes the unit loaded and inactive', () => {
    const planned = kind.react?.(unitRef(name), {status: 'absent'}, created, nothingElse) ?? {
      status: 'absent',
    };
    expect(planned).toMatchObject({state: {loaded: true, active: false, enabled: false}});
    expect(refused(planned, {active: true, enabled: true})).toBeUndefined();
    expect(diff(planned as Known, {active: true, enabled: true})).toEqual(['enabled', 'active']);
  });

  const lines = (...words: readonly string[]): string => `${words.join('\n')}\n`;
  const oneshot = lines('[Service]', 'Type=oneshot', 'ExecStart=/bin/true', '[Install]', 'Alias=x.service');
  it.each([
    ['nothing that starts it', lines('[Service]', 'ExecStart=/bin/true'), {enabled: true}, /it is static/],
    ['a list that is emptied', `${text}WantedBy=\n`, {enabled: true}, /it is static/],
    ['what starts it', text, {enabled: true}, undefined],
    ['others that are enabled with it', lines('[Install]', 'Also=x.socket'), {enabled: true}, undefined],
    ['no ExecReload', text, {transition: 'reload'}, /there is nothing to reload/],
    ['a service that ends', oneshot, {active: true}, /runs once and does not stay active/],
    ['one that stays', oneshot.replace('Type', 'RemainAfterExit=yes\nType'), {active: true}, undefined],
    [
      'a line that goes on',
      text.replace('=/bin/true', '=/bin/true \\\n[Install]'),
      {enabled: true},
      undefined,
    ],
    ['comments', text.replace('WantedBy', '#WantedBy'), {enabled: true}, /it is static/],
  ] as const)('is read before systemd does: %s', (_, contents, after, refusal) => {
    const file = pathWant(want.ref.id, {type: 'file', content: contentOf(contents)});
    const planned = {...created, want: file};
    const seen = kind.react?.(unitRef(name), {status: 'absent'}, planned, nothingElse) ?? {status: 'absent'};
    const said = refused(seen, after);
    if (refusal) expect(said).toMatch(refusal);
    else expect(said).toBeUndefined();
  });

  it('without what starts it leaves an enabled unit so, until it is disabled', () => {
    const file = pathWant(want.ref.id, {
      type: 'file',
      content: contentOf('[Service]\nExecStart=/bin/true\n'),
    });
    const linked = present({...stopped, linked: true});
    const seen = kind.react?.(unitRef(name), linked, {...replaced, want: file}, nothingElse) ?? linked;
    expect([refused(seen, {enabled: true}), diff(seen as Known, {enabled: true})]).toEqual([undefined, []]);
    const off = unitWant(name, {enabled: false});
    const attributes = kind.diff(seen as Known, off, viewOf({}));
    const after = kind.predict({ref: off.ref, before: seen as Known, want: off, attributes});
    expect(refused(after, {enabled: true})).toContain('it is static');
  });

  it('without ExecReload is not reloaded where the unit runs', () => {
    const seen = kind.react?.(unitRef(name), present(running), replaced, nothingElse) ?? {status: 'absent'};
    expect(refused(seen, {transition: 'reload'})).toContain('it has no ExecReload');
    const dropIns = present({...running, dropIns: [`/etc/systemd/system/${name}.d/a.conf`]});
    const more = kind.react?.(unitRef(name), dropIns, replaced, nothingElse) ?? {status: 'absent'};
    expect(refused(more, {transition: 'reload'})).toBeUndefined();
  });

  it('that is a link to nothing, or empty, masks the unit', () => {
    const link = pathWant(want.ref.id, {type: 'link', target: '/dev/null'});
    const mask = {...created, want: link, attributes: [{name: 'type', after: 'link'}]};
    for (const before of [{status: 'absent'}, present(stopped)] as const) {
      const seen = kind.react?.(unitRef(name), before, mask, nothingElse) ?? {status: 'absent'};
      expect(refused(seen, {active: true})).toContain('is masked');
      expect(diff(seen as Known, {masked: true})).toEqual([]);
    }
    expect(kind.react?.(unitRef(name), present(running), mask, nothingElse)).toMatchObject({
      status: 'unknown',
    });
    const empty = {...created, want: pathWant(want.ref.id, {type: 'file', content: contentOf('')})};
    const seen = kind.react?.(unitRef(name), {status: 'absent'}, empty, nothingElse) ?? {status: 'absent'};
    expect(refused(seen, {active: true})).toContain('has an error (masked)');
  });

  it('that is removed, a mask too, brings back the one of a package', () => {
    const removal = {
      ...created,
      want: {...want, after: 'absent'} as const,
      attributes: [{name: 'type', before: 'file', after: null}],
    };
    const behind = {
      ...stopped,
      linked: false,
      otherFiles: [`/usr/lib/systemd/system/${name}`],
      fragmentPath: want.ref.id,
    };
    for (const before of [behind, {...behind, masked: true, loaded: false, loadState: 'masked'}]) {
      const seen = kind.react?.(unitRef(name), present(before), removal, nothingElse) ?? {status: 'absent'};
      expect(refused(seen, {active: true, enabled: true})).toBeUndefined();
      expect(diff(seen as Known, {active: true, enabled: true})).toEqual(['enabled', 'active']);
    }
    // What systemd has in memory is the mask; the links by which it is enabled outlast that.
    const masked = {
      ...behind,
      masked: true,
      loaded: false,
      loadState: 'masked',
      enabled: false,
      pinned: true,
    };
    const again = kind.react?.(unitRef(name), present({...masked, linked: true}), removal, nothingElse);
    expect(diff(again as Known, {enabled: true})).toEqual(['daemon_reload']);
    expect(diff(again as Known, {enabled: false})).toEqual(['enabled']);
    const other = {...removal, ref: {...want.ref, id: `/usr/lib/systemd/system/${name}`}};
    expect(kind.react?.(unitRef(name), present(behind), other, nothingElse)).toMatchObject({
      state: {loaded: true},
    });
  });

  it('of a template makes each of its instances', () => {
    const path = '/etc/systemd/system/web@.service';
    const template = {...created, ref: pathWant(path, {type: 'directory'}).ref};
    const made = (unit: string) => kind.react?.(unitRef(unit), {status: 'absent'}, template, nothingElse);
    expect(made('web@80.service')).toMatchObject({state: {loaded: true, active: false}});
    expect(made('web@a.b-c.service')).toMatchObject({state: {loaded: true}});
    expect(made('web.service')).toEqual({status: 'absent'});
    expect(made('web@80.socket')).toEqual({status: 'absent'});
    expect(made('other@80.service')).toEqual({status: 'absent'});
  });

  it('is read by a reload where systemd keeps the unit in memory', () => {
    expect(kind.react?.(unitRef(name), present(running), replaced, nothingElse)).toMatchObject({
      state: {needDaemonReload: true},
    });
    expect(kind.react?.(unitRef(name), present(stopped), replaced, nothingElse)).toMatchObject({
      state: {needDaemonReload: false},
    });
  });

  it("is nothing to a unit when only its mode changes, or when it is another unit's", () => {
    const chmod = {...created, attributes: [{name: 'mode', before: '0600', after: '0644'}]};
    expect(kind.react?.(unitRef(name), present(running), chmod, nothingElse)).toEqual(present(running));
    expect(kind.react?.(unitRef('other.service'), present(running), replaced, nothingElse)).toEqual(
      present(running),
    );
  });

  it('that is removed takes the unit away', () => {
    const removal = {
      ...created,
      want: {...want, after: 'absent'} as const,
      attributes: [{name: 'type', before: 'file', after: null}],
    };
    expect(kind.react?.(unitRef(name), present(stopped), removal, nothingElse)).toEqual({status: 'absent'});
    const left = kind.react?.(unitRef(name), present({...stopped, linked: true}), removal, nothingElse);
    expect(left).toMatchObject({state: {loaded: false, active: false, enabled: false}});
    expect(refused(left ?? {status: 'absent'}, {active: true})).toContain('is not known to systemd');
    expect(kind.react?.(unitRef(name), left ?? {status: 'absent'}, created, nothingElse)).toMatchObject({
      state: {loaded: true, enabled: true},
    });
    expect(kind.react?.(unitRef(name), present(running), removal, nothingElse)).toMatchObject({
      state: {loaded: false, active: true},
    });
  });
});

describe('another name of a unit', () => {
  it.each<[object, UnitDesired, string | undefined]>([
    [{}, {enabled: true}, 'a unit is enabled by its own name only'],
    [{enabled: true}, {enabled: true}, undefined],
    [{enabled: true}, {enabled: false}, 'a unit is disabled by its own name only'],
    [{}, {masked: true}, 'a unit is masked by its own name only'],
    [{}, {active: true}, undefined],
  ])('%j wanted as %j', (state, after, expected) => {
    const alias = present({...stopped, enabled: false, realName: 'openbao.service', ...state});
    if (expected === undefined) expect(refused(alias, after)).toBeUndefined();
    else expect(refused(alias, after)).toContain(`another name of openbao.service, and ${expected}`);
  });

  it('is started, and enabled, with it', () => {
    const want = unitWant('openbao.service', {active: true, enabled: true});
    const attributes = ['active', 'enabled'].map((one) => ({name: one, before: false, after: true}));
    const change = {ref: want.ref, before: present({...stopped, enabled: false}), want, attributes};
    const alias = present({...stopped, enabled: false, names: [name, 'openbao.service']});
    const seen = kind.react?.(unitRef(name), alias, change, nothingElse) ?? alias;
    expect(diff(seen as Known, {active: true, enabled: true})).toEqual([]);
  });
});

describe('an instance', () => {
  const refusal = (fragmentPath: string): string | undefined =>
    kind.refuse(
      unitWant('tty@1.service', {masked: true}),
      viewOf({'unit:tty@1.service': present({...stopped, fragmentPath})}),
    )?.refused;

  it('is masked where its template is in /etc, and not where a file of its own is', () => {
    expect(refusal('/etc/systemd/system/tty@.service')).toBeUndefined();
    expect(refusal('/etc/systemd/system/tty@1.service')).toContain('cannot be masked');
  });
});

describe('a file that is planned to change after a planned start', () => {
  it('needs a reload: what runs is kept in memory', () => {
    const want = unitWant(name, {active: true});
    const attributes = [{name: 'active', before: false, after: true}];
    const started = kind.predict({ref: want.ref, before: present(stopped), want, attributes});
    const written = pathWant(`/etc/systemd/system/${name}`, {type: 'file', content: contentOf('x')});
    const content = {name: 'content', before: 'a', after: 'b'};
    const change = {ref: written.ref, before: present({type: 'file'}), want: written, attributes: [content]};
    expect(kind.react?.(want.ref, started, change, nothingElse)).toMatchObject({
      state: {needDaemonReload: true},
    });
  });
});

describe('the program that a unit runs', () => {
  const shown = {LoadState: 'loaded', ActiveState: 'inactive', FragmentPath: '/lib/x', DropInPaths: '/etc/y'};
  const lines = (...texts: readonly string[]): readonly string[] =>
    texts.map((text, index) => `${index === 0 ? '/lib/x' : '/etc/y'}:${text}`);
  const said = (installs: readonly string[], after: UnitDesired = {active: true}) =>
    refused(show(shown, [], installs), after);

  it('must be there before the unit is started or restarted', () => {
    const message = `unit ${name} cannot be started: its program /opt/a is not there`;
    expect(said(lines('ExecStart=/opt/a'))).toBe(message);
    expect(said(lines(' ExecStart = !/opt/a'), {transition: 'restart'})).toBe(message);
    expect(said(lines('ExecStart=/opt/a'), {enabled: true})).toBeUndefined();
    expect(said(lines('ExecStart=/opt/a'), {active: false})).toBeUndefined();
  });

  it('is that of a drop-in, where that begins anew', () => {
    expect(said(lines('ExecStart=/opt/a', 'ExecStart=', 'ExecStart=/bin/true'))).toBeUndefined();
    expect(said(lines('ExecStart=/bin/true', 'ExecStart=', 'ExecStart=/opt/b'))).toContain('/opt/b');
  });

  it('is not looked for where it was seen to be ready', () => {
    const ready = lines('ExecStart=/opt/a');
    expect(said([...ready, '/lib/x:Ready=/opt/a'])).toBeUndefined();
    expect(said([...ready, '/lib/x:Ready=/opt/b'])).toContain('/opt/a is not there');
  });

  it.each([
    ['its failure is none', ['ExecStart=-/opt/a']],
    ['nobody has looked for it', ['ExecStart=sleep']],
    ['systemd puts words into it', ['ExecStart=/opt/%i']],
    ['something is run before', ['ExecStartPre=/bin/true', 'ExecStart=/opt/a']],
    ['it is in a tree of its own', ['RootDirectory=/srv', 'ExecStart=/opt/a']],
  ])('is not missed where %s', (_, files) => {
    expect(said(lines(...files))).toBeUndefined();
  });

  it('is not missed where what is started with the unit may bring it', () => {
    const seen = show({...shown, Wants: 'fetch.service'}, [], lines('ExecStart=/opt/a'));
    expect(refused(seen, {active: true})).toBeUndefined();
  });
});
