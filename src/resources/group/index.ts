import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {accountPrelude, isAccountName, parseAccounts, readAccounts} from '../accounts.ts';
import {
  type Attribute,
  type Change,
  type Observed,
  type Ref,
  type ResourceKind,
  refKey,
  type Want,
} from '../contract.ts';
import {mayComeWith} from '../package/bring.ts';

export interface GroupState {
  readonly gid: number | undefined;
  /** Users that have it as a supplementary group, in the file's order. */
  readonly members: readonly string[] | undefined;
}

export interface GroupDesired {
  /** A new group gets a number of the system's range. */
  readonly system?: boolean;
  readonly gid?: number;
}

export type GroupWant = Want<'group', GroupDesired>;
type GroupChange = Change<'group', GroupState, GroupDesired>;

export function groupRef(name: string): Ref<'group'> {
  return {kind: 'group', id: name, facets: ['state']};
}

export function groupWant(name: string, after: GroupDesired | 'absent'): GroupWant {
  return {ref: groupRef(name), after};
}

/** Local groups, as in /etc/group. The id is the name. */
export const group: ResourceKind<'group', GroupState, GroupDesired> = {
  kind: 'group',
  probe: (_refs, marker) => readAccounts(marker),
  parse(output, refs, marker) {
    const {groups} = parseAccounts(output.stdout, marker);
    return new Map(
      refs.map((ref): [ReturnType<typeof refKey>, Observed<GroupState>] => {
        const entry = groups.find(({name}) => name === ref.id);
        if (!entry) return [refKey(ref), {status: 'absent'}];
        return [refKey(ref), {status: 'present', state: {gid: entry.gid, members: entry.members}}];
      }),
    );
  },
  reads: (want) => [groupRef(want.ref.id)],
  refuse(want, view) {
    if (!isAccountName(want.ref.id)) return {refused: `'${want.ref.id}' is not a name for a group`};
    const observed = view.get(want.ref);
    return observed.status === 'unreadable' ? {refused: observed.reason} : undefined;
  },
  diff(before, want) {
    if (before.status === 'unknown') throw new UnknownRead(new Unknown(before.reason));
    const state = before.status === 'present' ? before.state : undefined;
    if (want.after === 'absent') return state ? [{name: 'exists', before: true, after: false}] : [];
    const {gid} = want.after;
    if (!state)
      return [{name: 'exists', after: true}, ...(gid === undefined ? [] : [{name: 'gid', after: gid}])];
    return gid === undefined || state.gid === gid ? [] : [gidAttribute(state.gid, gid)];
  },
  steps: (change) => [{type: 'script', script: joinScripts([accountPrelude, scriptFor(change)])}],
  effects: () => ({type: 'kinds', kinds: ['group', 'user', 'path']}),
  predict({want, before, attributes}) {
    if (want.after === 'absent') return {status: 'absent'};
    if (before.status === 'unknown' || before.status === 'unreadable') return before;
    const isNew = attributes.some(({name}) => name === 'exists');
    const gid = want.after.gid;
    return {
      status: 'present',
      state: {
        ...(before.status === 'present' ? before.state : {}),
        ...(isNew ? {members: []} : {}),
        ...(gid === undefined ? {} : {gid}),
      },
    };
  },
  /** A new user without a named group brings one of its own name; a removed one may take it along. */
  react(ref, observed, planned) {
    if (planned.ref.kind !== 'user' || planned.ref.id !== ref.id) return mayComeWith(observed, planned);
    const {after} = planned.want;
    const isMade = planned.attributes.some(({name}) => name === 'exists');
    if (after === 'absent') return {status: 'unknown', reason: `user ${ref.id} will be removed`};
    if (!isMade || 'group' in after || observed.status !== 'absent') return observed;
    return {status: 'present', state: {}};
  },
};

function gidAttribute(before: number | undefined, after: number): Attribute {
  if (before === undefined) throw new UnknownRead(new Unknown('the number of a group that is not made yet'));
  return {name: 'gid', before, after};
}

function scriptFor({want, attributes}: GroupChange): Script {
  const name = want.ref.id;
  if (want.after === 'absent')
    return sh`if has groupdel; then groupdel ${name}; elif has delgroup; then delgroup ${name}; else lacks groupdel delgroup; fi`;
  const {gid, system} = want.after;
  const number = gid === undefined ? [] : [sh`-g ${gid}`];
  if (!attributes.some((attribute) => attribute.name === 'exists'))
    return sh`has groupmod || lacks groupmod 'another program that changes groups'
groupmod ${number} ${name}`;
  return sh`if has groupadd; then groupadd ${[...(system ? ['-r'] : []), ...number, name]}
elif has addgroup; then addgroup ${[...(system ? ['-S'] : []), ...number, name]}
else lacks groupadd addgroup; fi`;
}
