import {
  contentOf,
  type Known,
  NotProbed,
  type Observed,
  type PathState,
  type Ref,
  type RefKey,
  refKey,
  type StateView,
} from '../../../src/resources/index.ts';
import {Unknown, UnknownRead} from '../../../src/text/index.ts';
import {isMap, type Value, type ValueMap} from '../../../src/values/index.ts';

/**
 * The host as a case describes it. What the case does not mention is there as on any host: paths are directories of
 * root, users and groups exist. Only what was announced by `reads` may be looked at, because only that is probed.
 * @throws NotProbed for anything else
 */
export function hostState(state: ValueMap, reads: readonly Ref[]): StateView {
  const readable = new Set(reads.map(refKey));
  return {
    get: <S extends object>(ref: Pick<Ref, 'kind' | 'id'>): Known<S> => {
      const key = refKey(ref);
      if (!readable.has(key)) throw new NotProbed({facets: [], ...ref});
      if (state[key] === 'unknown')
        throw new UnknownRead(new Unknown(`${key} depends on changes not yet made`));
      return observed(key, state[key]) as Known<S>;
    },
  };
}

function observed(key: RefKey, given: Value | undefined): Observed {
  if (given === 'absent') return {status: 'absent'};
  if (given !== undefined && !isMap(given))
    throw new Error(`${key}: a state is a map, 'absent' or 'unknown'`);
  if (key.startsWith('path:')) return {status: 'present', state: pathState(given ?? {})};
  return {status: 'present', state: key.startsWith('vault:') ? insideState(given ?? {}) : {...given}};
}

/** Of what is inside a server: the fields, and of a policy the text. */
function insideState({text, ...fields}: ValueMap): object {
  const content = typeof text === 'string' ? contentOf(text) : undefined;
  return {fields, ...(content ? {sha256: content.sha256, text} : {})};
}

function pathState({text, ...given}: ValueMap): Partial<PathState> {
  const type = given.type ?? 'directory';
  const content = typeof text === 'string' ? contentOf(text) : undefined;
  return {
    mode: type === 'directory' ? '0755' : type === 'link' ? '0777' : '0644',
    owner: 'root',
    group: 'root',
    uid: 0,
    gid: 0,
    links: 1,
    mount: false,
    ...(content ? {sha256: content.sha256, sizeBytes: content.sizeBytes, text: text as string} : {}),
    ...given,
    type: type as PathState['type'],
  };
}
