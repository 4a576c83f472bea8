import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BuildOptions, type BuildResult, build, type Plugin} from 'esbuild';

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

// CommonJS packages in the bundle expect `require` and `__dirname`.
const banner = `#!/usr/bin/env node
import {createRequire as createBundleRequire} from 'node:module';
const require = createBundleRequire(import.meta.url);
const __dirname = import.meta.dirname;`;

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // One file; what is imported by `import()` is still evaluated only when it is asked for.
  splitting: false,
  legalComments: 'none',
  // Every run reads it: without white space, and in ASCII, which V8 reads in one byte a character. Names stay, and
  // lines stay short, so that the stack of a defect still says where it is.
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  banner: {js: banner},
  // Native parts of ssh2, which does without them.
  external: ['cpu-features', '*.node'],
  plugins: [aboutOnly],
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/**
 * The program as one file without dependencies.
 * @param entry path of the entry point, from the project's root
 */
export async function bundle(entry: string, outfile: string): Promise<BuildResult<{metafile: true}>> {
  return build({...options, entryPoints: [entry], outfile});
}
