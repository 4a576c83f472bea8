import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {
  type AnyKind,
  type Attribute,
  type Change,
  contentOf,
  isRefusal,
  type Known,
  kinds,
  type Observed,
  pathWant,
  type StandingAt,
  type UnitDesired,
  unitRef,
  unitWant,
} from '../../src/resources/index.ts';
import {sh} from '../../src/shell/index.ts';
import {apply, breaches, plan, probe, reach, run, type Shell} from '../loopback/resources-shell.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {containerName, layout} from './layout.ts';

const name = 'vprov-test.service';
const file = `/etc/systemd/system/${name}`;
/** Where a package has its units. */
const vendorFile = `/usr/lib/systemd/system/${name}`;
const kind = unitKind();
let fleet: Fleet;

function unitKind(): AnyKind {
  const found = kinds.get('unit');
  if (!found) throw new Error('no kind unit');
  return found;
}

beforeAll(async () => {
  fleet = await ensureFleet();
});

afterEach(async () => {
  for (const host of ['wallpi', 'deskpi'])
    await fleet.exec(
      host,
      `systemctl unmask ${name}; systemctl disable --now ${name}; rm -rf ${file} ${file}.d ${vendorFile}; systemctl daemon-reload; systemctl reset-failed ${name}`,
    );
});

/** A root shell on a host, beside vprov's own way there. */
function shellOn(host: string): Shell {
  const container = containerName(layout(), host);
  return {
    name: host,
    command: ['docker', 'exec', '-i', container, '/bin/sh', '-s'],
    path: process.env.PATH ?? '',
  };
}

const install = '[Install]\nWantedBy=multi-user.target\n';
const lasting = `[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/true\n${install}`;

function writeUnit(shell: Shell, text: string, path = file): void {
  reach(shell, pathWant(path, {type: 'file', content: contentOf(text)}));
}

function expectReached(shell: Shell, after: UnitDesired, attributes: readonly string[]): void {
  const {change, breaches: found} = breaches(shell, unitWant(name, after));
  expect(found, JSON.stringify(after)).toEqual([]);
  expect(change && !isRefusal(change) ? change.attributes.map((one) => one.name) : change).toEqual(
    attributes,
  );
}

function failureOf(shell: Shell, after: UnitDesired): string {
  const change = plan(shell, unitWant(name, after));
  if (change === undefined) return 'nothing to do';
  return isRefusal(change) ? change.refused : (apply(shell, change) ?? 'no failure');
}

