import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {applyPatch} from 'diff';
import type {ChangeReport} from '../../src/engine/index.ts';
import type {Seen, Snapshot} from './witness.ts';

type Attribute = ChangeReport['attributes'][number];
type Thing = {-readonly [K in keyof Seen]: Seen[K]};

const mostLinks = 40;

/**
 * A host by what is told of it: it begins as a snapshot, and every change that is reported is made to it as it is
 * reported. What is then different from the host is a lie: something not told, or told and not so.
 */
export class Model {
  readonly things: Map<string, Thing>;
  readonly #before: Snapshot;
  readonly #after: Snapshot;
  readonly #accounts = new Set<string>();
  readonly #active: Set<string>;
  /** Of users, the groups that they were told to be in besides their own. */
  readonly #memberships = new Map<string, readonly string[]>();
  /** By `kind:name` what was told of others: a value, or only whether there is something. */
  readonly #told = new Map<string, string | boolean>();
  /** What a mount hides. */
  readonly #hidden = new Map<string, ReadonlyMap<string, Thing>>();
  /** What was reported and cannot be. */
  readonly lies: string[] = [];

  /** Directories that came back with all below them, which is told by one change. */
  readonly #whole = new Set<string>();
  /** Where something was mounted before, and is not any more. */
  readonly #untold = new Set<string>();
  readonly #restores: boolean;

  /** @param restores the changes are those of an undo: a directory that it makes was there before, with all below it */
  constructor(before: Snapshot, after: Snapshot, restores = false) {
    this.#restores = restores;
    this.#before = before;
    this.#active = new Set(before.active);
    this.#after = after;
    // Names of one file are one thing.
    const files = new Map<string, Thing>();
    this.things = new Map(
      [...before.paths].map(([path, seen]) => {
        const thing = (seen.inode === undefined ? undefined : files.get(seen.inode)) ?? {...seen};
        if (seen.inode !== undefined) files.set(seen.inode, thing);
        return [path, thing];
      }),
    );
  }

