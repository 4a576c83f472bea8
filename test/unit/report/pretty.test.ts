import {describe, expect, it} from 'vitest';
import type {Event} from '../../../src/engine/events.ts';
import {prettyReporter} from '../../../src/report/index.ts';
import {displayWidth} from '../../../src/report/width.ts';
import {pretty} from './captured.ts';
import {
  at,
  checkOfOneLine,
  eachHost,
  eventfulRun,
  fleet,
  label,
  result,
  runStart,
  summary,
  unchangedRun,
} from './streams.ts';

const task = label('own the data directory', 30);
const mode = {
  ref: 'path:/var/lib/vault',
  attributes: [{name: 'mode', before: '0750', after: '0700'}],
} as const;

describe('a run that changes nothing', () => {
  it('fits with its summary on one small terminal and says so in its last line', () => {
    const {lines} = pretty(unchangedRun(), {columns: 80});
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toBe('5 hosts, 0 changed, 0.9 s, 3 round trips a host');
    expect(lines.filter((line) => line.startsWith('ok'))).toEqual([]);
  });

  it.each([
    ['nothing', {ok: 3, roundTrips: 1}, false],
    ['a change', {changed: 1}, true],
    ['a task that failed on its way', {failed: 1}, true],
    ['a host that was lost', {ok: 1, unreachable: 1, roundTrips: 2}, true],
  ])('offers to take back what may have changed something: %s', (_what, counts, offered) => {
    const end = {...summary(300, {wallpi: counts}), run: '20261126-100000-abcd'} as ReturnType<
      typeof summary
    >;
    expect(
      pretty([...runStart('run', ['wallpi']), end])
        .lines.join()
        .includes('vprov undo'),
    ).toBe(offered);
  });

  it.each([
    [{lasting: ['a (command)']}, 'to take it back: vprov undo R (but not a (command))'],
    [{lasting: ['a', 'b', 'c', 'd', 'e']}, 'to take it back: vprov undo R (but not a, b, c and 2 more)'],
    [
      {lasting: ['a (vault_policy)'], undoable: false},
      'vprov undo takes nothing of it back: a (vault_policy)',
    ],
  ] as const)('says what is not taken back: %j', (left, words) => {
    const end = {...summary(300, {wallpi: {changed: 1}}), run: 'R', ...left} as ReturnType<typeof summary>;
    expect(pretty([...runStart('run', ['wallpi']), end]).lines.at(-1)).toBe(`run R; ${words}`);
  });

  it('offers nothing to take back where nothing was changed, though something failed', () => {
    const end = {...summary(300, {wallpi: {failed: 1}}), run: 'R', undoable: false} as ReturnType<
      typeof summary
    >;
    expect(pretty([...runStart('run', ['wallpi']), end]).lines.join()).not.toContain('undo');
  });

  it('lists every unchanged task once with -v', () => {
    const {lines} = pretty(unchangedRun(), {verbosity: 1});
    expect(lines.filter((line) => line.startsWith('ok '))).toHaveLength(24);
    expect(lines).toContain('ok       task 7 · all 5 hosts');
  });
});