// wallpi has systemd 252, deskpi 257.
describe.each(['wallpi', 'deskpi'])('units on %s', (host) => {
  const shell = shellOn(host);

  it('are enabled, started, restarted, reloaded, stopped, and masked only without a file of their own', () => {
    expect(failureOf(shell, {active: true})).toContain('is not known to systemd');
    expect(failureOf(shell, {active: false, enabled: false})).toBe('nothing to do');
    writeUnit(shell, lasting);
    expectReached(shell, {active: true, enabled: true}, ['enabled', 'active']);
    expect(failureOf(shell, {active: true, enabled: true})).toBe('nothing to do');
    expectReached(shell, {transition: 'restart'}, ['invocation']);
    expectReached(shell, {transition: 'reload'}, ['reload']);
    expectReached(shell, {transition: 'restart', onlyIf: 'true'}, ['invocation']);
    expect(failureOf(shell, {transition: 'restart', onlyIf: 'echo it serves >&2; false'})).toContain(
      `${name} was left as it is, as only_if does not hold: it serves`,
    );
    expectReached(shell, {transition: 'reload', verify: 'journalctl --since="$since" >/dev/null'}, [
      'reload',
    ]);
    expect(failureOf(shell, {transition: 'reload', verify: 'echo not taken; false'})).toContain(
      `${name} had its reload, but verify does not hold: not taken`,
    );
    expect(failureOf(shell, {active: true, enabled: true})).toBe('nothing to do');
    expectReached(shell, {transition: 'restart', onlyRunning: true}, ['invocation']);
    expect(failureOf(shell, {masked: true})).toContain('cannot be masked');
    expectReached(shell, {active: false, enabled: false}, ['enabled', 'active']);
    expect(failureOf(shell, {transition: 'restart', onlyRunning: true})).toBe('nothing to do');
    expect(failureOf(shell, {transition: 'reload'})).toContain('there is nothing to reload');
    reach(shell, pathWant(file, 'absent'));
    expectReached(shell, {masked: true}, ['masked']);
    expect(failureOf(shell, {active: true})).toBe(`unit ${name} is masked`);
    expectReached(shell, {masked: false}, ['masked']);
  });

  it('that are instances are masked beside their template in /etc, and unmasked', () => {
    const [template, instance] = ['vprov-test@.service', 'vprov-test@1.service'];
    const folder = '/etc/systemd/system';
    try {
      writeUnit(shell, lasting, `${folder}/${template}`);
      const reached = (after: UnitDesired): unknown => breaches(shell, unitWant(instance, after)).breaches;
      expect(reached({active: true})).toEqual([]);
      expect(reached({active: false})).toEqual([]);
      expect(reached({masked: true})).toEqual([]);
      expect(plan(shell, unitWant(instance, {active: true}))).toMatchObject({
        refused: `unit ${instance} is masked`,
      });
      expect(reached({masked: false, active: true})).toEqual([]);
    } finally {
      run(
        shell,
        sh`systemctl disable --now ${instance}; rm -f ${`${folder}/${instance}`} ${`${folder}/${template}`}; systemctl daemon-reload`,
      );
    }
  });

  it.each<[string, string, UnitDesired, string]>([
    [
      'a start that fails at once',
      '[Service]\nType=exec\nUser=nobody-here\nExecStart=/bin/true\n',
      {active: true},
      'failed',
    ],
    [
      'a program that is not there',
      '[Service]\nType=exec\nExecStart=/nowhere\n',
      {active: true},
      'its program /nowhere is not there',
    ],
    [
      'an end within the settle time',
      '[Service]\nExecStart=/bin/sh -c "sleep 1; exit 3"\n',
      {active: true},
      'it is failed',
    ],
    [
      'a restart by systemd within the settle time',
      '[Service]\nExecStart=/bin/sh -c "sleep 0.7"\nRestart=always\nRestartSec=0\n',
      {active: true},
      'systemd started it again',
    ],
    [
      'a condition that is not met',
      '[Unit]\nConditionFileNotEmpty=/nowhere\n[Service]\nExecStart=/bin/sleep 1000\n',
      {active: true},
      'a condition in its file is not met',
    ],
    [
      'no [Install] section',
      '[Service]\nExecStart=/bin/sleep 1000\n',
      {enabled: true},
      'cannot be enabled: it is static',
    ],
    ['a broken file', '[Service]\n', {active: true}, 'has an error (bad-setting)'],
    [
      'a oneshot that cannot stay',
      '[Service]\nType=oneshot\nExecStart=/bin/true\n',
      {active: true},
      "no state 'started'",
    ],
    [
      'no ExecReload',
      '[Service]\nExecStart=/bin/sleep 1000\n',
      {active: true, transition: 'reload'},
      'there is nothing to reload',
    ],
  ])('%s is an error that says so', (_name, text, after, expected) => {
    writeUnit(shell, text);
    expect(failureOf(shell, after)).toContain(expected);
  });

  it('have last words, which explain a failure', () => {
    writeUnit(shell, '[Service]\nExecStart=/bin/sh -c "echo no such volume >&2; exit 3"\n');
    const change = planned(shell, {active: true});
    expect(apply(shell, change)).toMatch(/did not last|is failed/);
    const words = kind.explain?.(change, 60_000);
    expect(words && run(shell, words).stdout.toString()).toContain('no such volume');
  });

  it.each([
    [
      'notify',
      '[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c "systemd-notify --ready; exec sleep 1000"\n',
    ],
    ['oneshot', '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n'],
  ])('of type %s say themselves that they are ready: nobody waits longer', (_type, text) => {
    writeUnit(shell, text);
    const change = planned(shell, {active: true});
    const started = performance.now();
    expect(apply(shell, change)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_900);
    expect(plan(shell, unitWant(name, {active: true}))).toBeUndefined();
  });

  it('run once by a restart each time', () => {
    writeUnit(shell, '[Service]\nType=oneshot\nExecStart=/bin/true\n');
    expectReached(shell, {transition: 'restart'}, ['invocation']);
    expectReached(shell, {transition: 'restart'}, ['invocation']);
  });

  it('are started again after a start limit was hit, once the cause is gone', () => {
    writeUnit(
      shell,
      '[Unit]\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n[Service]\nExecStart=/bin/false\n',
    );
    expect(failureOf(shell, {active: true})).toMatch(/did not last|is failed/);
    writeUnit(shell, `[Unit]\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n${lasting}`);
    expectReached(shell, {active: true}, ['active']);
  });

  it('are masked although systemd has yet to read a drop-in, which it never does of a masked one', () => {
    writeUnit(shell, lasting, vendorFile);
    reach(shell, unitWant(name, {active: true}));
    run(shell, sh`mkdir ${file}.d`);
    writeUnit(shell, '[Service]\nNice=5\n', `${file}.d/more.conf`);
    expectReached(shell, {masked: true}, ['masked']);
    expect(failureOf(shell, {masked: true})).toBe('nothing to do');
    expectReached(shell, {masked: false}, ['masked']);
    expectReached(shell, {masked: true, active: false}, ['masked', 'active']);
    expect(failureOf(shell, {masked: true, active: false})).toBe('nothing to do');
  });

  it('that are masked or enabled until the next boot are no longer', () => {
    writeUnit(shell, lasting, vendorFile);
    run(shell, sh`systemctl mask --runtime ${name}`);
    expectReached(shell, {masked: false, active: true}, ['masked', 'active']);
    run(shell, sh`systemctl enable --runtime ${name}`);
    expectReached(shell, {enabled: false}, ['enabled']);
    expect(failureOf(shell, {masked: false, enabled: false, active: true})).toBe('nothing to do');
  });

  it('whose file is elsewhere stay known when they are disabled', () => {
    const elsewhere = `/srv/${name}`;
    writeUnit(shell, lasting, elsewhere);
    run(shell, sh`systemctl link ${elsewhere}`);
    expectReached(shell, {enabled: true, active: true}, ['enabled', 'active']);
    expectReached(shell, {enabled: false}, ['enabled']);
    expectReached(shell, {enabled: true}, ['enabled']);
    expectReached(shell, {enabled: false, active: false}, ['enabled', 'active']);
    expect(failureOf(shell, {enabled: false, active: false})).toBe('nothing to do');
    run(shell, sh`rm ${elsewhere}`);
  });

  it('of which nothing is left but that they failed are stopped', () => {
    writeUnit(shell, '[Service]\nExecStart=/bin/false\n');
    expect(failureOf(shell, {active: true})).toMatch(/did not last|is failed/);
    reach(shell, pathWant(file, 'absent'));
    expect(failureOf(shell, {active: false})).toBe('nothing to do');
  });

  it('that were enabled when their file went are so again when it comes back', () => {
    writeUnit(shell, lasting);
    reach(shell, unitWant(name, {active: true, enabled: true}));
    reach(shell, pathWant(file, 'absent'));
    expect(predictedAndSeen(shell, file, lasting, {active: true, enabled: true})).toEqual([
      ['daemon_reload'],
      ['daemon_reload'],
    ]);
    reach(shell, unitWant(name, {active: false}));
    reach(shell, pathWant(file, 'absent'));
    run(shell, sh`systemctl daemon-reload`);
    expect(failureOf(shell, {active: true})).toContain('is not known to systemd');
    expect(failureOf(shell, {active: false, enabled: false})).toBe('nothing to do');
    expect(predictedAndSeen(shell, file, lasting, {enabled: false})).toEqual([['enabled'], ['enabled']]);
  });

  it('whose file went while they run are refused what needs it', () => {
    writeUnit(shell, lasting);
    reach(shell, unitWant(name, {active: true}));
    reach(shell, pathWant(file, 'absent'));
    expect(failureOf(shell, {enabled: true})).toContain('is not known to systemd');
    expect(failureOf(shell, {transition: 'restart'})).toContain('is not known to systemd');
    writeUnit(shell, lasting);
    expectReached(shell, {active: true, enabled: true}, ['enabled']);
  });

  it('see a planned file as the run will then see it', () => {
    expect(predictedAndSeen(shell, file, lasting, {active: true, enabled: true})).toEqual([
      ['enabled', 'active'],
      ['enabled', 'active'],
    ]);
    expectReached(shell, {active: true, enabled: true}, ['enabled', 'active']);
    const description = (text: string) => `[Unit]\nDescription=${text}\n${lasting}`;
    expect(predictedAndSeen(shell, file, description('a'), {active: true})).toEqual([
      ['daemon_reload'],
      ['daemon_reload'],
    ]);
    expectReached(shell, {active: true}, ['daemon_reload']);
    mkdirOn(shell, `${file}.d`);
    expect(predictedAndSeen(shell, `${file}.d/10-x.conf`, '[Service]\nNice=5\n', {active: true})).toEqual([
      ['daemon_reload'],
      ['daemon_reload'],
    ]);
    expect(predictedAndSeen(shell, file, description('b'), {transition: 'restart'})).toEqual([
      ['invocation'],
      ['invocation'],
    ]);
    expectReached(shell, {transition: 'restart'}, ['invocation']);
    expectReached(shell, {active: false, enabled: false}, ['enabled', 'active']);
    expect(predictedAndSeen(shell, file, description('c'), {active: false})).toEqual([[], []]);
  });
});

