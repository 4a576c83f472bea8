import {VprovError} from '../../errors/index.ts';
import {
  NotProbed,
  type Observed,
  type Ref,
  type RefKey,
  refKey,
  type StateView,
} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Context} from '../context.ts';
import {type Driver, drive, type Effect, type EventBody, type Reply} from '../effect.ts';
import type {HostAccess} from '../host.ts';
import type {Knowledge} from '../knowledge.ts';
import type {LocalFiles} from '../local-files.ts';
import type {Overlay} from '../overlay.ts';
import {interpretTasks} from '../play.ts';
import {asksForRelease, releaseAsKnown} from '../releases.ts';
import type {HostScopes, Learned} from '../scopes.ts';
import {answerAlone} from './among.ts';
import {commandsReady, resolveInputs} from './reading.ts';

const mostTasks = 64;
const mostRefs = 512;

/** Ends a look-ahead that has seen enough. */
class EnoughSeen extends Error {}

export interface LookAhead {
  readonly context: Context;
  readonly scopes: (learned: Learned) => HostScopes;
  readonly host: HostAccess;
  readonly files: LocalFiles;
  readonly overlay: Overlay;
  /** Ends commands of this machine. */
  readonly signal: AbortSignal;
}

/**
 * What the coming tasks of a host will ask of a user's session: the interpretation is run on from where it stands,
 * with what is known answered and all else unknown, until nothing more can be rendered. The union of its needs is the
 * prefetch. At most 64 tasks and 512 resources that are not known.
 */
export async function lookAhead(user: string, ahead: LookAhead): Promise<readonly Ref[]> {
  const {host} = ahead;
  const refs: Ref[] = [];
  const seen = new Set<RefKey>();
  const add = (ref: Ref): void => {
    refs.push(ref);
    seen.add(refKey(ref));
  };
  let tasks = 0;
  await runAhead(ahead, {
    needs: (effect) => {
      if (effect.user === user) for (const ref of host.missing(user, effect.refs)) add(ref);
      if (seen.size > mostRefs) throw new EnoughSeen();
    },
    tells: (event) => {
      if (event.type === 'task-start' && ++tasks > mostTasks) throw new EnoughSeen();
    },
  });
  return refs;
}

/**
 * The first task of a play that is certain to fail on a host, because no release of what it wants runs there, as it would
 * be told; undefined where there is none, where its failure is let pass, or the host would fail before it.
 */
export async function foreseenRefusal(ahead: LookAhead): Promise<EventBody | undefined> {
  /** What has not been fetched yet, or is damaged in the cache, may be had when its turn comes. */
  let mayBeHad = false;
  let found: EventBody | undefined;
  await runAhead(ahead, {
    refused: (error) => {
      mayBeHad = error.diagnostics.every(({code}) => code === 'REL005');
    },
    tells: (event) => {
      if (event.type === 'task-start') mayBeHad = false;
      if (event.type !== 'task' || event.status !== 'failed' || event.ignored || event.rescued) return;
      if (asksForRelease(event.task) && !mayBeHad) found = event;
      throw new EnoughSeen();
    },
  });
  return found;
}

interface Watcher {
  readonly needs?: (effect: Extract<Effect, {type: 'need'}>) => void;
  readonly refused?: (error: VprovError) => void;
  readonly tells: (event: EventBody) => void;
}

async function runAhead(
  {context, scopes, host, files, overlay, signal}: LookAhead,
  watcher: Watcher,
): Promise<void> {
  const answer = async (effect: Effect): Promise<Reply> => {
    switch (effect.type) {
      case 'inputs':
        return resolveInputs(effect, files);
      case 'release':
        return releaseAsKnown(effect, files.releases, 'cache');
      case 'need':
        watcher.needs?.(effect);
        return knownView(effect.user, host, overlay);
      case 'change':
        return {status: 'would-change', reports: []};
      case 'act':
        return {status: 'unknown', unknown: new Unknown('not run yet')};
      case 'commands':
        await commandsReady(effect, signal);
        return undefined;
      case 'emit':
        watcher.tells(effect.event);
        return undefined;
      // What comes after it is looked ahead at as if nothing had been added.
      case 'grow':
      case 'doubt':
      case 'settle':
      case 'gate':
      case 'foresee':
      case 'reconnect':
      case 'pause':
        return undefined;
      case 'meet':
      case 'once':
      case 'confirm':
      case 'conclude':
      case 'fell':
      case 'turn':
        return answerAlone(effect);
      case 'reach':
        return undefined;
      case 'elsewhere':
        if (effect.effect.type === 'doubt') return undefined;
        throw new UnknownRead(new Unknown('not probed yet'));
    }
  };
  const driver = async (effect: Effect): Promise<Reply> => {
    try {
      return await answer(effect);
    } catch (error) {
      if (effect.type === 'release' && error instanceof VprovError) watcher.refused?.(error);
      throw error;
    }
  };
  try {
    await drive(interpretTasks(aheadOf(context, scopes)), driver as Driver);
  } catch (error) {
    if (!(error instanceof EnoughSeen)) throw error;
  }
}

/** A copy, in which nothing is learned by the host itself. */
function aheadOf(context: Context, scopes: LookAhead['scopes']): Context {
  const learned: Learned = {
    facts: context.learned.facts,
    registered: new Map(context.learned.registered),
    included: new Map(context.learned.included),
  };
  return {
    ...context,
    learned,
    scopes: scopes(learned),
    handlers: [...context.handlers],
    owed: new Map(context.owed),
    unsure: new Set(context.unsure),
    mayRun: new Map(context.mayRun),
    journal: {...context.journal},
    walk: {...context.walk},
    included: [],
    checkMode: true,
    withDiff: false,
    stopsWhen: undefined,
    isStepped: false,
    continues: true,
    entersUnknown: false,
    everyHandler: false,
  };
}

function knownView(user: string, host: HostAccess, overlay: Overlay): StateView {
  return {
    get: (ref) => {
      const seen = seenSoFar({facets: [], ...ref}, host.knowledge(user), overlay);
      if (!seen || seen.status === 'unknown') throw new UnknownRead(new Unknown('not probed yet'));
      return seen as never;
    },
  };
}

function seenSoFar(ref: Ref, knowledge: Knowledge, overlay: Overlay): Observed | undefined {
  try {
    return overlay.see(ref, (one) => knowledge.of(one));
  } catch (error) {
    if (error instanceof NotProbed) return undefined;
    throw error;
  }
}
