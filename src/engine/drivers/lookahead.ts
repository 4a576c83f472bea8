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
import {type Driver, drive, type Effect, type Reply} from '../effect.ts';
import type {HostAccess} from '../host.ts';
import type {Knowledge} from '../knowledge.ts';
import type {LocalFiles} from '../local-files.ts';
import type {Overlay} from '../overlay.ts';
import {interpretTasks} from '../play.ts';
import {releaseAsKnown} from '../releases.ts';
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
export async function lookAhead(
  user: string,
  {context, scopes, host, files, overlay, signal}: LookAhead,
): Promise<readonly Ref[]> {
  const refs: Ref[] = [];
  const seen = new Set<RefKey>();
  const add = (ref: Ref): void => {
    refs.push(ref);
    seen.add(refKey(ref));
  };
  let tasks = 0;
  const answer = async (effect: Effect): Promise<Reply> => {
    switch (effect.type) {
      case 'inputs':
        return resolveInputs(effect, files);
      case 'release':
        return releaseAsKnown(effect, files.releases, 'cache');
      case 'need':
        if (effect.user === user) for (const ref of host.missing(user, effect.refs)) add(ref);
        if (seen.size > mostRefs) throw new EnoughSeen();
        return knownView(effect.user, host, overlay);
      case 'change':
        return {status: 'would-change', reports: []};
      case 'act':
        return {status: 'unknown', unknown: new Unknown('not run yet')};
      case 'commands':
        await commandsReady(effect, signal);
        return undefined;
      case 'emit':
        if (effect.event.type === 'task-start' && ++tasks > mostTasks) throw new EnoughSeen();
        return undefined;
      // What comes after it is looked ahead at as if nothing had been added.
      case 'grow':
      case 'doubt':
      case 'settle':
      case 'gate':
      case 'reconnect':
      case 'pause':
        return undefined;
      case 'meet':
      case 'once':
      case 'confirm':
      case 'conclude':
      case 'turn':
        return answerAlone(effect);
      case 'reach':
        return undefined;
      case 'elsewhere':
        if (effect.effect.type === 'doubt') return undefined;
        throw new UnknownRead(new Unknown('not probed yet'));
    }
  };
  const learned: Learned = {
    facts: context.learned.facts,
    registered: new Map(context.learned.registered),
    included: new Map(context.learned.included),
  };
  const copy: Context = {
    ...context,
    learned,
    scopes: scopes(learned),
    handlers: [...context.handlers],
    owed: new Map(context.owed),
    unsure: new Set(context.unsure),
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
  try {
    await drive(interpretTasks(copy), answer as Driver);
  } catch (error) {
    if (!(error instanceof EnoughSeen)) throw error;
  }
  return refs;
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