describe('changes', () => {
  it('are one line for all hosts with the same result, with the attributes that change', () => {
    const events = [
      ...runStart(),
      ...fleet.map((host) =>
        result(
          200,
          host,
          task,
          host === 'sense' ? 'ok' : 'changed',
          host === 'sense' ? {} : {changes: [mode]},
        ),
      ),
      summary(300, eachHost({})),
    ];
    expect(pretty(events, {columns: 120}).lines).toContain(
      'changed  own the data directory: /var/lib/vault mode 0750 → 0700 · wallpi frontpi deskpi atticpi',
    );
  });

  it('go below their task when they do not fit beside it', () => {
    const events = [
      ...runStart('run', ['wallpi']),
      result(1, 'wallpi', task, 'changed', {changes: [mode, mode]}),
    ];
    expect(pretty(events).lines.slice(1)).toEqual([
      'changed  own the data directory · wallpi',
      '         /var/lib/vault mode 0750 → 0700',
      '         /var/lib/vault mode 0750 → 0700',
    ]);
  });

  it('wait for the slowest host, in the order of the tasks', () => {
    const [first, second] = [label('first', 1), label('second', 2)];
    const hosts = ['wallpi', 'deskpi'];
    const fast = [result(200, 'wallpi', first, 'changed'), result(300, 'wallpi', second, 'changed')];
    const slow = [result(5_000, 'deskpi', first, 'changed'), result(6_000, 'deskpi', second, 'changed')];
    const start = runStart('run', hosts);
    const shown = (events: readonly Event[]): readonly string[] =>
      pretty([...start, ...events]).lines.filter((line) => line.startsWith('changed'));
    expect(shown([...fast, ...slow])).toEqual([
      'changed  first · wallpi deskpi',
      'changed  second · wallpi deskpi',
    ]);
  });

  it('are not held back from people for more than ten seconds', () => {
    const hosts = ['wallpi', 'deskpi'];
    const early = [...runStart('run', hosts), result(200, 'wallpi', task, 'changed')];
    const later = at(11_000, {type: 'note', message: 'the marker'});
    const lines = pretty([...early, later, result(12_000, 'deskpi', task, 'changed')]).lines;
    expect(lines.slice(1)).toEqual([
      'note     the marker',
      'changed  own the data directory · wallpi',
      'changed  own the data directory · deskpi',
    ]);
  });

  it('do not wait for a host that failed or cannot be reached', () => {
    const hosts = ['wallpi', 'deskpi', 'atticpi'];
    const second = label('second', 40);
    const lines = pretty([
      ...runStart('run', hosts),
      at(150, {type: 'host', host: 'atticpi', status: 'unreachable', reason: 'no route to host'}),
      result(200, 'deskpi', task, 'failed', {message: 'no space left'}),
      result(300, 'wallpi', second, 'changed'),
      at(400, {type: 'note', message: 'the marker'}),
    ]).lines;
    expect(lines.indexOf('changed  second · wallpi')).toBeLessThan(lines.indexOf('note     the marker'));
  });

  it('of a loop are told item by item', () => {
    const events = [
      ...runStart('run', ['wallpi']),
      result(1, 'wallpi', task, 'changed', {item: 'logs'}),
      result(2, 'wallpi', task, 'changed', {item: 'data'}),
    ];
    expect(pretty(events).lines.slice(1)).toEqual([
      'changed  own the data directory (logs) · wallpi',
      'changed  own the data directory (data) · wallpi',
    ]);
  });

  it('never show a digest: it tells people nothing, and it differs from host to host', () => {
    const change = (letter: string) =>
      ({
        ref: 'path:/a',
        attributes: [{name: 'sha256', before: '0'.repeat(64), after: letter.repeat(64)}],
      }) as const;
    const events = [
      ...runStart('run', ['wallpi', 'deskpi']),
      result(1, 'wallpi', task, 'changed', {changes: [change('a')]}),
      result(2, 'deskpi', task, 'changed', {changes: [change('b')]}),
    ];
    expect(pretty(events).lines.at(-1)).toBe(
      'changed  own the data directory: /a content changed · wallpi deskpi',
    );
  });
});

describe('failures', () => {
  const failure = {message: 'vault.service is failed, not active', hint: 'look at its log'};

  it('are shown at once, with what, why, where, which host and what to do', () => {
    const lines = pretty([
      ...runStart(),
      result(200, 'deskpi', task, 'failed', failure),
      at(201, {type: 'note', message: 'the marker'}),
    ]).lines;
    expect(lines.slice(1)).toEqual([
      'failed   own the data directory · deskpi',
      '         roles/vault/tasks/main.yml:30:3',
      '         vault.service is failed, not active',
      '         hint: look at its log',
      'note     the marker',
    ]);
  });

  it('of several hosts for one reason are told in full once', () => {
    const lines = pretty([
      ...runStart(),
      result(200, 'deskpi', task, 'failed', failure),
      result(201, 'wallpi', task, 'failed', failure),
    ]).lines;
    expect(lines.at(-1)).toBe('failed   own the data directory · wallpi: as on deskpi');
  });

  it('name the host that cannot be reached once, not for every task', () => {
    const lines = pretty([
      ...runStart(),
      at(150, {type: 'host', host: 'atticpi', status: 'unreachable', reason: 'no route', hint: 'is it on?'}),
      result(151, 'atticpi', task, 'unreachable', {message: 'no route'}),
    ]).lines;
    expect(lines.slice(1)).toEqual(['unreachable  atticpi: no route', '         hint: is it on?']);
  });

  it('turn the terminal commands in a host’s words into visible characters', () => {
    const {text} = pretty([
      ...runStart(),
      result(200, 'deskpi', task, 'failed', {message: 'bad\u001b]0;owned\u0007\u001b[2Jend\u202e'}),
    ]);
    expect(text).toContain('bad␛]0;owned␇␛[2Jend\\u202e');
  });
});

