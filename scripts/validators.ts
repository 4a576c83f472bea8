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
    code: {source: true, esm: true, lines: true},
  });
  ajv.addVocabulary([...vocabulary]);
  const exported: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    ajv.addSchema(schema, name);
    exported[`validate_${name}`] = name;
  }
  return standaloneCode.default(ajv, exported);
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
    ([name, schema]) => `  ['${name}', {schema: ${JSON.stringify(schema)}, validate: validate_${name}}],`,
  );
  return [
    '// @ts-nocheck',
    '// Made by scripts/build-validators.ts from src/modules/*/schema.ts. Do not edit.',
    "import type {ArgumentSchema} from '../modules/contract.ts';",
    code.trimEnd(),
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
