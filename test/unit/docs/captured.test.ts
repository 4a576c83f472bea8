import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** What the pages show of a terminal (test/fleet/runbooks.ts): the command, and at least a line that it printed. */
const captured = readdirSync(join(root, 'docs'))
  .filter((name) => name.startsWith('vault-'))
  .flatMap((name) => [
    ...readFileSync(join(root, 'docs', name), 'utf8').matchAll(
      /<!-- captured: .+ -->\n```text\n~\/fleet\$ vprov (.+)\n([\s\S]+?)```\n/g,
    ),
  ])
  .map(([, command = '', shown = '']) => ({command, shown}));

it.each(readdirSync(join(root, 'playbooks')))('a page shows what %s says', (playbook) => {
  const all = captured.filter(
    ({command}) =>
      command.includes(`playbooks/${playbook}`) ||
      (playbook === 'vault-unseal.yml' && command.startsWith('vault unseal')),
  );
  expect(all.length).toBeGreaterThan(0);
});

it.each(captured)('$command fits in 80 columns, and ends in its summary', ({shown}) => {
  const lines = shown.trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(shown).toMatch(/^host +ok +(?:would change|changed)/m);
});
