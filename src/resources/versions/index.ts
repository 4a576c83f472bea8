import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {compareVersions, parseVersion} from '../../values/index.ts';
import {
  type Attribute,
  type Change,
  type Observed,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
  type Want,
} from '../contract.ts';
import {Cursor} from '../cursor.ts';

/** The versions of a program beside one another, at the moment when a link leads from one of them to another. */
export interface VersionsState {
  /** The link leads to the version that is wanted: there is nothing to be decided. */
  readonly isCurrent: boolean;
  /** Names of the older versions that nothing runs, and to which the link does not lead; none where it is current. */
  readonly idle: readonly string[];
}

/** Versions that are neither wanted nor run, nor were the last, are to be gone. */
export type VersionsDesired = Record<string, never>;

export type VersionsWant = Want<'versions', VersionsDesired>;

/**
 * @param link such as /usr/local/bin/bao
 * @param program such as /usr/local/lib/openbao/2.6.2/bao
 */
export function versionsWant(link: string, program: string): VersionsWant {
  return {ref: {kind: 'versions', id: `${link} -> ${program}`, facets: ['state']}, after: {}};
}

const attributeName = 'older versions';

/**
 * Old versions of a program, which are removed when its link is switched: what it led to before, and what runs, stay.
 * The id names the link and the program that is wanted.
 */
export const versions: ResourceKind<'versions', VersionsState, VersionsDesired> = {
  kind: 'versions',
  probe: (refs, marker) => look(refs, marker),
  parse(output, refs, marker) {
    const cursor = new Cursor(output.stdout);
    return new Map(
      refs.map((ref): [RefKey, Observed<VersionsState>] => {
        const lines = cursor.block(marker).toString().split('\n');
        const names = lines.filter((line) => line.startsWith('i')).map((line) => line.slice(1));
        const idle = names.filter((name) => isOlder(name, placeOf(ref).version));
        return [refKey(ref), {status: 'present', state: {isCurrent: lines.includes('='), idle}}];
      }),
    );
  },
  reads: (want) => [want.ref],
  refuse: () => undefined,
  diff(before): readonly Attribute[] {
    const idle = before.status === 'present' ? (before.state.idle ?? []) : [];
    return idle.length === 0 ? [] : [{name: attributeName, before: idle.join(', '), after: null}];
  },
  steps: (change, _nonce) => [{type: 'script', script: remove(change)}],
  effects: (change) => ({type: 'subtree', path: placeOf(change.ref).base}),
  // The link is another's to switch.
  predict: ({before}) =>
    before.status === 'present' ? {status: 'present', state: {...before.state, idle: []}} : before,
};

interface Place {
  readonly link: string;
  readonly base: string;
  readonly version: string;
  readonly program: string;
}

function placeOf({id}: Pick<Ref, 'id'>): Place {
  const [link = '', file = ''] = id.split(' -> ');
  const [, base = '', version = '', program = ''] = /^(.*)\/([^/]+)\/([^/]+)$/.exec(file) ?? [];
  return {link, base, version, program};
}

/**
 * Whether a folder has the name of a version before the one that is wanted: whatever else somebody has put beside them is
 * theirs, and a newer one may have been put there to be switched to.
 */
function isOlder(name: string, wanted: string): boolean {
  const form = /^v?\d+(?:\.\d+)*(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
  return (
    form.test(name) && form.test(wanted) && compareVersions(parseVersion(name), parseVersion(wanted)) < 0
  );
}

/**
 * Builtins only. What has anything beside the program in its folder was not put there by us. Where the link leads nowhere, nobody knows which version was the last: all stay. What runs is asked only where there is something to remove. Prints `=` where the link is current, else a
 * line `iNAME` for each folder that may be such.
 */
function look(refs: readonly Ref<'versions'>[], marker: string): Script {
  const calls = refs.map((ref) => {
    const {link, base, version, program} = placeOf(ref);
    return sh`look ${link} ${base} ${version} ${program}
printf '\n%s\n' ${marker}`;
  });
  return joinScripts([
    sh`look() {
if [ "$1" -ef "$2/$3/$4" ]; then echo =; return; fi
[ -e "$1" ] || return 0
for d in "$2"/*; do
[ -d "$d" ] && [ ! -L "$d" ] && [ -f "$d/$4" ] || continue
o=''
for e in "$d"/* "$d"/.[!.]* "$d"/..?*; do
if [ "$e" != "$d/$4" ] && { [ -e "$e" ] || [ -L "$e" ]; }; then o=y; break; fi
done
[ -z "$o" ] || continue
[ "\${d##*/}" != "$3" ] && [ ! "$1" -ef "$d/$4" ] || continue
r=''
for x in /proc/[0-9]*/exe; do
if [ "$x" -ef "$d/$4" ]; then r=y; break; fi
done
[ -n "$r" ] || printf 'i%s\n' "\${d##*/}"
done
}`,
    ...calls,
  ]);
}

function remove({ref, attributes}: Change): Script {
  const {base} = placeOf(ref);
  const names = String(attributes.find(({name}) => name === attributeName)?.before ?? '').split(', ');
  return sh`for d in ${names.map((name) => `${base}/${name}`)}; do rm -rf -- "$d" || exit 1; done`;
}
