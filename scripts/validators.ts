import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {Ajv2020} from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import {build} from 'esbuild';
import {vocabulary} from '../src/modules/vocabulary.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modulesDirectory = path.join(root, 'src/modules');
const target = path.join(root, 'src/generated/arguments.ts');

/** Keywords that no validator looks at. */
const notChecked: ReadonlySet<string> = new Set([...vocabulary, 'description']);

/** Folders that hold a module's schema, in order. */
function moduleNames(): readonly string[] {
  return readdirSync(modulesDirectory)
    .filter((name) => existsSync(path.join(modulesDirectory, name, 'schema.ts')))
    .sort();
}

/** The schemas of all modules, by the name of the module, which is that of its folder. */
async function readSchemas(): Promise<ReadonlyMap<string, object>> {
  const schemas = new Map<string, object>();
  for (const name of moduleNames()) {
    const file = path.join(modulesDirectory, name, 'schema.ts');
    const loaded = (await import(pathToFileURL(file).href)) as {schema?: object};
    if (!loaded.schema) throw new Error(`${file} exports no 'schema'`);
    schemas.set(name, JSON.parse(JSON.stringify(loaded.schema)) as object);
  }
  return schemas;
}

/** Compiled validators as the text of one module without imports: `validate_NAME` for each schema. */
function compileValidators(schemas: ReadonlyMap<string, object>): string {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    // `src/modules/schema-errors.ts` has words of its own.
    messages: false,
    code: {source: true, esm: true, lines: true},
  });
  ajv.addVocabulary([...vocabulary]);
  const exported: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    ajv.addSchema(checkedOf(schema), name);
    exported[`validate_${name}`] = name;
  }
  return withoutSchemaPaths(standaloneCode.default(ajv, exported));
}

/** Where in the schema a rule stands is nothing that anyone reads. */
function withoutSchemaPaths(code: string): string {
  return code.replace(/schemaPath:"[^"]*",/g, '');
}

/**
 * A schema without what only people and other parts of the program read: each start of the program takes what is in the
 * validators.
 */
function checkedOf(schema: object): object {
  const entries = Object.entries(schema).filter(([keyword]) => !notChecked.has(keyword));
  return Object.fromEntries(
    entries.map(([keyword, value]: [string, unknown]) => [
      keyword,
      keyword === 'properties' && isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, checkedIn(of)]))
        : checkedIn(value),
    ]),
  );
}

/** Of the value of a keyword, which may be a schema, a list of them, or neither. */
function checkedIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(checkedIn);
  return isObject(value) ? checkedOf(value) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * ajv's small run-time functions, asked for by `require`, put into the text itself: neither the program nor the tests
 * need ajv.
 */
async function withoutRequires(code: string): Promise<string> {
  const result = await build({
    stdin: {contents: code, resolveDir: root, loader: 'js'},
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    legalComments: 'none',
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error('esbuild gave no output');
  return file.text;
}

function render(schemas: ReadonlyMap<string, object>, code: string): string {
  const entries = [...schemas].map(
    ([name, schema]) =>
      `  ['${name}', entry(() => JSON.parse(${JSON.stringify(JSON.stringify(schema))}), validate_${name})],`,
  );
  return [
    '// @ts-nocheck',
    '// Made by scripts/build-validators.ts from src/modules/*/schema.ts. Do not edit.',
    "import type {ArgumentSchema} from '../modules/contract.ts';",
    code.trimEnd(),
    '/** The schema is made when it is first read: few of them are. */',
    "function entry(schemaOf: () => ArgumentSchema['schema'], validate: ArgumentSchema['validate']): ArgumentSchema {",
    "  let schema: ArgumentSchema['schema'] | undefined;",
    '  return {get schema() { return (schema ??= schemaOf()); }, validate};',
    '}',
    'export const argumentSchemas: ReadonlyMap<string, ArgumentSchema> = new Map([',
    ...entries,
    ']);',
    '',
  ].join('\n');
}

/** Writes src/generated/arguments.ts: every module's schema as data, with its compiled validator. */
export async function generateValidators(): Promise<void> {
  const schemas = await readSchemas();
  mkdirSync(path.dirname(target), {recursive: true});
  writeFileSync(target, render(schemas, await withoutRequires(compileValidators(schemas))));
}

/** The same, unless what was generated is newer than all that it is made from. */
export async function generateStaleValidators(): Promise<void> {
  if (!existsSync(target) || newestSourceMs() >= statSync(target).mtimeMs) await generateValidators();
}

/** When a module came, went, or had its schema changed. */
function newestSourceMs(): number {
  const names = moduleNames().map((name) => path.join(name, 'schema.ts'));
  const files = ['.', 'argument-types.ts', 'vocabulary.ts', ...names].map((name) =>
    path.join(modulesDirectory, name),
  );
  return Math.max(...[...files, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
}
