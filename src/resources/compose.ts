import {joinScripts, rawScript, type Script, sh} from '../shell/index.ts';
import {
  type AnyKind,
  type Facet,
  type Observed,
  type Ref,
  type RefKey,
  refKey,
  type ScriptedKind,
} from './contract.ts';

/** What a completed request gave; `Completed` of the transport fits. */
interface Output {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

/** The same references with each resource once, its facets together, kinds side by side. */
export function mergeRefs(refs: readonly Ref[]): readonly Ref[] {
  const merged = new Map<RefKey, {ref: Ref; facets: Set<Facet>}>();
  for (const ref of refs) {
    const key = refKey(ref);
    const entry = merged.get(key) ?? {ref, facets: new Set<Facet>()};
    for (const facet of ref.facets) entry.facets.add(facet);
    merged.set(key, entry);
  }
  return [...merged.values()].map(({ref, facets}) => ({...ref, facets: [...facets]}));
}

/**
 * The probes of several kinds as one script; those that answer for themselves are not in it. Each kind's section runs in a subshell of its own and ends with a frame
 * and its exit code, so that one that fails leaves the others readable. On stderr only a failure is framed.
 * @param marker an unguessable word, the same for `parseProbe`
 */
export function composeProbe(
  refs: readonly Ref[],
  kinds: ReadonlyMap<string, AnyKind>,
  marker: string,
): Script {
  const sections = sectionsOf(refs, kinds).map(
    ({kind, refs: ofKind}) =>
      sh`(
${kind.probe(ofKind, markerOf(marker, kind))}
)
c=$?
printf '\n%s %s\n' ${endOf(marker, kind)} "$c"
[ "$c" = 0 ] || printf '\n%s\n' ${endOf(marker, kind)} >&2`,
  );
  return joinScripts([prelude, ...sections]);
}

/**
 * What the composed probe found. A kind whose section failed, or printed what it never prints, answers `unreadable`
 * with the host's own words for each of its references.
 */
export function parseProbe(
  output: Output,
  refs: readonly Ref[],
  kinds: ReadonlyMap<string, AnyKind>,
  marker: string,
): ReadonlyMap<RefKey, Observed> {
  const found = new Map<RefKey, Observed>();
  let offset = 0;
  for (const {kind, refs: ofKind} of sectionsOf(refs, kinds)) {
    const section = sectionOf(output.stdout, offset, `\n${endOf(marker, kind)} `);
    offset = section.next;
    const stderr = wordsBefore(output.stderr, `\n${endOf(marker, kind)}\n`);
    for (const [key, observed] of answersOf(kind, ofKind, section, stderr, marker)) found.set(key, observed);
  }
  return found;
}

/** One language, so that tools say what we know, and the administrator's programs also for those who are not. */
const prelude = rawScript('LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH');

interface Section {
  readonly kind: ScriptedKind;
  readonly refs: readonly Ref[];
}

function sectionsOf(refs: readonly Ref[], kinds: ReadonlyMap<string, AnyKind>): readonly Section[] {
  const sections = new Map<string, {kind: ScriptedKind; refs: Ref[]}>();
  for (const ref of mergeRefs(refs)) {
    const kind = kinds.get(ref.kind);
    if (!kind) throw new Error(`no resource kind '${ref.kind}'`);
    if (kind.ask) continue;
    const section = sections.get(ref.kind) ?? {kind, refs: []};
    section.refs.push(ref);
    sections.set(ref.kind, section);
  }
  return [...sections.values()];
}

function answersOf(
  kind: ScriptedKind,
  refs: readonly Ref[],
  section: Framed,
  stderr: string,
  marker: string,
): ReadonlyMap<RefKey, Observed> {
  const unreadable = (reason: string): ReadonlyMap<RefKey, Observed> =>
    new Map(refs.map((ref) => [refKey(ref), {status: 'unreadable', reason}]));
  if (section.exitCode === undefined) return unreadable(`the probe of ${kind.kind} did not end`);
  if (section.exitCode !== 0) {
    return unreadable(stderr || `the probe of ${kind.kind} ended with exit code ${section.exitCode}`);
  }
  try {
    return kind.parse(
      {stdout: section.bytes, stderr, exitCode: section.exitCode},
      refs,
      markerOf(marker, kind),
    );
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return unreadable(`the probe of ${kind.kind} gave an unexpected answer: ${words}`);
  }
}

interface Framed {
  readonly bytes: Buffer;
  readonly exitCode: number | undefined;
  readonly next: number;
}

function sectionOf(stream: Buffer, start: number, frame: string): Framed {
  const end = stream.indexOf(frame, start);
  if (end < 0) return {bytes: stream.subarray(start), exitCode: undefined, next: stream.length};
  const lineEnd = stream.indexOf(0x0a, end + 1);
  const exitCode = Number.parseInt(stream.toString('utf8', end + frame.length, lineEnd), 10);
  return {bytes: stream.subarray(start, end), exitCode, next: lineEnd + 1};
}

/** The last line before a frame. */
function wordsBefore(stream: Buffer, frame: string): string {
  const end = stream.indexOf(frame);
  return end < 0 ? '' : (stream.toString('utf8', 0, end).trim().split('\n').at(-1) ?? '');
}

function markerOf(marker: string, kind: ScriptedKind): string {
  return `${marker}.${kind.kind}`;
}

function endOf(marker: string, kind: ScriptedKind): string {
  return `${marker}-end.${kind.kind}`;
}
