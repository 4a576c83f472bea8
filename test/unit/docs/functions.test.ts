import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {functionsPage} from '../../../scripts/functions-page.ts';
import {functionDocs} from '../../../src/values/index.ts';

it('docs/functions.md is what `npm run docs` makes of the functions', () => {
  expect(readFileSync('docs/functions.md', 'utf8'), 'run npm run docs').toBe(functionsPage(functionDocs()));
});