function planned(shell: Shell, after: UnitDesired): Change {
  const change = plan(shell, unitWant(name, after));
  if (change === undefined || isRefusal(change)) throw new Error(`no change: ${JSON.stringify(change)}`);
  return change;
}

function mkdirOn(shell: Shell, path: string): void {
  reach(shell, pathWant(path, {type: 'directory'}));
}

/** Attributes of a want as check mode predicts them after a planned file, and as the run finds them after the real one. */
function predictedAndSeen(
  shell: Shell,
  path: string,
  text: string,
  after: UnitDesired,
): readonly (readonly string[])[] {
  const want = unitWant(name, after);
  const fileChange = plan(shell, pathWant(path, {type: 'file', content: contentOf(text)}));
  if (!fileChange || isRefusal(fileChange)) throw new Error(`no change: ${JSON.stringify(fileChange)}`);
  const known: Observed = probe(shell, [want.ref]).get(`unit:${name}`) ?? {status: 'absent'};
  const nothingElse: StandingAt = () => ({status: 'absent'});
  const view = {get: () => ({status: 'absent'}) as const};
  const names = (observed: Observed) =>
    kind.diff(observed as Known, want, view).map((one: Attribute) => one.name);
  const predicted = names(kind.react?.(unitRef(name), known, fileChange, nothingElse) ?? known);
  const failed = apply(shell, fileChange);
  if (failed !== undefined) throw new Error(failed);
  return [predicted, names(probe(shell, [want.ref]).get(`unit:${name}`) ?? {status: 'absent'})];
}
