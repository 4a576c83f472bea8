/**
 * How long it takes to be logged in, against OpenSSH's own: the same sshd, key and known_hosts, one after the other in
 * turns. OpenSSH's time is from its start to when it has logged in (LocalCommand), ours from the call to the connection
 * in a process that has connected before, as hosts of a run do.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createConnector} from '../src/transport/index.ts';
import {startRing} from '../test/loopback/ring.ts';

const rounds = 30;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const ring = await startRing({shell: 'dash'});
const options = ring.options();
const connect = createConnector({environment: {}});

async function ours(): Promise<number> {
  const start = performance.now();
  const connection = await connect(options);
  const tookMs = performance.now() - start;
  await connection.close();
  return tookMs;
}

async function theirs(): Promise<number> {
  const settings = {
    UserKnownHostsFile: ring.knownHostsFile,
    StrictHostKeyChecking: 'yes',
    IdentitiesOnly: 'yes',
    // Its usual one is safer against computers of the future, and costs more than all the rest.
    KexAlgorithms: 'curve25519-sha256',
    PermitLocalCommand: 'yes',
    LocalCommand: 'echo in',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const args = ['-F', 'none', '-i', ring.keyFile, '-p', String(ring.port), '-N', ...flags, 'pi@127.0.0.1'];
  const start = performance.now();
  const child = spawn('ssh', args, {stdio: ['ignore', 'pipe', 'inherit']});
  await once(child.stdout, 'data');
  const tookMs = performance.now() - start;
  const ended = once(child, 'close');
  child.kill();
  await ended;
  return tookMs;
}

const [own, openssh]: [number[], number[]] = [[], []];
await ours();
for (let round = 0; round < rounds; round++) {
  openssh.push(await theirs());
  own.push(await ours());
}
await ring.stop();
const [mineMs, theirsMs] = [median(own), median(openssh)];
process.stdout.write(
  `logged in: vprov ${mineMs.toFixed(1)} ms, OpenSSH ${theirsMs.toFixed(1)} ms, ratio ${(mineMs / theirsMs).toFixed(2)} (at most 1.2)\n`,
);
process.exitCode = mineMs <= 1.2 * theirsMs ? 0 : 1;
