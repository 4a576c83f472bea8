/**
 * The rooms of src/, from the lowest to the highest; siblings share a line. docs/architecture.md draws them, and a
 * test compares the two. A room imports only from rooms below it, and only through the other room's index.ts.
 */
const rooms = [
  ['cache', 'errors'],
  ['text'],
  ['shell'],
  ['source'],
  ['inventory'],
  ['playbook'],
  ['values'],
  ['transport'],
  ['resources'],
  ['vault', 'releases', 'reachability'],
  ['doctor'],
  ['modules'],
  ['engine'],
  ['report'],
  ['cli'],
  ['start'],
];

/** Packages that belong to one place, so that replacing one stays a matter of one room. */
const packages = {
  '@cfworker/json-schema': 'src/playbook/schema/',
  '@marcbachmann/cel-js': 'src/values/',
  '@peculiar/asn1-schema': 'src/vault/certificates/issue\\.ts',
  '@peculiar/asn1-x509': 'src/vault/certificates/issue\\.ts',
  ajv: 'src/generated/',
  commander: 'src/cli/',
  diff: 'src/engine/',
  handlebars: 'src/values/',
  'age-encryption': 'src/source/encrypted/age\\.ts',
  openpgp: 'src/(releases|source/encrypted)/',
  'tar-stream': 'src/(releases|vault/snapshot)/',
  yauzl: 'src/releases/',
  ssh2: 'src/transport/',
  typebox:
    'src/modules/([^/]+/schema|argument-types|program-arguments|release-arguments|vault-keys-arguments|vault-inside-arguments)\\.ts',
  yaml: 'src/source/',
};

const notBelow = rooms.flatMap((level, index) =>
  level.map((room) => ({
    name: `${room}-imports-only-from-below`,
    comment: `${room} imports from a room that is not below it. Move what both need down, or pass it as an argument.`,
    severity: 'error',
    from: {path: `^src/${room}/`},
    to: {
      path: `^src/(main\\.ts|(${[...level.filter((sibling) => sibling !== room), ...rooms.slice(index + 1).flat()].join('|') || 'none'})/)`,
    },
  })),
);

const packagePlaces = Object.entries(packages).map(([name, place]) => ({
  name: `${name.replace(/^@.*\//, '')}-has-its-place`,
  comment: `${name} is used in ${place} only; the other rooms see plain data.`,
  severity: 'error',
  from: {path: '^src/', pathNot: `^${place}`},
  to: {path: `^(node_modules/)?(@types/)?${name}(/|$)`},
}));

module.exports = {
  forbidden: [
    ...notBelow,
    {
      name: 'through-the-front-door',
      comment:
        "Another room is imported through its index.ts: what is not there is that room's own business.",
      severity: 'error',
      from: {path: '^src/([^/]+)/', pathNot: '^src/generated/'},
      to: {path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/generated/']},
    },
    {
      name: 'main-through-the-front-door',
      comment: 'main.ts imports rooms through their index.ts.',
      severity: 'error',
      from: {path: '^src/main\\.ts$'},
      to: {path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$'},
    },
    {
      name: 'known-rooms-only',
      comment:
        'A folder of src/ that is not in the list of rooms. Add it here and to docs/architecture.md, in its place.',
      severity: 'error',
      from: {path: '^src/'},
      to: {path: '^src/[^/]+/', pathNot: `^src/(generated|${rooms.flat().join('|')})/`},
    },
    {
      name: 'report-knows-event-types-only',
      comment:
        'report turns events into text. Of the engine and the resources it knows types, of nothing else anything.',
      severity: 'error',
      from: {path: '^src/report/'},
      to: {path: '^src/(engine|resources)/', dependencyTypesNot: ['type-only']},
    },
    {
      name: 'report-knows-little',
      comment: 'report imports engine (types), resources (types), errors and text.',
      severity: 'error',
      from: {path: '^src/report/'},
      to: {path: '^src/', pathNot: '^src/(report|engine|resources|errors|text)/'},
    },
    {
      name: 'generated-only-in-modules',
      comment: 'The compiled validators are read by modules; everybody else asks the catalogue.',
      severity: 'error',
      from: {path: '^src/', pathNot: '^src/(modules|generated)/'},
      to: {path: '^src/generated/'},
    },
    {
      name: 'schemas-at-build-time-only',
      comment:
        'Schemas cost 160 ms and more to load. The program uses src/generated/; of a schema.ts it may import types.',
      severity: 'error',
      from: {path: '^src/', pathNot: '/schema\\.ts$'},
      to: {path: '^src/modules/[^/]+/schema\\.ts$', dependencyTypesNot: ['type-only']},
    },
    {
      name: 'engine-on-demand',
      comment:
        '`--help` and `--version` do not wait for the engine: it is imported by import(), or as types. The tables of codes are themselves imported by import().',
      severity: 'error',
      from: {path: '^src/(main\\.ts|cli/)', pathNot: '^src/cli/code-tables\\.ts$'},
      to: {path: '^src/engine/', dependencyTypesNot: ['type-only', 'dynamic-import']},
    },
    ...packagePlaces,
    {
      name: 'no-tests-in-the-program',
      comment: 'The program does not import tests, scripts or benchmarks.',
      severity: 'error',
      from: {path: '^src/'},
      to: {path: '^(test|scripts|bench)/'},
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or there is a third in them.',
      severity: 'error',
      from: {},
      to: {circular: true},
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file and it imports nobody.',
      severity: 'error',
      from: {orphan: true, path: '^src/', pathNot: '^src/main\\.ts$'},
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: {couldNotResolve: true},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsConfig: {fileName: 'tsconfig.json'},
    // Types count as well: a type that is imported from above is a room that knows too much.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
