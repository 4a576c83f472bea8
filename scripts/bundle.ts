import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BuildOptions, type BuildResult, build, type Plugin, type StdinOptions} from 'esbuild';

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

/**
 * A seldom needed package is in the program as text, compiled when it is first asked for: V8 reads a text much faster
 * than it reads a program, even one that it will not run.
 */
const compiledWhenAsked: Plugin = {
  name: 'compiled-when-asked',
  setup(setup) {
    const names = new RegExp(`^(${seldomNeeded.join('|')})$`);
    setup.onResolve({filter: names}, ({path}) => ({path, namespace: 'compiled-when-asked'}));
    setup.onLoad({filter: /./, namespace: 'compiled-when-asked'}, async ({path}) => {
      const {outputFiles} = await build({...shared, format: 'cjs', stdin: reexporting(path), write: false});
      const text = outputFiles[0]?.text ?? '';
      const contents = `
        const compiled = {exports: {}};
        require('node:vm').compileFunction(${JSON.stringify(text)},
          ['module', 'exports', 'require', '__filename', '__dirname'], {filename: '${path}'})(
          compiled, compiled.exports, require, __filename, __dirname);
        module.exports = compiled.exports;`;
      return {contents, loader: 'js'};
    });
  },
};

function reexporting(name: string): StdinOptions {
  return {contents: `module.exports = require('${name}');`, resolveDir: root};
}

// CommonJS packages in the bundle expect `require`, `__filename` and `__dirname`.
const banner = `#!/usr/bin/env node
import {createRequire as createBundleRequire} from 'node:module';
const require = createBundleRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

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
  external: ['cpu-features', '*.node'],
  logLevel: 'warning',
} as const satisfies BuildOptions;

const options = {
  ...shared,
  format: 'esm',
  // One file; what is imported by `import()` is still evaluated only when it is asked for.
  splitting: false,
  banner: {js: banner},
  plugins: [aboutOnly, compiledWhenAsked],
  metafile: true,
} as const satisfies BuildOptions;

/**
 * The program as one file without dependencies.
 * @param entry path of the entry point, from the project's root
 */
export async function bundle(entry: string, outfile: string): Promise<BuildResult<{metafile: true}>> {
  return build({...options, entryPoints: [entry], outfile});
}
