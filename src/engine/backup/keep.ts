import {type AnyKind, type Change, keptVersionsOf, type Noted} from '../../resources/index.ts';
import {joinScripts, type Script, sh} from '../../shell/index.ts';
import type {TaskLabel} from '../events.ts';
import {changeLine, versionName, versionStem} from './manifest.ts';

/** Of how many runs the versions of one path are kept on a host: all of a run, as with some of them it cannot be taken back. */
const keptRunsOfPath = 3;
/** Runs whose changes are remembered on a host though no version of theirs is left. */
const keptRuns = 50;

/** It could not be written. */
const couldNot = 1;
/** It is too large for a copy, and cannot be linked. */
const tooLarge = 2;

/** What one run keeps on one host so that it can be taken back. */
export class HostBackup {
  readonly #run: string;
  readonly #undoes: string | undefined;
  readonly #kinds: ReadonlyMap<string, AnyKind>;
  readonly #onUser: (user: string) => void;
  readonly #users = new Set<string>();
  readonly #unkept = new Set<string>();
  #count = 0;

  /**
   * @param undoes the run that this one takes back
   * @param onUser told of each user who keeps something, before they do
   */
  constructor(
    run: string,
    undoes: string | undefined,
    kinds: ReadonlyMap<string, AnyKind>,
    onUser: (user: string) => void,
  ) {
    this.#run = run;
    this.#undoes = undoes;
    this.#kinds = kinds;
    this.#onUser = onUser;
  }

  /**
   * What stands before the steps of a change, in the same request: it is noted, and what it takes away is kept. A
   * change that cannot be kept is made all the same (it may be the one that makes room): `$unkept` is
   * not 0 then: the sum of `couldNot` and `tooLarge`.
   */
  before(user: string, change: Change, task: TaskLabel): Script {
    if (!this.#users.has(user)) this.#onUser(user);
    this.#users.add(user);
    const n = ++this.#count;
    const {kind} = change.ref;
    const undo = this.#kinds.get(kind)?.undo;
    const noted: Noted = undo?.note(change) ?? {id: change.ref.id, attributes: withoutValues(change)};
    const keep = undo?.keep?.(change);
    const steps = [
      sh`printf '%s\n' ${changeLine(n, task, change.ref, noted)} >>"$vr/changes" || vu=1`,
      ...(keep ? [keeping(keep, kind, noted.id, n, this.#undoes ?? 'none')] : []),
    ];
    return sh`vu=1
{
vb=${keptVersionsOf(user)}
vr=$vb/${this.#run}
umask 077
if [ -d "$vr" ] || { mkdir -p "$vr" && ${forgetRuns}; }; then
vu=0
${joinScripts(steps)}
fi
umask 022
} 2>/dev/null || :
[ "$vu" = 0 ] || unkept=$((unkept | ${couldNot}))`;
  }

  /**
   * What is said of changes of a task that could not be kept: of what could not be written only with the first of a user.
   * @param unkept what the host has said of them
   */
  tellUnkept(unkept: number, user: string, host: string, task: TaskLabel): readonly string[] {
    return [
      ...(unkept & tooLarge
        ? [
            `${host}: what '${task.name}' changes is too large to be copied, and is not kept: vprov undo will not bring that back`,
          ]
        : []),
      ...(unkept & couldNot ? this.#firstUnkept(user, host) : []),
    ];
  }

  #firstUnkept(user: string, host: string): readonly string[] {
    if (this.#unkept.has(user)) return [];
    this.#unkept.add(user);
    const place = user === 'root' ? '/var/lib/vprov/backup' : `~${user}/.local/state/vprov/backup`;
    return [
      `${host}: ${user} can keep nothing, or not all, in ${place} of what is changed (see whether the disk is full): vprov undo will not bring that back`,
    ];
  }
}

/** @param spared the run that is being taken back, whose versions are all needed still */
function keeping(keep: Script, kind: string, id: string, n: number, spared: string): Script {
  return sh`v=$vr/${versionName(kind, id, n)} k=failed
${keep}
case $k in
failed) vu=1 ;;
large) unkept=$((unkept | ${tooLarge})) ;;
esac
printf '{"v":1,"n":%s,"kept":"%s"}\n' ${n} "$k" >>"$vr/changes" || vu=1
l=
set --
for f in "$vb"/*/${versionStem(kind, id)}.*; do
f=\${f%/*}
case $f in "$vb"/${spared}|"$vr"|"$l") ;; *) set -- "$@" "$f"; l=$f ;; esac
done
while [ $# -ge ${keptRunsOfPath} ]; do
rm -rf "$1"/${versionStem(kind, id)}.*
shift
done`;
}

/**
 * Names of runs sort as they were begun, by clocks that may differ: this one stays, whatever its name. Those that hold a
 * version hold one of the newest of something.
 */
const forgetRuns = sh`{
set -- "$vb"/*-*-*
while [ $# -gt ${keptRuns} ]; do
k=
[ "$1" != "$vr" ] || k=1
for f in "$1"/*.*; do if [ -e "$f" ] || [ -L "$f" ]; then k=1; break; fi; done
[ -n "$k" ] || rm -rf "$1"
shift
done
}`;

function withoutValues({attributes}: Change): Noted['attributes'] {
  return attributes.map(({name}) => ({name}));
}
