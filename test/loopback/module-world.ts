import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {isMap, type Value, type ValueMap} from '../../src/values/index.ts';
import type {Case} from '../unit/modules/cases.ts';
import type {Shell} from './resources-shell.ts';

// A root directory with busybox and nothing else, made to be as a case of a module says.

const names = ['root', 'vault', 'daemon', 'pi'];

/** Fields that a path of a case may have to be made for real. */
const made = ['type', 'text', 'mode', 'owner', 'group', 'target', 'links', 'resolves', 'textOmitted'];

/** Whether all that a case says of the host can be made with files; what it calls a program is none, and would be tried. */
export function canBeMade(one: Case): boolean {
  if (one.inputs.release !== undefined && one.changes !== undefined) return false;
  return Object.entries(one.state).every(
    ([key, state]) =>
      key.startsWith('path:') &&
      (state === 'absent' || (isMap(state) && Object.keys(state).every((field) => made.includes(field)))),
  );
}

/** Makes the world of a case in an empty directory. @param touched every other path that is looked at: a directory, as on any host */
export function makeWorld(root: string, one: Case, touched: readonly string[]): Shell {
  const busybox = process.env.BUSYBOX ?? '/bin/busybox';
  for (const name of ['bin', 'etc', 'proc', 'dev', 'tmp']) mkdirSync(path.join(root, name));
  execFileSync('cp', [busybox, path.join(root, 'bin/busybox')]);
  execFileSync('/usr/sbin/chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
  writeFileSync(path.join(root, 'dev/null'), '');
  // A program that approves of everything, for cases that ask it.
  writeFileSync(path.join(root, 'bin/visudo'), '#!/bin/sh\n', {mode: 0o755});
  const numbers = names.map((name, index) => [name, index === 0 ? 0 : 900 + index] as const);
  const idOf = (name: Value | undefined): number => numbers.find(([one]) => one === name)?.[1] ?? 0;
  const account = (line: (name: string, id: number) => string): string =>
    numbers.map(([name, id]) => `${line(name, id)}\n`).join('');
  writeFileSync(
    path.join(root, 'etc/passwd'),
    account((name, id) => `${name}:x:${id}:${id}::/:/bin/sh`),
  );
  writeFileSync(
    path.join(root, 'etc/group'),
    account((name, id) => `${name}:x:${id}:`),
  );
  const mentioned = new Map(
    Object.entries(one.state).map(([key, state]) => [key.slice('path:'.length), state]),
  );
  for (const [id, state] of mentioned) {
    mkdirSync(path.join(root, parentThatIsThere(id, mentioned)), {recursive: true});
    if (isMap(state)) makePath(root, id, state, idOf);
  }
  for (const id of touched)
    if (!mentioned.has(id) && !existsSync(path.join(root, id)) && !isBelowAbsent(id, mentioned))
      mkdirSync(path.join(root, id), {recursive: true});
  return {name: 'busybox alone', command: ['/usr/sbin/chroot', root, '/bin/sh', '-s'], path: '/bin'};
}

function isBelowAbsent(id: string, mentioned: ReadonlyMap<string, Value>): boolean {
  return [...mentioned].some(([other, state]) => state === 'absent' && id.startsWith(`${other}/`));
}

function parentThatIsThere(id: string, mentioned: ReadonlyMap<string, Value>): string {
  let parent = path.dirname(id);
  while (mentioned.get(parent) === 'absent') parent = path.dirname(parent);
  return parent;
}

function makePath(
  root: string,
  id: string,
  state: ValueMap,
  idOf: (name: Value | undefined) => number,
): void {
  const place = path.join(root, id);
  const {type = 'directory', mode = type === 'directory' ? '0755' : '0644'} = state;
  if (type === 'directory') mkdirSync(place, {recursive: true});
  else if (type === 'link') {
    symlinkSync(String(state.target), place);
    const end = path.join(path.dirname(place), String(state.target));
    if (state.resolves === 'file') {
      mkdirSync(path.dirname(end), {recursive: true});
      writeFileSync(end, '');
    }
    return;
  } else writeFileSync(place, contentsOf(state));
  if (state.links === 2) linkSync(place, `${place}.other`);
  chownSync(place, idOf(state.owner ?? 'root'), idOf(state.group ?? 'root'));
  chmodSync(place, Number.parseInt(String(mode), 8));
}

function contentsOf({text, textOmitted}: ValueMap): string | Buffer {
  if (textOmitted === 'too large') return 'x'.repeat(300_000);
  if (textOmitted === 'not text') return Buffer.from([0xff, 0]);
  return typeof text === 'string' ? text : '';
}
