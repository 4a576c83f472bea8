import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {cruise, type IConfiguration, type ICruiseResult} from 'dependency-cruiser';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** A house with one file for each way of breaking a rule, and some that break none. */
const files: Readonly<Record<string, string>> = {
  'src/main.ts': "import './cli/index.ts';\nimport './cli/run.ts';\n",
  'src/errors/index.ts': "export * from './error.ts';\n",
  'src/errors/error.ts': 'export const error = 1;\nexport interface Source {line: number}\n',
  'src/text/index.ts': "import '../values/index.ts';\nimport '../errors/error.ts';\nexport const text = 1;\n",
  'src/values/index.ts': "import type {Event} from '../engine/index.ts';\nexport type Value = Event;\n",
  'src/modules/index.ts': "import '../generated/arguments.ts';\nimport './copy/schema.ts';\nexport {};\n",
  'src/modules/copy/schema.ts': "import 'typebox';\nexport const schema = 1;\n",
  'src/generated/arguments.ts': 'export const schemas = 1;\n',
  'src/engine/index.ts':
    "import '../generated/arguments.ts';\nimport '../errors/index.ts';\nimport 'yaml';\nimport './a.ts';\nexport interface Event {type: string}\nexport const run = 1;\n",
  'src/engine/a.ts': "import './b.ts';\nexport const a = 1;\n",
  'src/engine/b.ts': "import './a.ts';\nimport '../../test/x.ts';\nexport const b = 1;\n",
  'src/engine/orphan.ts': 'export const orphan = 1;\n',
  'src/report/index.ts':
    "import {run} from '../engine/index.ts';\nimport type {Event} from '../engine/index.ts';\nimport '../values/index.ts';\nexport type Shown = Event;\nexport const shown = run;\n",
  'src/cli/index.ts':
    "import type {Event} from '../engine/index.ts';\nimport '../engine/index.ts';\nexport type Told = Event;\n",
  'src/cli/run.ts': 'export const command = 1;\n',
  'src/helpers/index.ts': "import '../errors/index.ts';\n",
  'src/cli/use.ts': "import '../helpers/index.ts';\n",
  'test/x.ts': 'export const x = 1;\n',
  'node_modules/yaml/index.js': '',
  'node_modules/typebox/index.js': '',
};

let house = '';
let violations: readonly string[] = [];

beforeAll(async () => {
  house = mkdtempSync(path.join(tmpdir(), 'vprov-rooms-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(house, name)), {recursive: true});
    writeFileSync(path.join(house, name), text);
  }
  const config = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs')) as IConfiguration;
  const {tsConfig: _ours, ...options} = config.options ?? {};
  const {output} = await cruise(['src'], {...options, baseDir: house, validate: true, ruleSet: config});
  violations = (output as ICruiseResult).summary.violations.map(
    ({rule, from, to}) => `${rule.name}: ${from} -> ${to}`,
  );
}, 20_000);

afterAll(() => rmSync(house, {recursive: true, force: true}));

describe('dependency-cruiser refuses', () => {
  it.each([
    ['an import from a room above', 'text-imports-only-from-below: src/text/index.ts -> src/values/index.ts'],
    [
      'a type from a room above',
      'values-imports-only-from-below: src/values/index.ts -> src/engine/index.ts',
    ],
    ["what is another room's own", 'through-the-front-door: src/text/index.ts -> src/errors/error.ts'],
    ['the same in main.ts', 'main-through-the-front-door: src/main.ts -> src/cli/run.ts'],
    ['a room that nobody drew', 'known-rooms-only: src/cli/use.ts -> src/helpers/index.ts'],
    [
      'more than types of the engine in report',
      'report-knows-event-types-only: src/report/index.ts -> src/engine/index.ts',
    ],
    ['other rooms in report', 'report-knows-little: src/report/index.ts -> src/values/index.ts'],
    [
      'the generated validators outside modules',
      'generated-only-in-modules: src/engine/index.ts -> src/generated/arguments.ts',
    ],
    [
      'a schema at run time',
      'schemas-at-build-time-only: src/modules/index.ts -> src/modules/copy/schema.ts',
    ],
    ['the engine before it is needed', 'engine-on-demand: src/cli/index.ts -> src/engine/index.ts'],
    ['a test in the program', 'no-tests-in-the-program: src/engine/b.ts -> test/x.ts'],
    ['a cycle', 'no-cycles: src/engine/a.ts -> src/engine/b.ts'],
    ['a file that belongs to nothing', 'no-orphans: src/engine/orphan.ts -> src/engine/orphan.ts'],
  ])('%s', (_what, violation) => {
    expect(violations).toContain(violation);
  });

  it('a package outside its place', () => {
    expect(
      violations.filter((each) => each.startsWith('yaml-has-its-place: src/engine/index.ts')),
    ).toHaveLength(1);
  });

  it('nothing that is right', () => {
    expect(violations.filter((each) => / src\/errors\//.test(each.split(' -> ')[0] ?? ''))).toEqual([]);
    expect(violations).not.toContainEqual(expect.stringMatching(/typebox-has-its-place/));
    expect(violations).not.toContain(
      'engine-imports-only-from-below: src/engine/index.ts -> src/errors/index.ts',
    );
  });
});
