import {setMaxListeners} from 'node:events';
import type {Ref, SealedFiles, StateView} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Effect, EventBody, Replies} from '../effect.ts';
import type {HostAccess} from '../host.ts';
import type {LocalFiles} from '../local-files.ts';
import type {Overlay} from '../overlay.ts';
import type {Guard} from '../quorum.ts';
import {Interrupted} from '../stop.ts';
import {answerAmong, type Company, type Elsewhere} from './among.ts';

/** What the driver of a host works with, turned to another host. */
export async function turnedTo<R extends Reading>(
  other: string,
  reading: R,
): Promise<R & Pick<Elsewhere, 'writing'>> {
  const {host, overlay, writing} = await reading.hosts.reach(other);
  return {...reading, host, overlay, writing, lookAhead: async () => [], foresee: async () => undefined};
}

/** What the drivers of a live host share: files, knowledge, events, and the way they are interrupted. */
export interface Reading extends Company {
  readonly files: LocalFiles;
  readonly sealed: SealedFiles;
  /** What the coming tasks will ask of this user, so that one request can answer it all. */
  readonly lookAhead: (user: string) => Promise<readonly Ref[]>;
  /** The task that is certain to fail on this host for what it is; undefined where there is none. */
  readonly foresee: () => Promise<EventBody | undefined>;
  readonly emit: (event: EventBody) => void;
  /** What they have to say before this one is changed. */
  readonly guard: Guard;
  /** Aborted by the second: what runs is ended at once. */
  readonly hardSignal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type ReadingEffect = Extract<
  Effect,
  {
    type:
      | 'inputs'
      | 'need'
      | 'commands'
      | 'pause'
      | 'emit'
      | 'meet'
      | 'once'
      | 'confirm'
      | 'foresee'
      | 'conclude'
      | 'fell'
      | 'turn'
      | 'grow'
      | 'reach'
      | 'reconnect';
  }
>;

/** The answers that are the same in check and run. */
export async function answerReading(
  effect: ReadingEffect,
  reading: Reading,
): Promise<Replies[ReadingEffect['type']]> {
  switch (effect.type) {
    case 'inputs':
      return resolveInputs(effect, reading.files);
    case 'need':
      return need(effect.user, effect.refs, reading);
    case 'commands':
      await commandsReady(effect, reading.softSignal);
      return undefined;
    case 'pause':
      await pause(effect.milliseconds, reading.softSignal);
      // Who waits, waits for somebody else to change something.
      reading.host.drop({type: 'everything'});
      return undefined;
    case 'foresee':
      return reading.foresee();
    case 'emit':
      reading.emit(effect.event);
      return undefined;
    default:
      return answerAmong(effect, reading);
  }
}

/** @throws Interrupted */
export async function commandsReady(
  {ready}: Extract<Effect, {type: 'commands'}>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await ready(signal);
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  }
}

export async function resolveInputs(
  {refs, role, directory, source}: Extract<Effect, {type: 'inputs'}>,
  files: LocalFiles,
): Promise<Replies['inputs']> {
  const resolved = await Promise.all(
    refs.map(async (ref) => [ref.name, await files.resolve(ref, role, source, directory)] as const),
  );
  return new Map(resolved);
}

async function need(
  user: string,
  refs: readonly Ref[],
  {host, overlay, lookAhead}: Reading,
): Promise<StateView> {
  const missing = host.missing(user, refs);
  // What answers for itself is asked in a request of its own, so asking early saves nothing, and it may be late; what is
  // coming is asked with the first that does not, when more of it is known.
  if (missing.some((ref) => !host.answers(ref))) {
    const coming = (await lookAhead(user)).filter((ref) => !host.answers(ref));
    await host.probe(user, host.missing(user, [...refs, ...coming]));
  }
  // Over a session that was opened anew for it, nothing known before holds.
  await host.probe(user, host.missing(user, refs));
  return viewOf(user, host, overlay);
}

/** What is known, with the changes planned so far laid over it. */
export function viewOf(user: string, host: HostAccess, overlay: Overlay): StateView {
  const knowledge = host.knowledge(user);
  return {
    get: (ref) => {
      // Behind a planned link the same is asked for as was by this name.
      const facets = [...new Set([...(ref.facets ?? []), ...knowledge.facets(ref)])];
      const seen = overlay.see({...ref, facets}, (one) => knowledge.of(one));
      if (seen.status === 'unknown') throw new UnknownRead(new Unknown(seen.reason));
      return seen as ReturnType<StateView['get']> as never;
    },
  };
}

/** Waits; the first Ctrl-C ends the wait and the run. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Interrupted());
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    // Many hosts may wait at a time; that is no leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, {once: true});
  });
}
