import {describe, expect, it} from 'vitest';
import {type Diagnostic, errorDiagnostic} from '../../../src/errors/index.ts';
import {formatDiagnostic} from '../../../src/report/index.ts';
import {displayWidth} from '../../../src/report/width.ts';

const file = '/home/pi/fleet/roles/vault/tasks/main.yml';
const defaults = '/home/pi/fleet/roles/vault/defaults/main.yml';
const unknownKey: Diagnostic = {
  code: 'playbook.unknown-key',
  severity: 'error',
  message: "unknown key 'notifiy'",
  source: {file, line: 12, column: 3, length: 7},
  hint: "did you mean 'notify'?",
  related: [{message: 'the value comes from here', source: {file: defaults, line: 2, column: 13, length: 4}}],
};
const options = {colour: false, cwd: '/home/pi/fleet'};

function reader(lines: Record<string, string>) {
  return (name: string, line: number): string | undefined => lines[`${name}:${line}`];
}

function caretsOf(line: string, source: {column: number; length?: number}, columns?: number): string[] {
  const text = formatDiagnostic(
    {...unknownKey, related: [], source: {file, line: 1, ...source}},
    reader({[`${file}:1`]: line}),
    {...options, columns},
  );
  return text.split('\n').slice(2, 4);
}

describe('a diagnostic', () => {
  it('shows what, where, the line with a caret under the token, related places and the hint', () => {
    const readLine = reader({
      [`${file}:12`]: '  notifiy: restart vault',
      [`${defaults}:2`]: 'vault_port: 8200',
    });
    expect(formatDiagnostic(unknownKey, readLine, options)).toBe(
      [
        "error: unknown key 'notifiy' [playbook.unknown-key]",
        '  roles/vault/tasks/main.yml:12:3',
        '    12 │   notifiy: restart vault',
        '       │   ^^^^^^^',
        '  roles/vault/defaults/main.yml:2:13: the value comes from here',
        '    2 │ vault_port: 8200',
        '      │             ^^^^',
        "  hint: did you mean 'notify'?",
      ].join('\n'),
    );
  });

  it('fits a narrow terminal, with what belongs to it', () => {
    const text = formatDiagnostic(unknownKey, () => undefined, {...options, columns: 44});
    expect(text.split('\n').filter((line) => displayWidth(line) > 44)).toEqual([]);
    expect(text).toContain('  roles/vault/defaults/main.yml:2:13: the\n    value comes from here\n');
  });

  it('stands without the line when the file cannot be read', () => {
    expect(formatDiagnostic({...unknownKey, related: []}, () => undefined, options).split('\n')).toHaveLength(
      3,
    );
  });

  it('cuts a very long line around the token also where it goes to no terminal', () => {
    const [line, carets] = caretsOf(`${'a'.repeat(20_000)}nope${'b'.repeat(20_000)}`, {
      column: 20_001,
      length: 4,
    });
    expect(displayWidth(line ?? '')).toBeLessThanOrEqual(200);
    const at = carets?.indexOf('^^^^') ?? -1;
    expect(line?.slice(at, at + 4)).toBe('nope');
  });

  it('puts the caret right after tabs and wide characters', () => {
    expect(caretsOf('\tnotifiy: x', {column: 2, length: 7})[1]).toBe('      │  ^^^^^^^');
    expect(caretsOf('名前: x', {column: 5, length: 1})[1]).toBe('      │       ^');
  });

  it('keeps a line of wide characters within the terminal', () => {
    for (const columns of [60, 80])
      for (const before of [0, 10, 30, 60]) {
        const line = `${'日本'.repeat(before)} nope ${'日本'.repeat(40)}`;
        const [shown = '', carets = ''] = caretsOf(line, {column: 2 * before + 2, length: 4}, columns);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        expect(displayWidth(shown.slice(0, shown.indexOf('nope')))).toBe(carets.indexOf('^^^^'));
      }
  });

  it('shows the part of a very long line in which the token is', () => {
    const [line = '', carets = ''] = caretsOf(`${'a '.repeat(100)}notifiy: b`, {column: 201, length: 7}, 60);
    expect(displayWidth(line)).toBeLessThanOrEqual(60);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('notifiy');
  });

  it('does not quote a plain password that stands in the line', () => {
    expect(caretsOf('vault_password: hunter2 # ', {column: 1})[0]).toBe(
      '    1 │ vault_password: ‹not shown›',
    );
    expect(caretsOf('url: "http://me:s3cr/e@t@a.test/x"', {column: 1})[0]).toBe(
      '    1 │ url: "http://‹not shown›@a.test/x"',
    );
    expect(caretsOf('- {site: https://s3cret@a.test}', {column: 1})[0]).not.toContain('s3cret');
    expect(caretsOf('- {url: "https://a.test/x?sig=s3cret&v=2"}', {column: 1})[0]).toContain(
      'https://a.test/x?sig=‹not shown›&v=2"}',
    );
    expect(caretsOf('url: https://a.test/x?sig={{ signature }}', {column: 1})[0]).toContain(
      '?sig={{ signature }}',
    );
    expect(caretsOf('url: https://a.test:80/x', {column: 1})[0]).toContain('https://a.test:80/x');
    expect(caretsOf('  token: "hvs.abcdef"', {column: 3})[0]).not.toContain('hvs');
    expect(caretsOf('  password: "{{ vault_password }}"', {column: 3})[0]).toContain('{{ vault_password }}');
  });

  it.each([
    'me: {ansible_become_pass: CANARYx1, ansible_connection: lcoal}',
    'me: {ansible_ssh_pass: CANARYx1, port: x}',
    'ansible_sudo_pass: CANARYx1',
    'me ansible_su_pass=CANARYx1 ansible_port=x',
    '"ansible_become_pass" : "CANARYx1"',
    'dbPassword: CANARYx1',
    'password: !unsafe CANARYx1',
    'password: !CANARYx1',
    'me ansible_password=#CANARYx1',
    'password: "{{ nope }}CANARYx1"',
    'user: name={{ nope }} pass={{ a }} token=CANARYx1',
  ])('does not quote what is secret by its name: %s', (line) => {
    const [shown] = caretsOf(line, {column: 1});
    expect(shown).toContain('‹not shown›');
    expect(shown).not.toContain('CANARY');
  });

  it.each([
    'bypass: yes',
    'user: name=a password={{ pw }} stat=b',
    'password: "{{ a }}", naem: x',
    'token: !age |',
  ])('quotes what is no secret: %s', (line) => {
    expect(caretsOf(line, {column: 1})[0]).toBe(`    1 │ ${line}`);
  });

  it.each([
    'become_password: |\n  CANARYx1\n  CANARYx2{{ nope }}',
    'me:\n  become_password: CANARYx1\n    CANARYx2{{ nope }}',
    'become_password: |\n  CANARYx1\n\n  foo: CANARYx2',
    'become_password: "CANARYx1\nCANARYx2',
    'become_password: "CANARYx1\nfoo: CANARYx2',
    'me: {token: "CANARYx1 token: b\n  CANARYx2"}',
    'become_password: |\n\tCANARYx2',
    'api_token:\n  - CANARYx1\n  - CANARYx2',
    'api_token:\n- CANARYx1\n- CANARYx2',
    '- api_token:\n  - CANARYx2',
    '{"api_token": [\n"CANARYx2"',
    'me: {token: CANARYx1\n  CANARYx2, b: 1}',
    'a: {token: {b: 1,\n  c: CANARYx2}}',
    '- user: name=a password="CANARYx1\n    CANARYx2"',
    '? api_token\n: CANARYx2',
    'token: # of the year\n  CANARYx2',
  ])('does not quote a line that belongs to a secret above it: %j', (text) => {
    const lines = text.split('\n');
    const readLine = (_file: string, line: number) => lines[line - 1];
    const source = {file, line: lines.length, column: 3};
    const related = [{message: 'here', source}];
    const shown = formatDiagnostic({...unknownKey, source, related}, readLine, options);
    expect(shown).toContain(`    ${lines.length} │ ‹not shown›`);
    expect(shown).not.toContain('CANARY');
  });

  it.each([
    'become_password: |\n  CANARYx1\nnotifiy: x',
    'me:\n  become_password: CANARYx1\n  notifiy: x',
    '- api_token:\n  - CANARYx1\n- notifiy: x',
    'become_password: "CANARYx1\n  CANARYx2"\nnotifiy: x',
    '- user: {name: a, password: x}\n  notifiy: x',
    'one ansible_password=CANARYx1\ntwo notifiy=x',
    'password: a\n---\n- notifiy: x',
    '# the token:\n  notifiy: x',
    '"token": "a",\n"notifiy": x',
  ])('quotes the line that comes after a secret: %j', (text) => {
    const lines = text.split('\n');
    const readLine = (_file: string, line: number) => lines[line - 1];
    const source = {file, line: lines.length, column: 1};
    expect(formatDiagnostic({...unknownKey, source, related: []}, readLine, options)).toContain(
      `    ${lines.length} │ ${lines.at(-1)}`,
    );
  });

  it('shows no password or token of an address in its words, for people and for programs', () => {
    const [user, query] = ['http://me:s3cret@a.test/x', 'https://a.test/x?sig=s3cret'];
    const made = errorDiagnostic({X1: {title: '', explanation: ''}}, 'X1', `'site' is ${user}`, {
      hint: `not ${query}`,
      related: [{message: `'site' is "${query}", from -e`}],
    });
    expect(JSON.stringify(made)).not.toContain('s3cret');
    expect(made.message).toBe("'site' is http://‹not shown›@a.test/x");
    expect(made.related?.[0]?.message).toBe(`'site' is "https://a.test/x?sig=‹not shown›", from -e`);
  });

  it('keeps a path outside the working directory readable', () => {
    const source = {file: '/etc/vprov/hosts.yml', line: 1, column: 1};
    expect(formatDiagnostic({...unknownKey, source, related: []}, () => undefined, options)).toContain(
      '  /etc/vprov/hosts.yml:1:1',
    );
  });
});
