import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {doctorPage} from '../../../scripts/doctor-page.ts';
import {allRules} from '../../../src/doctor/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');

it('the table of docs/doctor.md is what `npm run docs` makes of the rules', () => {
  expect(page).toBe(doctorPage(page));
  for (const {id} of allRules) expect(page).toContain(`\n| \`${id}\` |`);
});

it('no two findings have one name', () => {
  const ids = allRules.map(({id}) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