  /** @param follows the task manages what a link leads to */
  change({ref, attributes, diff}: ChangeReport, follows: boolean): undefined {
    const [kind = ''] = ref.split(':', 1);
    const id = ref.slice(kind.length + 1);
    if (kind === 'unit') return this.#changeUnit(id.replace(/\.service$/, ''), attributes);
    if (kind === 'user' || kind === 'group') return this.#changeAccount(kind, id, attributes);
    if (kind === 'crontab') return this.#changeCrontab(ref, attributes, diff);
    if (kind !== 'path') return this.#changeOther(ref, kind, id, attributes);
    const path = this.resolve(
      id,
      follows && !attributes.some(({name}) => name === 'type' || name === 'target'),
    );
    if (path === undefined) return this.#lie(`${ref}: its folder leads nowhere`);
    if (this.#isUntold(path)) return undefined;
    for (const attribute of attributes) this.#changePath(path, attribute, diff);
    if (this.#restores && attributes.some(({name, after}) => name === 'type' && after === 'file'))
      this.#rejoin(path);
  }

  /** A name of a file that comes back is one of the file that has its other names, where it is so in the end. */
  #rejoin(path: string): void {
    const inode = this.#after.paths.get(path)?.inode;
    const thing = this.things.get(path);
    if (inode === undefined) return;
    for (const [name, other] of this.things) {
      if (name === path || other.type !== 'file' || this.#after.paths.get(name)?.inode !== inode) continue;
      if (show(other) === show(thing)) this.things.set(path, other);
      else this.#lie(`${path} is ${name}, and was told to be ${show(thing)}, not ${show(other)}`);
      return;
    }
  }

  /** The one name of what a path stands for; links above it, and with `follows` at its end, are gone through. */
  resolve(path: string, follows: boolean, depth = 0): string | undefined {
    if (path === '/' || depth > mostLinks) return path === '/' ? '/' : undefined;
    const folder = this.resolve(posix.dirname(path), true, depth + 1);
    if (folder === undefined) return undefined;
    const here = posix.join(folder, posix.basename(path));
    const thing = this.things.get(here);
    if (!follows || thing?.type !== 'link') return here;
    return this.resolve(posix.resolve(folder, thing.target ?? ''), true, depth + 1);
  }

  /** Everything that is told and not so, or so and not told. */
  differences(): readonly string[] {
    const found = [...this.lies];
    const names = new Set([...this.things.keys(), ...this.#after.paths.keys()]);
    for (const name of names) {
      if (this.#isUntold(name)) continue;
      const told = this.things.get(name);
      const seen = this.#after.paths.get(name);
      if (show(told) !== show(seen && this.#withoutChurn(seen, told)))
        found.push(`${name}: told ${show(told)}, is ${show(seen)}`);
    }
    const told = [...this.#active].sort().join(' ');
    const seen = [...this.#after.active].sort().join(' ');
    if (told !== seen) found.push(`active units: told ${told}, are ${seen}`);
    found.push(...this.#otherDifferences());
    for (const [kind, before, after] of this.#accountTables())
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        const [was, is] = [before.get(name), after.get(name)].map((line) => this.#withoutTold(kind, line));
        const same = was === is;
        if (!same && !this.#accounts.has(`${kind}:${name}`))
          found.push(`${kind} ${name}: ${before.get(name)} became ${after.get(name)}, and nobody told`);
      }
    for (const [user, told] of this.#memberships) {
      const seen = [...this.#after.groups].filter(([, line]) => line[3]?.split(',').includes(user));
      const names = seen.map(([name]) => name).sort();
      if (names.join() !== [...told].sort().join())
        found.push(`user ${user} : told to be in ${told.join()}, is in ${names.join()}`);
    }
    return found;
  }

  /** A line of an account; of a group, without the members of which something was told. */
  #withoutTold(kind: 'user' | 'group', line: readonly string[] | undefined): string | undefined {
    if (kind === 'user' || !line) return line?.join(':');
    const members = (line[3] ?? '').split(',').filter((name) => !this.#accounts.has(`user:${name}`));
    return [...line.slice(0, 3), members.join()].join(':');
  }

  #isUntold(path: string): boolean {
    return (
      [...this.#whole].some((one) => path.startsWith(`${one}/`)) ||
      [...this.#untold].some((one) => path === one || path.startsWith(`${one}/`))
    );
  }

  #otherDifferences(): readonly string[] {
    const [before, after] = [this.#before.others, this.#after.others];
    return [...new Set([...before.keys(), ...after.keys(), ...this.#told.keys()])].flatMap((name) => {
      const told = this.#told.get(name) ?? before.get(name) ?? false;
      const seen = after.get(name);
      const isSo = typeof told === 'boolean' ? told === isThere(name, seen) : told === seen;
      return isSo ? [] : [`${name} : told ${told}, is ${seen}`];
    });
  }

  /** What belongs to an account that was made twice has one of its numbers: which, nobody told. */
  #withoutChurn(seen: Seen, told: Seen | undefined): Seen {
    const any = (kind: 'users' | 'groups', id: number | undefined): boolean =>
      id !== undefined && (Number.isNaN(id) || this.#isChurned(kind, id));
    return {
      ...seen,
      ...(told?.mode === anyMode && seen.type === 'directory' ? {mode: anyMode} : {}),
      ...(any('users', told?.uid) ? {uid: told?.uid ?? 0} : {}),
      ...(any('groups', told?.gid) ? {gid: told?.gid ?? 0} : {}),
    };
  }

  #isChurned(kind: 'users' | 'groups', id: number): boolean {
    const isIts = (line: readonly string[] | undefined): boolean => Number(line?.[2]) === id;
    return [...this.#accounts].some((account) => {
      const name = account.slice(account.indexOf(':') + 1);
      return isIts(this.#before[kind].get(name)) || isIts(this.#after[kind].get(name));
    });
  }

  #changeUnit(name: string, attributes: readonly Attribute[]): undefined {
    for (const {name: attribute, before, after} of attributes) {
      if (attribute === 'active' && before !== undefined && before !== this.#active.has(name))
        this.#lie(`unit ${name} was told to be ${before ? 'active' : 'inactive'}, and is not`);
      if (attribute === 'masked') this.#changeMask(name, after === true);
      if (attribute === 'enabled') this.#told.set(`enabled:${name}`, after === true);
      if ((attribute === 'active' && after === true) || attribute === 'invocation') this.#active.add(name);
      else if (attribute === 'active') this.#active.delete(name);
    }
  }

  /** A mask is a link in the place of its file in /etc. */
  #changeMask(name: string, masked: boolean): void {
    const file = `/etc/systemd/system/${name}.service`;
    if (masked) this.things.set(file, {type: 'link', mode: '', uid: 0, gid: 0, target: '/dev/null'});
    else this.things.delete(file);
  }

  #accountTables() {
    const {users, groups} = this.#before;
    return [
      ['user', users, this.#after.users],
      ['group', groups, this.#after.groups],
    ] as const;
  }

  /** What of an account was named last must be so in the end: the caller has only one task per name and attribute. */
  #changeAccount(kind: string, id: string, attributes: readonly Attribute[]): undefined {
    this.#accounts.add(`${kind}:${id}`);
    const exists = attributes.find(({name}) => name === 'exists');
    const groups = attributes.find(({name}) => name === 'groups');
    if (kind === 'user' && (exists || groups))
      this.#memberships.set(
        id,
        String(groups?.after ?? '')
          .split(',')
          .filter((name) => name !== ''),
      );
    if (kind === 'group' && exists?.after === false)
      for (const [user, names] of this.#memberships)
        this.#memberships.set(
          user,
          names.filter((name) => name !== id),
        );
    // A home that comes with its user, and what is in it, is told by the user alone.
    const isMade = attributes.some(({name, after}) => name === 'exists' && after === true);
    const home = isMade ? attributes.find(({name}) => name === 'home')?.after : undefined;
    const place = typeof home === 'string' ? this.resolve(home, true) : undefined;
    if (place !== undefined && !this.things.has(place)) this.#untold.add(place);
    // A user brings a group of its own name, and takes it along.
    if (kind === 'user' && attributes.some(({name}) => name === 'exists')) this.#accounts.add(`group:${id}`);
  }

  #changeCrontab(ref: string, attributes: readonly Attribute[], diff: string | undefined): undefined {
    const thing = this.things.get(ref) ?? {type: 'file', mode: '', uid: 0, gid: 0, content: ''};
    this.things.set(ref, thing);
    for (const {after} of attributes) this.#changeContent(ref, thing, String(after), diff);
    if (thing.content === '') this.things.delete(ref);
  }

  #changeOther(ref: string, kind: string, id: string, attributes: readonly Attribute[]): undefined {
    for (const {name, before, after} of attributes) {
      if (kind === 'sysctl') {
        const known = this.#told.get(ref) ?? this.#before.others.get(ref);
        if (known !== before) this.#lie(`${ref} was told to be ${before}, and is ${known}`);
        this.#told.set(ref, String(after));
      } else if (name === 'installed') this.#told.set(ref, after === true);
      else if (name === 'configuration') this.#told.set(ref, false);
      else if (name === 'version') continue;
      else if (name === 'mounted') this.#changeMount(ref, id, after === true);
      else this.#lie(`${ref}: nobody knows the attribute ${name}`);
    }
  }

  /** What is mounted is an empty directory with attributes of its own; below it, what was there before. */
  #changeMount(ref: string, path: string, mounted: boolean): undefined {
    this.#told.set(ref, mounted);
    const place = this.resolve(path, true) ?? path;
    const covered = [...this.things].filter(([name]) => name === place || name.startsWith(`${place}/`));
    for (const [name] of covered) this.things.delete(name);
    if (mounted) {
      this.#hidden.set(place, new Map(covered));
      this.things.set(place, {type: 'directory', mode: anyMode, uid: 0, gid: 0});
    } else {
      const hidden = this.#hidden.get(place);
      // What another run, or the case itself, had mounted hid what only the end of it all tells.
      if (!hidden) this.#untold.add(place);
      for (const [name, thing] of hidden ?? []) this.things.set(name, thing);
      this.#hidden.delete(place);
    }
  }

  #changePath(path: string, {name, before, after}: Attribute, diff: string | undefined): undefined {
    const thing = this.things.get(path);
    if (name === 'type') return this.#changeType(path, thing, before, after);
    if (!thing) return this.#lie(`${path}: ${name} changed, and nothing is there`);
    if (before !== undefined && before !== null && !this.#isSo(thing, name, before))
      this.#lie(`${path}: ${name} was told to be ${before}, but is ${show(thing)}`);
    if (name === 'content') this.#changeContent(path, thing, String(after), diff);
    else if (name === 'mode') thing.mode = plainMode(String(after));
    else if (name === 'target') thing.target = String(after);
    else if (name === 'owner') thing.uid = this.#idOf('user', String(after));
    else if (name === 'group') thing.gid = this.#idOf('group', String(after));
    else this.#lie(`${path}: nobody knows the attribute ${name}`);
  }

  #changeType(
    path: string,
    thing: Thing | undefined,
    before: Attribute['before'],
    after: Attribute['after'],
  ): undefined {
    if ((before ?? undefined) !== thing?.type)
      this.#lie(`${path} was told to be ${before}, but is ${show(thing)}`);
    for (const name of [...this.things.keys()])
      if (name === path || name.startsWith(`${path}/`)) this.things.delete(name);
    if (after === null) return;
    if (this.#restores && after === 'directory') this.#whole.add(path);
    const folder = this.things.get(posix.dirname(path));
    // Of /etc only the units' files are looked at.
    if (folder?.type !== 'directory' && !path.startsWith('/etc/'))
      this.#lie(`${path} was made in what is no directory`);
    const setgid = ((Number.parseInt(folder?.mode ?? '0', 8) & 0o2000) as number) !== 0;
    this.things.set(path, {
      type: after === 'directory' || after === 'link' ? after : 'file',
      mode: '',
      uid: 0,
      gid: setgid ? (folder?.gid ?? 0) : 0,
      ...(after === 'link' ? {target: ''} : {}),
      ...(after === 'file' ? {content: ''} : {}),
    });
  }

  #changeContent(path: string, thing: Thing, digest: string, diff: string | undefined): undefined {
    if (diff === undefined) return this.#lie(`${path}: its content changed without a diff`);
    // Contents that are new, and empty, have no hunks.
    const next = diff.includes('\n@@') ? applyPatch(thing.content ?? '', `${diff}\n`) : (thing.content ?? '');
    if (next === false)
      return this.#lie(`${path}: the diff does not fit ${JSON.stringify(thing.content)}:\n${diff}`);
    if (shortDigest(next) !== digest)
      this.#lie(`${path}: the diff gives ${JSON.stringify(next)}, which is not ${digest}`);
    thing.content = next;
  }

  #isSo(thing: Thing, name: string, value: NonNullable<Attribute['before']>): boolean {
    switch (name) {
      case 'mode':
        return thing.mode === anyMode || thing.mode === plainMode(String(value));
      case 'target':
        return thing.target === value;
      case 'content':
        return shortDigest(thing.content ?? '') === value;
      case 'owner':
        return this.#isId(thing.uid, 'user', String(value));
      default:
        return this.#isId(thing.gid, 'group', String(value));
    }
  }

  /** An account that was changed may have had another number at that moment, which nobody looked at. */
  #isId(id: number, kind: 'user' | 'group', name: string): boolean {
    const table = kind === 'user' ? 'users' : 'groups';
    const numbers = [this.#before, this.#after].map((snapshot) => Number(snapshot[table].get(name)?.[2]));
    return this.#accounts.has(`${kind}:${name}`) || this.#idOf(kind, name) === id || numbers.includes(id);
  }

  #idOf(kind: 'user' | 'group', name: string): number {
    if (/^\d+$/.test(name)) return Number(name);
    const table = kind === 'user' ? 'users' : 'groups';
    const line = this.#after[table].get(name) ?? this.#before[table].get(name);
    return Number(line?.[2] ?? Number.NaN);
  }

  #lie(words: string): undefined {
    this.lies.push(words);
  }
}

/** Of what was mounted: its options say it, which are not told. */
const anyMode = 'any';

/** Of a package that was removed, its configuration may stay. */
function isThere(name: string, seen: string | undefined): boolean {
  return name.startsWith('package:') ? seen?.startsWith('ii') === true : seen !== undefined;
}

function plainMode(mode: string): string {
  return Number.parseInt(mode, 8).toString(8);
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

export function show(thing: Seen | undefined): string {
  if (!thing) return 'absent';
  const {type, mode, uid, gid, target, content} = thing;
  const rest = target ?? (content === undefined ? '' : JSON.stringify(content));
  return `${type} ${mode} ${uid}:${gid} ${rest}`.trimEnd();
}
