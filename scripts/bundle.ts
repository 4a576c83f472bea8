import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
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
import type {Contents, Part} from '../src/start/parts.ts';

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

/** Packages of which most commands need nothing: together nearly half of the program. */
const seldomNeeded = ['ssh2', 'openpgp', 'age-encryption', 'tar-stream', 'yauzl'];

/** They are parts of the file of their own, which the program asks for as `part:NAME`. */
const asPart: Plugin = {
  name: 'as-part',
  setup(setup) {
    const names = new RegExp(`^(${seldomNeeded.join('|')})$`);
    setup.onResolve({filter: names}, ({path}) => ({path, namespace: 'as-part'}));
    setup.onLoad({filter: /./, namespace: 'as-part'}, ({path}) => ({
      contents: `module.exports = require('part:${path}');`,
      loader: 'js',
    }));
  },
};

function reexporting(name: string): StdinOptions {
  return {contents: `module.exports = require('${name}');`, resolveDir: root};
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
  plugins: [aboutOnly, asPart],
  metafile: true,
  write: false,
} as const satisfies BuildOptions;

/**
 * The program as one file without dependencies: what starts it (src/start), and behind that its parts, in comments. The
 * last line says where each of them is.
 * @param entry path of the entry point, from the project's root
 */
export async function bundle(entry: string, outfile: string): Promise<BuildResult<typeof options>> {
  const program = await build({...options, entryPoints: [entry]});
  const start = await build({
    ...shared,
    format: 'esm',
    // Of old Nodes, which are told that they are too old.
    target: 'node14.18',
    entryPoints: ['src/start/index.ts'],
    write: false,
  });
  let text = `#!/usr/bin/env node\n${textOf(start)}`;
  const parts: Record<string, Part> = {};
  const add = (name: string, code: string): void => {
    // On a line of its own, since the code may end with a comment.
    const wrapped = `(function (exports, require, module, __filename, __dirname) {${inAscii(code)}\n})`;
    const comments = `//${wrapped.replaceAll('\n', '\n//')}\n`;
    parts[name] = {
      offset: text.length,
      length: comments.length,
      line: text.split('\n').length - 1,
      sha256: createHash('sha256').update(wrapped).digest('hex'),
    };
    text += comments;
  };
  add('program', textOf(program));
  for (const name of seldomNeeded) {
    const bundled = await build({...shared, format: 'cjs', stdin: reexporting(name), write: false});
    add(name, textOf(bundled));
  }
  await mkdir(path.dirname(outfile), {recursive: true});
  await writeFile(
    outfile,
    `${text}//${JSON.stringify({needs: await neededNode(), parts} satisfies Contents)}`,
  );
  return program;
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
