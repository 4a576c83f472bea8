import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {getHeapCodeStatistics, setFlagsFromString} from 'node:v8';
import {Script} from 'node:vm';
import {cacheDirectory, keep, kept} from '../cache/index.ts';
import {type Contents, partFile} from './parts.ts';

/**
 * How the built program starts. `dist/vprov.mjs` is this, which Nodes can read that cannot read the program; in the
 * folder `parts` beside it are the program and the packages that it seldom needs. An old Node is told what it lacks; and
 * V8 takes the code that it made of a part last time (`$XDG_CACHE_HOME/vprov/code`) instead of making it again, which is
 * a third of what a short command takes.
 */

/** Put in when it is built. */
declare const contents: Contents;

const loaded = new Map<string, unknown>();

/** Code is kept again when so much more of it was needed than had been kept. */
const worthKeeping = 1.1;

if (isOlder(process.versions.node, contents.needs)) {
  process.stderr.write(
    `vprov: Node ${contents.needs} or newer is needed; ${process.execPath} is ${process.versions.node}\n` +
      'hint: `make demo` brings one where yours is older, and says how to put it first in PATH\n',
  );
  process.exitCode = 1;
} else {
  // A command is over before optimized code pays: what V8 makes of all that runs warm takes a fifth of its time; and what
  // it makes lives for long or not at all. Only of the V8 of Node 20, since others have other names for it, and say so on
  // the terminal.
  if (process.versions.v8.startsWith('11.3.'))
    setFlagsFromString('--interrupt-budget=1000000 --no-incremental-marking');
  const program = fileURLToPath(import.meta.url);
  const cache = join(cacheDirectory(process.env), 'code');
  load('program', {program, cache});
}

function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

/** What a part exports: one that is asked for again is the same. */
function load(name: string, from: {readonly program: string; readonly cache: string}): unknown {
  if (!loaded.has(name)) loaded.set(name, loadAnew(name, from));
  return loaded.get(name);
}

function loadAnew(name: string, from: {readonly program: string; readonly cache: string}): unknown {
  const sha256 = contents.parts[name];
  if (!sha256) throw new Error(`the program has no part '${name}'`);
  const filename = partFile(from.program, name, sha256);
  const keptIn = join(from.cache, name);
  const before = kept(keptIn, sha256);
  const script = new Script(codeAt(filename, from.program), {
    filename,
    ...(before ? {cachedData: before.content} : {}),
  });
  process.on('exit', () => {
    const sizeBytes = getHeapCodeStatistics().bytecode_and_metadata_size;
    if (!before || script.cachedDataRejected || sizeBytes > Number(before.note) * worthKeeping)
      keep(keptIn, sha256, {content: script.createCachedData(), note: String(sizeBytes)});
  });
  const module = {exports: {}};
  const run = script.runInThisContext() as (...args: readonly unknown[]) => void;
  const require = (wanted: string): unknown =>
    wanted.startsWith('part:') ? load(wanted.slice('part:'.length), from) : process.getBuiltinModule(wanted);
  run(module.exports, require, module, filename, dirname(filename));
  return module.exports;
}

/** The code of a part, which is ASCII. @throws Error in words where it is missing */
function codeAt(filename: string, program: string): string {
  try {
    return readFileSync(filename, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${filename} is missing: the folder 'parts' belongs beside ${program}`);
  }
}