describe('check mode', () => {
  it('shows the line that would change, names the handler and what is known only later', () => {
    const {text} = pretty(checkOfOneLine(), {mode: 'check', diff: true});
    expect(text).toContain('would change  write vault.hcl · wallpi\n');
    expect(text).toContain('\n    -log_level = "info"\n    +log_level = "debug"\n');
    expect(text).toContain('notifies reload vault');
    expect(text).toContain('would change  handler reload vault: would run on wallpi\n');
    expect(text).toMatch(/^unknown +ask the API/m);
    expect(text).toMatch(/^would run +wait for the port/m);
    expect(text).toContain('known after the run: depends on changes not yet made');
    expect(text).toContain('1 host, 2 would change, 1 unknown, 0.6 s');
  });

  it('says once that something is known after the run', () => {
    const message = 'may run: whether doubtful notifies it is known after the run';
    const event = result(200, 'wallpi', label('restart vault', 3, {handler: true}), 'unknown', {message});
    const {text} = pretty([...runStart('check', ['wallpi']), event], {mode: 'check'});
    expect(text).toContain('may run: whether doubtful notifies it');
    expect(text.match(/known after the run/g)).toHaveLength(1);
  });

  it('shows no diff that was not asked for', () => {
    expect(pretty(checkOfOneLine(), {mode: 'check'}).text).not.toContain('log_level = "debug"');
  });
});

describe('what wants attention', () => {
  const sealed = 'it is sealed, and serves nothing.\nThe next step: bao operator unseal';

  it('is told at the end, once for all hosts of which it is true', () => {
    const {lines} = pretty([
      ...runStart(),
      ...['wallpi', 'frontpi'].map((host) => result(200, host, task, 'ok', {attention: sealed})),
      result(201, 'sense', task, 'changed'),
      result(202, 'deskpi', task, 'ok', {attention: 'it is slow'}),
      summary(300, {wallpi: {ok: 1, attention: 1}}, 3),
    ]);
    const first = lines.findIndex((line) => line.startsWith('attention'));
    expect(lines.slice(first, first + 3)).toEqual([
      'attention  wallpi frontpi: it is sealed, and serves nothing.',
      '         The next step: bao operator unseal',
      'attention  deskpi: it is slow',
    ]);
    expect(first).toBeGreaterThan(lines.findIndex((line) => line.startsWith('changed')));
    expect(lines.at(-1)).toContain('something wants attention (exit code 3)');
  });
});

describe('what one is reminded of', () => {
  it('is told at the end, and is no fault', () => {
    const {lines} = pretty([
      ...runStart(),
      ...['wallpi', 'frontpi'].map((host) => result(200, host, task, 'ok', {reminder: 'no TLS'})),
      result(201, 'sense', task, 'changed'),
      summary(300, {wallpi: {ok: 1}}, 0),
    ]);
    const at = lines.findIndex((line) => line.startsWith('note'));
    expect(lines[at]).toBe('note     wallpi frontpi: no TLS');
    expect(at).toBeGreaterThan(lines.findIndex((line) => line.startsWith('changed')));
    expect(lines.at(-1)).not.toContain('exit code');
  });
});

describe('a handler', () => {
  const handler = label('restart vault', 3, {handler: true, module: 'systemd'});
  const restart = (before: string): Partial<Parameters<typeof result>[4]> => ({
    changes: [{ref: 'unit:vault.service', attributes: [{name: 'invocation', before, after: 'new'}]}],
  });

  it('that restarts a unit is one line for all hosts, without the ids of what ran before', () => {
    const hosts = ['wallpi', 'sense'];
    const events = [
      ...runStart('run', hosts),
      result(200, 'wallpi', handler, 'changed', restart('0a1b')),
      result(210, 'sense', handler, 'changed', restart('2c3d')),
      summary(300, {wallpi: {changed: 1}, sense: {changed: 1}}),
    ];
    const {lines} = pretty(events, {columns: 100});
    expect(lines).toContain(
      'changed  handler restart vault: ran on wallpi sense (unit vault.service restarted)',
    );
  });

  it('that failed is called one', () => {
    const {text} = pretty([...runStart(), result(200, 'wallpi', handler, 'failed', {message: 'no'})]);
    expect(text).toContain('failed   handler restart vault · wallpi\n');
  });
});

describe('an eventful run', () => {
  it('says that a handler ran, and what is owed at the end', () => {
    const {lines} = pretty(eventfulRun());
    expect(lines).toContain('changed  handler restart vault: ran on wallpi frontpi');
    const owed = lines.findIndex((line) =>
      line.startsWith('owed     restart vault · sense: a restart would seal it'),
    );
    expect(owed).toBeGreaterThan(lines.findIndex((line) => line.includes('handler restart vault: ran')));
    expect(lines.at(-1)).toContain('2 failed, 1 owed, 1 unreachable');
    expect(lines.at(-1)).toContain('exit code 6');
  });

  it.each([40, 60, 80, 132])(
    'is never wider than a terminal of %i columns, but for diffs and long words',
    (columns) => {
      const {lines} = pretty(eventfulRun(), {columns});
      const tooWide = lines.filter((line) => displayWidth(line) > columns);
      expect(tooWide).toEqual([]);
    },
  );

  it('keeps long lines of a diff whole', () => {
    const {text} = pretty(eventfulRun(), {columns: 40, diff: true});
    expect(text).toContain('# a rather long line that a narrow terminal has to wrap by itself\n');
  });

  it('writes no terminal commands where there is no terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
    expect(pretty(eventfulRun()).text).not.toMatch(/[\u001b\r]/);
  });

  it('colours where it may', () => {
    expect(pretty(eventfulRun(), {colour: true}).text).toContain('\u001b[33mchanged  \u001b[39m');
  });
});

