import {createHash} from 'node:crypto';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import type {Stuck} from '../cluster/ports.ts';

/** What a snapshot says of itself. */
export interface SnapshotFacts {
  /** Of the last entry that is in it. */
  readonly index: number;
  readonly term: number;
  /** Ids of the members at that time. */
  readonly peers: readonly string[];
  /** Of the state, in bytes. */
  readonly sizeBytes: number;
}

const [meta, state, sums, sealedSums] = [
  'meta.json',
  'state.bin',
  'SHA256SUMS',
  'SHA256SUMS.sealed',
] as const;
const expected: readonly string[] = [meta, state, sums, sealedSums];
/** The server reads no more of the small ones either. */
const smallBytes = 8_192;

/** One file of the archive: its digest, and its text where it is a small one. */
interface Member {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly text: string;
}

/**
 * Whether a snapshot is whole: a server whose saving fails half-way still answers with 200 and what it has until then. Its archive must
 * end, hold the four files that a server writes, those with the digests and the size that it says, and the sealed digests last.
 * That those are of this cluster's seal is seen by a server only.
 * https://github.com/hashicorp/raft-snapshot (archive.go)
 */
export async function verifySnapshot(bytes: Buffer): Promise<SnapshotFacts | Stuck> {
  const members = await membersOf(bytes);
  if ('problem' in members) return members;
  const names = members.map(({name}) => name);
  const missing = expected.filter((name) => !names.includes(name));
  if (missing.length > 0) return {problem: `the snapshot is not whole: it has no ${missing.join(', no ')}`};
  if (names.length > expected.length || names.at(-1) !== sealedSums)
    return {problem: `the snapshot is none: its files are ${names.join(', ')}`};
  const of = (name: string): Member => members.find((one) => one.name === name) as Member;
  if (of(sealedSums).sizeBytes === 0)
    return {problem: 'the snapshot is not whole: its sealed sums are empty'};
  const said = sumsIn(of(sums).text);
  for (const name of [meta, state])
    if (said.get(name) !== of(name).sha256)
      return {problem: `the snapshot is damaged: ${name} is not what its sum says`};
  const facts = factsIn(of(meta).text);
  if (!facts) return {problem: 'the snapshot is damaged: its meta.json cannot be read'};
  if (facts.sizeBytes !== of(state).sizeBytes)
    return {
      problem: `the snapshot is not whole: its state has ${of(state).sizeBytes} bytes of ${facts.sizeBytes}`,
    };
  return facts;
}

async function membersOf(bytes: Buffer): Promise<readonly Member[] | Stuck> {
  const tar = await import('tar-stream');
  const extract = tar.extract();
  const unpacking = pipeline(Readable.from([bytes]), createGunzip(), extract);
  // What ends the pipeline ends the loop, too, and is told there.
  unpacking.catch(() => undefined);
  const members: Member[] = [];
  try {
    for await (const entry of extract) {
      const hash = createHash('sha256');
      const kept: Buffer[] = [];
      let sizeBytes = 0;
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        if (sizeBytes < smallBytes) kept.push(chunk);
        sizeBytes += chunk.length;
      }
      const text = Buffer.concat(kept).subarray(0, smallBytes).toString('utf8');
      members.push({name: entry.header.name, sizeBytes, sha256: hash.digest('hex'), text});
    }
    await unpacking;
  } catch (error) {
    return {problem: `the snapshot is not whole: ${error instanceof Error ? error.message : String(error)}`};
  }
  return members;
}

/** Lines as `sha256sum` writes them, in any order. */
function sumsIn(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').flatMap((line) => {
    const [, sum, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    return sum && name ? [[name, sum] as const] : [];
  });
  return new Map(lines);
}

function factsIn(text: string): SnapshotFacts | undefined {
  try {
    const {Index, Term, Size, Configuration} = JSON.parse(text) as Record<string, unknown>;
    const servers = (Configuration as {readonly Servers?: unknown} | undefined)?.Servers;
    if (typeof Index !== 'number' || typeof Term !== 'number' || typeof Size !== 'number') return undefined;
    const peers = Array.isArray(servers) ? servers.map(({ID}: {readonly ID?: unknown}) => String(ID)) : [];
    return {index: Index, term: Term, sizeBytes: Size, peers};
  } catch {
    // It is no JSON: whoever asked says so.
    return undefined;
  }
}
