import {spawn} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {allOf, capture, docker, lines, must} from './docker.ts';
import {cacheDir, type Suite, shortHash} from './layout.ts';
import {withLock} from './lock.ts';

const workDir = cacheDir('image-work');
const context = join(import.meta.dirname, 'image');
const packages = lines(readFileSync(join(context, 'packages'), 'utf8'));
const dockerfile = readFileSync(join(context, 'Dockerfile'), 'utf8');

/** How long the registry may take until it says what it will send. */
const registryPatienceMs = 15_000;
const pullLimitMs = 600_000;

/** The name of the host image, which changes with its recipe. */
export function hostImage(suite: Suite): string {
  return `vprov-host:${suite}-${shortHash([dockerfile, ...packages].join('\n'))}`;
}

/** Makes sure of the host images of these releases; what is there already is not made again. */
export async function ensureImages(suites: Iterable<Suite>, say: (line: string) => void): Promise<void> {
  const missing: Suite[] = [];
  for (const suite of new Set(suites)) if (!(await exists(hostImage(suite)))) missing.push(suite);
  if (missing.length === 0) return;
  await withLock('images', async () => {
    // What a killed run left.
    rmSync(workDir, {recursive: true, force: true});
    mkdirSync(workDir, {recursive: true});
    await allOf(missing.map((suite) => build(suite, say)));
    rmSync(workDir, {recursive: true, force: true});
  });
}

async function build(suite: Suite, say: (line: string) => void): Promise<void> {
  const base = await ensureBase(suite, say);
  say(`building the image ${hostImage(suite)}`);
  await docker('build', '-q', '--build-arg', `BASE=${base}`, '-t', hostImage(suite), context);
}

function exists(image: string): Promise<boolean> {
  return capture('docker', ['image', 'inspect', '-f', 'x', image]).then(({exitCode}) => exitCode === 0);
}

/** Debian's own image where a registry gives it, else one made from Debian's packages. */
async function ensureBase(suite: Suite, say: (line: string) => void): Promise<string> {
  const fromPackages = `vprov-base:${suite}-${shortHash(packages.join('\n'))}`;
  const fromRegistry = `debian:${suite}`;
  for (const image of [fromPackages, fromRegistry]) if (await exists(image)) return image;
  const refused = await pull(fromRegistry);
  if (refused === undefined) return fromRegistry;
  say(`no image registry (${refused}): making ${fromPackages} with mmdebstrap`);
  await bootstrap(suite, fromPackages);
  return fromPackages;
}

/** Pulls an image; answers the reason when it cannot. */
async function pull(image: string): Promise<string | undefined> {
  const child = spawn('docker', ['pull', image], {stdio: ['ignore', 'pipe', 'pipe']});
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : lastLine(complaint)));
  });
  // The first line names what comes: a registry that says nothing for long is out of reach.
  const answered = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)));
  const timers = new AbortController();
  const outcome = Promise.race([
    ended.then((reason) => ({reason})),
    Promise.race([answered, after(registryPatienceMs, false, timers)]).then(async (heard) => {
      if (!heard) return {reason: `no answer in ${registryPatienceMs / 1000} s`};
      const done = await Promise.race([ended.then((reason) => ({reason})), after(pullLimitMs, null, timers)]);
      return done ?? {reason: `not done in ${pullLimitMs / 1000} s`};
    }),
  ]);
  const {reason} = await outcome;
  timers.abort();
  child.kill();
  return reason;
}

/** Makes a minimal Debian with mmdebstrap, which takes root and a Debian package mirror. */
async function bootstrap(suite: Suite, image: string): Promise<void> {
  const tar = join(workDir, `${suite}.tar`);
  const args = ['--quiet', '--variant=minbase', `--include=${packages.join(',')}`, suite, tar];
  await must('env', [`TMPDIR=${workDir}`, 'mmdebstrap', ...args]);
  await docker('import', tar, image);
}

function lastLine(of: string): string {
  return lines(of).at(-1) ?? 'no reason given';
}
