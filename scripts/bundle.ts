import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {
  type BuildOptions,
  type BuildResult,
  build,
  type OutputFile,
  type Plugin,
  type StdinOptions,
} from 'esbuild';
import {type Contents, partFile} from '../src/start/parts.ts';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Of package.json only what the program says of itself gets into it. */
const aboutOnly: Plugin = {
  name: 'about-only',
  setup(setup) {
    setup.onLoad({filter: /[/\\]package\.json$/}, async (args) => {
      if (path.dirname(args.path) !== root) return undefined;
      const {version, description} = JSON.parse(await readFile(args.path, 'utf8')) as Readonly<
        Record<string, unknown>
      >;
      return {contents: JSON.stringify({version, description}), loader: 'json'};
    });
  },
};

/** Facts as data: V8 takes a text, and reads it, in much less time than it makes what is written as a program. */
const factsAsText: Plugin = {
  name: 'facts-as-text',
  setup(setup) {
    setup.onLoad({filter: /[/\\]data[/\\][^/\\]+\.json$/}, async ({path}) => {
      const facts: unknown = JSON.parse(await readFile(path, 'utf8'));
      return {
        contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(facts))});`,
        loader: 'js',
      };
    });
  },
};

/** Packages of which most commands need nothing: together nearly half of the program. */
const seldomNeeded: Readonly<Record<string, readonly string[]>> = {
  ssh2: ['ssh2'],
  openpgp: ['openpgp'],
  'age-encryption': ['age-encryption'],
  'tar-stream': ['tar-stream'],
  yauzl: ['yauzl'],
  asn1: ['@peculiar/asn1-schema', '@peculiar/asn1-x509'],
};

/** They are parts of the file of their own, which the program asks for as `part:NAME`. */
const asPart: Plugin = {
  name: 'as-part',
  setup(setup) {
    for (const [part, packages] of Object.entries(seldomNeeded)) {
      const names = new RegExp(`^(${packages.join('|')})$`);
      setup.onResolve({filter: names}, ({path}) => ({path, namespace: 'as-part', pluginData: part}));
    }
    setup.onLoad({filter: /./, namespace: 'as-part'}, ({path, pluginData}) => ({
      contents: `module.exports = require('part:${pluginData}')[${JSON.stringify(path)}];`,
      loader: 'js',
    }));
  },
};

/** What Node has and most commands need nothing of: it takes Node a millisecond or two to load each. */
const seldomNeededOfNode = ['child_process', 'crypto', 'dns/promises', 'http', 'net', 'tls', 'tty', 'zlib'];

/** It is asked for when one of its names is first read, which esbuild's imports do at the place of use. */
const whenRead: Plugin = {
  name: 'when-read',
  setup(setup) {
    const names = new RegExp(`^node:(${seldomNeededOfNode.join('|')})$`);
    setup.onResolve({filter: names}, ({path, namespace}) =>
      namespace === 'when-read' ? {path, external: true} : {path, namespace: 'when-read'},
    );
    setup.onLoad({filter: /./, namespace: 'when-read'}, ({path}) => ({
      contents: `for (const name of ${JSON.stringify(Object.keys(createRequire(import.meta.url)(path) as object))})
        Object.defineProperty(exports, name, {enumerable: true, get: () => require('${path}')[name]});`,
      loader: 'js',
    }));
  },
};

/**
 * What starts the program asks the process for Node's modules, since Node makes a module of its own around each that is
 * imported. Where there is no asking, Node is too old, and is told so.
 */
const askedOfProcess: Plugin = {
  name: 'asked-of-process',
  setup(setup) {
    setup.onResolve({filter: /^node:/}, ({path}) => ({path, namespace: 'asked-of-process'}));
    setup.onLoad({filter: /./, namespace: 'asked-of-process'}, ({path}) => ({
      contents: `module.exports = process.getBuiltinModule?.('${path}') ?? {};`,
      loader: 'js',
    }));
  },
};

function reexporting(packages: readonly string[]): StdinOptions {
  const contents = packages.map((name) => `exports[${JSON.stringify(name)}] = require('${name}');`);
  return {contents: contents.join('\n'), resolveDir: root};
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  // Every run reads it: without white space, and in ASCII, which V8 reads in one byte a character. Names stay, and
  // lines stay short, so that the stack of a defect still says where it is.
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  // Native parts of ssh2, which does without them.
  external: ['cpu-features', '*.node', 'part:*'],
  logLevel: 'warning',
} as const satisfies BuildOptions;

const options = {
  ...shared,
  // What is imported by `import()` is still evaluated only when it is asked for.
  format: 'cjs',
  plugins: [aboutOnly, factsAsText, asPart, whenRead],
  metafile: true,
  write: false,
} as const satisfies BuildOptions;

/**
 * The program, which needs no packages: what starts it (src/start), and in the folder `parts` beside that its parts.
 * @param entry path of the entry point, from the project's root
 */
export async function bundle(entry: string, outfile: string): Promise<BuildResult<typeof options>> {
  const program = await build({...options, entryPoints: [entry]});
  const codes: Record<string, string> = {program: codeOf(program)};
  for (const [name, packages] of Object.entries(seldomNeeded))
    codes[name] = codeOf(await build({...shared, format: 'cjs', stdin: reexporting(packages), write: false}));
  const parts: Record<string, string> = {};
  await mkdir(path.join(path.dirname(outfile), 'parts'), {recursive: true});
  for (const [name, code] of Object.entries(codes)) {
    const sha256 = createHash('sha256').update(code).digest('hex');
    parts[name] = sha256;
    await writeFile(partFile(outfile, name, sha256), code);
  }
  const contents: Contents = {needs: await neededNode(), parts};
  const start = await build({
    ...shared,
    format: 'esm',
    // Of old Nodes, which are told that they are too old.
    target: 'node14.18',
    plugins: [askedOfProcess],
    entryPoints: ['src/start/index.ts'],
    define: {contents: JSON.stringify(contents)},
    write: false,
  });
  await writeFile(outfile, `#!/usr/bin/env node\n${textOf(start)}`);
  return program;
}

/** On a line of its own, since the code may end with a comment. */
function codeOf(built: {readonly outputFiles: readonly OutputFile[]}): string {
  return `(function (exports, require, module, __filename, __dirname) {${inAscii(textOf(built))}\n})`;
}

function textOf({outputFiles}: {readonly outputFiles: readonly OutputFile[]}): string {
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild gave no output');
  return file.text;
}

/** Regular expressions, too, which esbuild leaves as they are. */
function inAscii(code: string): string {
  return code.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As package.json has it. */
async function neededNode(): Promise<string> {
  const {engines} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    readonly engines: {readonly node: string};
  };
  return engines.node.replace(/^>=/, '');
}
