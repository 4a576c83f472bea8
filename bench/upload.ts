import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {type Connection, createConnector, openForUpload, type UploadSource} from '../src/transport/index.ts';
import {type Ring, startRing} from '../test/loopback/ring.ts';

/**
 * Uploads of 150 MB to five hosts at once, against `scp -O` to the same hosts, in turns: as it is, and made smaller by
 * gzip as the programs of releases are. Ours are checked on the host (SHA-256) and synced; scp's are neither.
 *
 *     node --import tsx bench/upload.ts      needs root, for the sshd of its own; fails below 0.9 of scp's throughput,
 *                                            and when the process grows with what it sends
 */

const hosts = 5;
const rounds = 5;
const sizeBytes = 150 * 1024 * 1024;
const leastShare = 0.9;
const mostGrowthBytes = 64 * 1024 * 1024;

// What is shipped is without the native part of ssh2, which makes it faster: so it is measured without.
process.dlopen = () => {
  throw new Error('no native parts');
};

const folder = mkdtempSync(join(tmpdir(), 'vprov-bench-'));
const ring = await startRing({shell: 'dash'});
const signal = new AbortController().signal;

/** 150 MB of a program: that which runs this. */
async function makeSource(): Promise<{
  readonly file: string;
  readonly plain: UploadSource;
  readonly packed: UploadSource;
}> {
  const file = join(folder, 'program');
  const program = readFileSync(process.execPath);
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += program.length) program.copy(bytes, at);
  writeFileSync(file, bytes);
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
  const plain = {
    sizeBytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => openForUpload(file),
  };
  const gzip = {sizeBytes: statSync(`${file}.gz`).size, open: () => openForUpload(`${file}.gz`)};
  return {file, plain, packed: {...plain, gzip}};
}

async function ours(connections: readonly Connection[], source: UploadSource): Promise<number> {
  const names = connections.map((_, index) => place(`ours-${index}`));
  const started = performance.now();
  await Promise.all(
    connections.map((connection, index) =>
      connection.upload('pi', names[index] ?? '', source, {signal, timeoutMs: 300_000}),
    ),
  );
  return ended(started, names);
}

async function theirs(file: string): Promise<number> {
  const names = Array.from({length: hosts}, (_, index) => place(`theirs-${index}`));
  const started = performance.now();
  await Promise.all(names.map((name) => scp(ring, file, name)));
  return ended(started, names);
}

async function scp({port, keyFile, knownHostsFile}: Ring, file: string, name: string): Promise<void> {
  const flags = ['-o', `UserKnownHostsFile=${knownHostsFile}`, '-o', 'IdentitiesOnly=yes', '-i', keyFile];
  const child = spawn(
    'scp',
    ['-O', '-q', '-F', 'none', ...flags, '-P', String(port), file, `pi@127.0.0.1:${name}`],
    {
      stdio: 'inherit',
    },
  );
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`scp ended with ${exitCode}`);
}

function place(name: string): string {
  return join(ring.directory, 'home-pi', name);
}

function ended(started: number, names: readonly string[]): number {
  const tookMs = performance.now() - started;
  for (const name of names) {
    if (statSync(name).size !== sizeBytes) throw new Error(`${name} is not whole`);
    rmSync(name);
  }
  return tookMs;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function throughput(tookMs: number): string {
  return `${((hosts * sizeBytes) / 1024 / 1024 / (tookMs / 1000)).toFixed(0).padStart(4)} MB/s`;
}

try {
  const {file, plain, packed} = await makeSource();
  const connect = createConnector({environment: {}});
  const connections = await Promise.all(Array.from({length: hosts}, () => connect(ring.options())));
  await ours(connections, packed);
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 100);
  const took = {scp: [] as number[], plain: [] as number[], packed: [] as number[]};
  for (let round = 0; round < rounds; round++) {
    took.scp.push(await theirs(file));
    took.plain.push(await ours(connections, plain));
    took.packed.push(await ours(connections, packed));
  }
  clearInterval(watch);
  await Promise.all(connections.map((connection) => connection.close()));
  console.log(`scp -O              ${throughput(median(took.scp))}`);
  for (const name of ['plain', 'packed'] as const) {
    const share = median(took.scp) / median(took[name]);
    console.log(
      `vprov, ${name.padEnd(12)} ${throughput(median(took[name]))}   ${share.toFixed(2)} of scp's${name === 'plain' ? ` (at least ${leastShare})` : ''}`,
    );
    // Unpacking is the hosts' work, which here are all this one machine: where the network is what is slow, it pays.
    if (name === 'plain' && share < leastShare) process.exitCode = 1;
  }
  const grownBytes = most - before;
  console.log(
    `memory              +${(grownBytes / 1024 / 1024).toFixed(0)} MB (at most ${mostGrowthBytes / 1024 / 1024})`,
  );
  if (grownBytes > mostGrowthBytes) process.exitCode = 1;
} finally {
  await ring.stop();
  rmSync(folder, {recursive: true, force: true});
}
