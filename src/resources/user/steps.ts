import {joinScripts, quoteText, Script, sh} from '../../shell/index.ts';
import {joinTexts} from '../../text/index.ts';
import {accountPrelude} from '../accounts.ts';
import type {Step} from '../contract.ts';
import {homeOfNew} from './home.ts';
import type {UserChange, UserDesired, UserWant} from './state.ts';

/** shadow's programs where they are, busybox's else. Passwords are not touched: a new user's is locked. */
export function stepsForUser(change: UserChange): readonly Step[] {
  return [
    {
      type: 'script',
      script: joinScripts([accountPrelude, scriptFor(change), ...passwordOf(change)]),
    },
  ];
}

/** By standard input: the arguments of a program are for everybody to see. @see chpasswd(8) */
function passwordOf({want, attributes}: UserChange): readonly Script[] {
  const password = want.after === 'absent' ? undefined : want.after.password;
  if (!password || !attributes.some(({name}) => name === 'password')) return [];
  const line = joinTexts([[`${want.ref.id}:`], password]);
  return [
    sh`has chpasswd || { echo 'chpasswd is not on the host' >&2; exit 1; }
printf '%s\n' ${new Script(quoteText(line))} | chpasswd -e`,
  ];
}

function scriptFor({want, attributes, before}: UserChange): Script {
  const name = want.ref.id;
  const {after} = want;
  if (after === 'absent') return removal(name, want.sparedGroup);
  const changed = new Set(attributes.map((attribute) => attribute.name));
  if (changed.has('exists')) return creation(name, after);
  const groups = before.status === 'present' ? (before.state.groups ?? []) : [];
  return modification(name, after, changed, groups);
}

function removal(name: string, spared: UserWant['sparedGroup']): Script {
  const gone = sh`if has userdel; then userdel ${name}; elif has deluser; then deluser ${name}; else lacks userdel deluser; fi`;
  if (!spared) return gone;
  const number = spared.gid === undefined ? [] : ['-g', spared.gid];
  return sh`{ ${gone}; } || exit 1
if grep -q ${`^${name}:`} /etc/group; then :
elif has groupadd; then groupadd ${[...number, name]}
elif has addgroup; then addgroup ${[...number, name]}
else lacks groupadd addgroup; fi`;
}

function creation(name: string, after: UserDesired): Script {
  const {system, group, groups = [], home, shell, uid, comment, createHome} = after;
  const option = (flag: string, value: string | number | undefined): readonly (string | number)[] =>
    value === undefined ? [] : [flag, value];
  const shadow = [
    ...(system ? ['-r'] : []),
    createHome ? '-m' : '-M',
    ...option('-G', groups.length > 0 ? groups.join(',') : undefined),
    '-d',
    homeOfNew(name, home),
    ...option('-s', shell),
    ...option('-u', uid),
    ...option('-c', comment),
    name,
  ];
  const busybox = [
    '-D',
    ...(system ? ['-S'] : []),
    ...(createHome ? [] : ['-H']),
    '-h',
    homeOfNew(name, home),
    ...option('-s', shell),
    ...option('-u', uid),
    ...option('-g', comment),
    name,
  ];
  // Without a named group the user gets that of its own name, which may be there already.
  return sh`g=${group ?? name}
if has useradd; then
if grep -q "^$g:" /etc/group; then useradd -g "$g" ${shadow}; else useradd -U ${shadow}; fi
elif has adduser; then
if grep -q "^$g:" /etc/group; then :; else addgroup ${system ? ['-S'] : []} "$g" || exit 1; fi
adduser -G "$g" ${busybox} || exit 1
${memberships(name, groups)}
else lacks useradd adduser; fi`;
}

/** @param before the groups that the user is in */
function modification(
  name: string,
  after: UserDesired,
  changed: ReadonlySet<string>,
  before: readonly string[],
): Script {
  const {group, groups = [], home, shell, uid, comment} = after;
  const option = (attribute: string, flags: readonly string[], value: string | number | undefined) =>
    value === undefined || !changed.has(attribute) ? [] : [...flags, value];
  const options = [
    ...option('group', ['-g'], group),
    ...option('groups', after.onlyGroups ? ['-G'] : ['-a', '-G'], groups.join(',')),
    ...option('shell', ['-s'], shell),
    ...option('comment', ['-c'], comment),
  ];
  // Of a user that runs something, usermod refuses these: they keep the others from nothing.
  const ofIdleUsers = [...option('home', ['-d'], home), ...option('uid', ['-u'], uid)];
  const usermod = [options, ofIdleUsers].filter((some) => some.length > 0);
  if (changed.size === 1 && changed.has('password')) return sh`:`;
  const onlyGroups = changed.size === 1 && changed.has('groups');
  const left = after.onlyGroups ? before.filter((one) => !groups.includes(one)) : [];
  return sh`if has usermod; then
${joinScripts(usermod.map((some) => sh`usermod ${some} ${name} || exit 1`))}
${
  onlyGroups
    ? sh`elif has addgroup; then
:
${memberships(name, groups)}
${joinScripts(left.map((one) => sh`delgroup ${name} ${one} || exit 1`))}`
    : sh`:`
}
else lacks usermod 'another program that changes users'; fi`;
}

/** busybox joins a user to one group at a time. */
function memberships(name: string, groups: readonly string[]): Script {
  return joinScripts(groups.map((group) => sh`addgroup ${name} ${group} || exit 1`));
}
