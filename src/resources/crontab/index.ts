import {quoteText, Script, sh} from '../../shell/index.ts';
import {reveal, type Text, toText, Unknown, UnknownRead} from '../../text/index.ts';
import {isAccountName} from '../accounts.ts';
import {contentOf} from '../content.ts';
import {
  type Change,
  type Content,
  type Known,
  type Observed,
  type ProbeOutput,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {asRootHint} from '../only-root.ts';
import {changesContents, kindsKeptAt} from '../path/index.ts';
import {
  type CrontabChange,
  type CrontabDesired,
  type CrontabState,
  contentOfWant,
  crontabRef,
} from './state.ts';
import {undoCrontab} from './undo.ts';

export {type CrontabDesired, type CrontabState, crontabRef, crontabWant} from './state.ts';

/** The text of a crontab, from what was observed; the empty text where there is none. */
export function crontabText(observed: Observed<CrontabState>): Text {
  switch (observed.status) {
    case 'absent':
      return [];
    case 'present':
      if (observed.state.text !== undefined) return toText(observed.state.text);
      throw new UnknownRead(new Unknown('the crontab depends on changes not yet made'));
    case 'unknown':
      throw new UnknownRead(new Unknown(observed.reason));
    case 'unreadable':
      return [];
  }
}

/** What users have told cron. The id is the user. @see crontab(1) */
export const crontab: ResourceKind<'crontab', CrontabState, CrontabDesired> = {
  kind: 'crontab',
  probe(refs, marker) {
    const users = refs.map(({id}) => id).filter(isAccountName);
    return sh`command -v crontab >/dev/null 2>&1 || { echo 'crontab is not on the host: no cron is installed' >&2; exit 1; }
me=$(id -u) own=$(id -un)
for u in ${users}; do
if [ "$me" != 0 ] && [ "$own" != "$u" ] && grep -q "^$u:" /etc/passwd; then echo x
elif o=$(crontab -u "$u" -l 2>/dev/null); then printf 'y\n%s\n' "$o"
elif grep -q "^$u:" /etc/passwd; then echo n
elif [ -s "/var/spool/cron/crontabs/$u" ] || [ -f "/var/spool/cron/$u" ]; then echo l
else echo n; fi
printf '\n%s\n' ${marker}
done`;
  },
  parse: parseCrontabs,
  reads: (want) => [crontabRef(want.ref.id), {kind: 'user', id: want.ref.id, facets: ['state']}],
  refuse(want, view) {
    const {id} = want.ref;
    const observed = view.get(crontabRef(id));
    if (observed.status === 'unreadable')
      return {refused: observed.reason, ...(observed.hint ? {hint: observed.hint} : {})};
    if (view.get({kind: 'user', id}).status !== 'absent') return undefined;
    return {
      refused: `user '${id}' does not exist on the host, and no task before this one makes it`,
      hint: `make it before with a task 'user: {name: ${id}}'`,
    };
  },
  diff(before, want) {
    const text = before.status === 'absent' ? '' : textOf(before);
    const content = contentOfWant(want);
    const wanted = contentText(content);
    if (text === wanted) return [];
    const old = text ? {before: contentOf(text).sha256.slice(0, 12)} : {};
    return [{name: 'content', ...old, after: content.sha256.slice(0, 12)}];
  },
  stands: ({ref, before}) => {
    const text = before.status === 'present' ? before.state.text : '';
    if (text === undefined) return undefined;
    const {sha256} = contentOf(text.replace(/\n*$/, ''));
    return sh`o=$(crontab -u ${ref.id} -l 2>/dev/null)
[ "$(printf %s "$o" | sha256sum)" = ${`${sha256}  -`} ]`;
  },
  steps: ({ref, want}) => [{type: 'script', script: stepOf(ref.id, contentOfWant(want))}],
  effects: (change) => ({type: 'refs', keys: [refKey(change.ref)]}),
  predict({want}: CrontabChange) {
    const content = contentOfWant(want);
    if (content.sizeBytes === 0) return {status: 'absent'};
    return {status: 'present', state: {text: contentText(content)}};
  },
  react: reactCrontab,
  undo: undoCrontab,
};

/** Nobody removes the crontab of a user who goes: it is there for the next of that name. */
function leftOf(user: string): string {
  return `a crontab of an earlier user ${user} is there`;
}

function reactCrontab(
  {id: user}: Ref<'crontab'>,
  observed: Observed<CrontabState>,
  planned: Change,
): Observed<CrontabState> {
  const {kind, id} = planned.ref;
  if (kind === 'user' && id === user) {
    const exists = planned.attributes.find(({name}) => name === 'exists')?.after;
    if (exists === false && observed.status === 'present') return {status: 'absent', mayCome: leftOf(user)};
    if (exists !== true || observed.status !== 'absent' || observed.mayCome === undefined) return observed;
    return {status: 'unknown', reason: observed.mayCome};
  }
  // The file that holds it, by its path: what will stand in it then is not said here.
  const isKept = kind === 'path' && kindsKeptAt(id).includes('crontab');
  return isKept && changesContents(planned)
    ? {status: 'unknown', reason: `it is kept in ${id}, which is changed before`}
    : observed;
}

/** One without lines is removed: of a user who goes next, nothing is left. */
function stepOf(user: string, {sizeBytes, text = []}: Content): Script {
  if (sizeBytes === 0) return sh`crontab -u ${user} -r`;
  return sh`printf %s ${new Script(quoteText(text))} | crontab -u ${user} -`;
}

function parseCrontabs(
  {stdout}: ProbeOutput,
  refs: readonly Ref<'crontab'>[],
  marker: string,
): ReadonlyMap<RefKey, Observed<CrontabState>> {
  const cursor = new Cursor(stdout);
  return new Map(
    refs.map((ref): [RefKey, Observed<CrontabState>] => {
      if (!isAccountName(ref.id))
        return [refKey(ref), {status: 'unreadable', reason: `'${ref.id}' is not the name of a user`}];
      const [first = '', ...lines] = cursor.block(marker).toString('utf8').split('\n');
      if (first === 'x')
        return [
          refKey(ref),
          {status: 'unreadable', reason: `only root may change the crontab of ${ref.id}`, hint: asRootHint},
        ];
      if (first === 'l') return [refKey(ref), {status: 'absent', mayCome: leftOf(ref.id)}];
      if (first !== 'y') return [refKey(ref), {status: 'absent'}];
      const text = lines.join('\n').replace(/\n*$/, '\n');
      return [refKey(ref), {status: 'present', state: {text: text === '\n' ? '' : text}}];
    }),
  );
}

function textOf(observed: Known<CrontabState>): string | undefined {
  return observed.status === 'present' ? observed.state.text : undefined;
}

function contentText({text = []}: Content): string {
  return reveal(text);
}
