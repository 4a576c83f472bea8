import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {composeProbe, kinds, parseProbe, type Ref, refKey} from '../../src/resources/index.ts';
import {everything, run, shells} from './resources-shell.ts';

// What holds for the probe of every kind, whatever it is asked for.

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-probes-'));
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** Names that a shell would act on. Each would leave a file behind if it were read as shell text. */
function hostileNames(): readonly string[] {
  const canary = path.join(directory, 'canary');
  return [
    'a b',
    'new\nline',
    "it's",
    'double"quote',
    `$(touch ${canary})`,
    `\`touch ${canary}\``,
    `';touch ${canary};'`,
    `a\ntouch ${canary}\n`,
    `"; touch ${canary} #`,
    '-rf',
    '--help',
    '*',
    '?',
    '[a]',
    '~root',
    '$HOME',
    'back\\slash',
    'back\\\nslash',
    'tab\tbed',
    'EOF',
    'ümlaut…\u{1f512}',
    '\ufffd\u0001',
    'x'.repeat(300),
    '',
  ];
}

const marker = 'f00dfeed';

describe.each(shells())('a probe under $name', (shell) => {
  it.each([...kinds.values()])('of the kind $kind answers for every name, and does nothing', (kind) => {
    const ids = hostileNames().map((name) => (kind.kind === 'path' ? `${directory}/${name}` : name));
    const refs: readonly Ref[] = ids.map((id) => ({kind: kind.kind, id, facets: everything}));
    const output = run(shell, composeProbe(refs, kinds, marker));
    const answers = parseProbe(output, refs, kinds, marker);
    const without = refs.filter((ref) => !answers.has(refKey(ref)));
    expect(without).toEqual([]);
    expect(existsSync(path.join(directory, 'canary'))).toBe(false);
    expect(output.stderr.toString()).not.toMatch(/yntax error|nterminated|nexpected|bad substitution/);
    for (const answer of answers.values())
      if (answer.status === 'unreadable') expect(answer.reason).not.toMatch(/unexpected answer|did not end/);
  });
});

/** Where a kind's contract is held: apply reaches, the second plan is empty, the prediction was true. */
const contracts: Readonly<Record<string, string>> = {
  path: 'test/loopback/resources-path.test.ts',
  user: 'test/loopback/resources-accounts.test.ts',
  group: 'test/loopback/resources-accounts.test.ts',
  unit: 'test/fleet/units.test.ts',
  package: 'test/loopback/packages.test.ts',
  package_lists: 'test/loopback/packages.test.ts',
  crontab: 'test/loopback/system.test.ts',
  mount: 'test/loopback/system.test.ts',
  sysctl: 'test/loopback/system.test.ts',
  versions: 'test/loopback/versions.test.ts',
};

describe('the contract of a kind', () => {
  it('is held for each that can be changed', () => {
    const changeable = [...kinds.keys()]
      .filter((kind) => !['facts', 'folder', 'space', 'tree'].includes(kind))
      .sort();
    expect(Object.keys(contracts).sort()).toEqual(changeable);
  });

  it.each(Object.entries(contracts))('%s is tried in %s', (kind, file) => {
    const text = readFileSync(file, 'utf8');
    const maker = `${kind.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase())}Want`;
    expect(text).toContain(kind === 'unit' ? 'breaches' : maker);
    expect(text).toMatch(/breaches|fresh/);
  });
});