describe('the live line', () => {
  it('shows who works at what, and for how long', () => {
    const waiting = {type: 'progress', host: 'wallpi', task, message: 'waiting for port 8200'} as const;
    const {text} = pretty([...runStart(), at(1_000, waiting), at(13_000, waiting)], {columns: 80});
    expect(text).toContain('\r\u001b[2K1/5 hosts at work · wallpi: waiting for port 8200 (12 s)');
  });

  it.each([
    [80, 'wallpi: uploading …21.1/vault.part 20 % of 100 MiB, 10.0 MiB/s, 8 s left'],
    [40, 'wallpi: uploading ….part 20 % of 100 M…'],
  ])('cuts the middle of a long path, not the figures, in %i columns', (columns, line) => {
    const upload = {
      type: 'progress',
      host: 'wallpi',
      task,
      message: 'uploading /usr/local/lib/vault/1.21.1/vault.part',
      totalBytes: 104_857_600,
    } as const;
    const {text} = pretty(
      [...runStart(), at(1_000, {...upload, sentBytes: 0}), at(3_000, {...upload, sentBytes: 20_971_520})],
      {columns},
    );
    expect(text).toContain(line);
  });

  it('shows rate and share of an upload', () => {
    const upload = {
      type: 'progress',
      host: 'wallpi',
      task,
      message: 'upload bao',
      totalBytes: 104_857_600,
    } as const;
    const {text} = pretty(
      [...runStart(), at(1_000, {...upload, sentBytes: 0}), at(3_000, {...upload, sentBytes: 20_971_520})],
      {columns: 80},
    );
    expect(text).toContain('wallpi: upload bao 20 % of 100 MiB, 10.0 MiB/s');
  });

  it('is not written over an open question, and comes back after it', () => {
    let [text, asking] = ['', false];
    const take = (): string => {
      const taken = text;
      text = '';
      return taken;
    };
    const write = (part: string): void => {
      text += part;
    };
    const output = {write, columns: 80, isTTY: true};
    const reporter = prettyReporter(output, {
      colour: false,
      cwd: '/',
      readLine: () => undefined,
      verbosity: 0,
      diff: false,
      mode: 'run',
      isAsking: () => asking,
    });
    for (const event of runStart()) reporter.event(event);
    const started = at(1_000, {type: 'task-start', host: 'wallpi', task});
    reporter.event(started);
    take();
    asking = true;
    for (const elapsedMs of [1_000, 2_000, 3_000]) reporter.tick(started.time + elapsedMs);
    reporter.event(at(4_500, {type: 'note', message: 'another host is there'}));
    expect(take()).toBe('');
    asking = false;
    reporter.tick(started.time + 4_000);
    expect(take().split('\n')).toEqual([
      'note     another host is there',
      '\r\u001b[2K1/5 hosts at work · wallpi: own the data directory (4 s)',
    ]);
    asking = true;
    reporter.event(at(6_000, {type: 'note', message: 'the run ends'}));
    reporter.end();
    expect(take()).toContain('the run ends\n');
  });

  it('is gone at the end', () => {
    const {text} = pretty([...runStart(), at(1_000, {type: 'task-start', host: 'wallpi', task})], {
      columns: 80,
    });
    expect(text.endsWith('\r\u001b[2K')).toBe(true);
  });
});

describe('mistakes in the files', () => {
  const diagnostic = {
    code: 'playbook.unknown-key',
    severity: 'error',
    message: "unknown key 'notifiy'",
    source: {file: '/home/pi/fleet/roles/vault/tasks/main.yml', line: 12, column: 5, length: 7},
  } as const;

  it('end in a count and the word that nothing was contacted', () => {
    const {lines} = pretty([
      at(0, {type: 'diagnostic', diagnostic}),
      at(1, {type: 'diagnostic', diagnostic}),
      summary(2, {}, 1),
    ]);
    expect(lines.at(-1)).toBe('2 errors; no host was contacted');
  });

  it('are not denied when nobody looked to the end', () => {
    expect(pretty([summary(2, {}, 130)], {mode: 'validate'}).lines).toEqual([
      'interrupted (exit code 130); no host was contacted',
    ]);
  });

  it('are denied only when there are none', () => {
    expect(pretty([summary(2, {})], {mode: 'validate'}).lines).toEqual([
      'no mistakes found; no host was contacted',
    ]);
  });
});
