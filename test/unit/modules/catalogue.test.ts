import {readdirSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {catalogue, codes} from '../../../src/modules/index.ts';
import type {JsonSchema} from '../../../src/values/index.ts';

const folders = readdirSync('src/modules', {withFileTypes: true})
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('the catalogue', () => {
  it("has every module that has a folder, under the folder's name", () => {
    expect([...catalogue().modules.keys()].sort()).toEqual(folders);
    for (const [name, {module}] of catalogue().modules) expect(module.name).toBe(name);
  });

  it.each(folders)('%s: has the same files as every other', (name) => {
    expect(readdirSync(`src/modules/${name}`)).toEqual(
      expect.arrayContaining(['cases.yml', 'index.ts', 'schema.ts']),
    );
  });

  it.each([...catalogue().modules])(
    '%s: says of itself and of each argument what it is for',
    (_name, {module, args}) => {
      expect(module.summary).toMatch(/^[A-Z].*[^.]$/);
      for (const [argument, schema] of Object.entries(args.schema.properties ?? {}))
        expect(schema.description, argument).toMatch(/\S.*\.$/);
    },
  );

  it.each([...catalogue().modules])(
    '%s: its shorthand and the names in its rules are arguments',
    (_name, {module, args}) => {
      const names = Object.keys(args.schema.properties ?? {});
      if (module.shorthand !== undefined) expect(names).toContain(module.shorthand);
      for (const rule of (args.schema.rules ?? []) as readonly Readonly<Record<string, unknown>>[])
        for (const name of [rule.arguments, rule.needs, rule.beside, rule.argument].flat())
          if (name !== undefined) expect(names).toContain(name);
      expect(names.filter((name) => Object.hasOwn((args.schema.retired ?? {}) as object, name))).toEqual([]);
    },
  );

  it('takes plain numbers by their source text wherever a string is wanted, down to the leaves', () => {
    const headers = catalogue().modules.get('uri')?.args.schema.properties?.headers;
    expect(((headers?.additionalProperties ?? {}) as JsonSchema).type).toBe('string');
  });

  it('explains every code', () => {
    for (const [code, {title, explanation}] of Object.entries(codes)) {
      expect(code).toMatch(/^MOD\d{3}$/);
      expect(title.length * explanation.length).toBeGreaterThan(0);
    }
  });
});
