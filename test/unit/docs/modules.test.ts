import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {modulesPage} from '../../../scripts/modules-page.ts';
import {catalogue} from '../../../src/modules/index.ts';
import {codesOf, fencesOf} from './markdown.ts';

const page = readFileSync('docs/modules.md', 'utf8');

describe('docs/modules.md', () => {
  it('is what `npm run docs` makes of the schemas and cases', () => {
    const made = modulesPage(catalogue(), (module) =>
      readFileSync(`src/modules/${module}/cases.yml`, 'utf8'),
    );
    expect(page, 'run npm run docs').toBe(made);
  });

  it.each([...catalogue().modules])('shows %s: an example, every argument, every result', (name, {args}) => {
    const part = page.split(/^## /m).find((one) => one.startsWith(`${name}\n`)) ?? '';
    expect(fencesOf(part)[0]?.text).toContain(`  ${name}:\n`);
    const named = codesOf(part);
    const results = Object.keys((args.schema.results ?? {}) as object);
    expect(named).toEqual(expect.arrayContaining([...Object.keys(args.schema.properties ?? {}), ...results]));
  });

  it.each(
    [...catalogue().modules].flatMap(([name, {module, args}]) =>
      module.type === 'action'
        ? [[name, Object.keys(module.result ?? {}), args.schema.results] as const]
        : [],
    ),
  )('names the fields that %s gives, and no others', (_name, given, documented) => {
    expect(Object.keys((documented ?? {}) as object).sort()).toEqual([...given].sort());
  });

  it('says something of every argument', () => {
    const silent = [...catalogue().modules].flatMap(([name, {args}]) =>
      Object.entries(args.schema.properties ?? {})
        .filter(([, argument]) => !/\.$/.test(argument.description ?? ''))
        .map(([argument]) => `${name}.${argument}`),
    );
    expect(silent).toEqual([]);
  });
});
