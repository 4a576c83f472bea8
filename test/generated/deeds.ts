import type {Play} from '../loopback/engine.ts';
import type {Deed, Edit} from './case.ts';
import type {SystemDeed} from './system.ts';

/** Where a case lives: its folder, the name of its own user and group, and the number of its place in the batch. */
export interface Home {
  readonly folder: string;
  readonly account: string;
  readonly place: number;
}

/** What a task of this deed says. @param path what it is about, or `{{ item }}` */
export function moduleOf(deed: Exclude<Deed, {type: 'flush'}>, path: string, home: Home): Play {
  const own = (text: string): string => text.replace('@', home.folder).replace('%', home.account);
  const attributes = Object.fromEntries(
    (['mode', 'owner', 'group'] as const).flatMap((name) => {
      const value = name in deed ? (deed as Readonly<Record<string, string | undefined>>)[name] : undefined;
      return value === undefined ? [] : [[name, own(value)]];
    }),
  );
  switch (deed.type) {
    case 'absent':
      return {file: {path, state: 'absent'}};
    case 'directory':
      return {file: {path, state: 'directory', ...attributes, follow: deed.follow ?? false}};
    case 'attributes':
      return {file: {path, state: 'file', ...attributes, follow: deed.follow ?? false}};
    case 'link':
      return {
        file: {path, state: 'link', target: own(deed.target), ...attributes, force: deed.force ?? false},
      };
    case 'copy':
      return {
        copy: {
          dest: path,
          content: deed.content,
          ...attributes,
          follow: deed.follow ?? false,
          write: deed.inPlace ? 'in_place' : 'atomic',
        },
      };
    case 'edit':
      return editOf(deed.edit, path);
    case 'tree':
      return {copy: {src: `${treeOf(deed.tree)}/`, dest: path, ...attributes}};
    case 'recurse':
      return {file: {path, state: 'directory', recurse: true, ...attributes}};
    case 'user':
      return {user: userOf(deed, home)};
    case 'unit-file':
      switch (deed.sort) {
        case 'none':
          return {file: {path: unitFileOf(home), state: 'absent'}};
        case 'mask':
          return {file: {path: unitFileOf(home), state: 'link', target: '/dev/null', force: true}};
        default:
          return {copy: {dest: unitFileOf(home), content: unitText(deed.sort)}};
      }
    case 'unit':
      return {systemd: {name: home.account, ...stateOf(deed)}};
    case 'group':
      return {group: {name: deed.second ? secondGroupOf(home) : home.account, state: deed.state}};
    default:
      return systemOf(deed, home);
  }
}

/** Below the project, beside the playbook. */
export function treeOf(number: number): string {
  return `files/tree-${number}`;
}

/** A package and a setting of the kernel: those of the place, which hosts have for so many cases. */
export function packageOf({place}: Pick<Home, 'place'>): string {
  return `generated-${place}`;
}

export function settingOf({place}: Pick<Home, 'place'>): string {
  return `dev.generated.v${place}`;
}

function editOf(edit: Edit, path: string): Play {
  switch (edit) {
    case 'line':
      return {lineinfile: {path, regexp: '^t', line: 'two and a half'}};
    case 'first line':
      return {lineinfile: {path, line: 'zero', insertbefore: 'BOF', create: true}};
    case 'no line':
      return {lineinfile: {path, regexp: '^o', state: 'absent'}};
    case 'block':
      return {blockinfile: {path, block: 'in\nbetween\n', insertafter: '^one'}};
    case 'no block':
      return {blockinfile: {path, state: 'absent'}};
    case 'replace':
      return {replace: {path, regexp: '(t)(w|h)', replace: '\\2\\1'}};
    case 'ini':
      return {ini_file: {path, section: 'one', option: 'two', value: '3'}};
    case 'no ini':
      return {ini_file: {path, section: 'one', state: 'absent'}};
  }
}

/** A group that is not of the user's own name. */
export function secondGroupOf({account}: Home): string {
  return `${account}g`;
}

function userOf(deed: Extract<Deed, {type: 'user'}>, home: Home): Play {
  const {state, shell, comment, home: hasHome, groups, append} = deed;
  if (state === 'absent') return {name: home.account, state: 'absent'};
  return {
    name: home.account,
    ...(hasHome ? {home: `${home.folder}/b`} : {create_home: false}),
    ...(shell === undefined ? {} : {shell}),
    ...(comment === undefined ? {} : {comment}),
    ...(groups === undefined ? {} : {groups: groups.map((name) => name.replace('&', secondGroupOf(home)))}),
    ...(groups === undefined || append === undefined ? {} : {append}),
  };
}

function systemOf(deed: SystemDeed, home: Home): Play {
  switch (deed.type) {
    case 'mount': {
      const {place, state, options} = deed;
      const what =
        state === 'absent' || state === 'unmounted' ? {} : {src: 'tmpfs', fstype: 'tmpfs', opts: options};
      return {mount: {path: `${home.folder}/${place}`, state, ...what}};
    }
    case 'cron': {
      const {state, minute, inFile} = deed;
      return {
        cron: {
          name: home.account,
          state,
          ...(state === 'present' ? {minute, job: '/bin/true'} : {}),
          ...(inFile ? {cron_file: `/etc/cron.d/${home.account}`} : {}),
        },
      };
    }
    case 'package':
      return {
        apt: {
          name: packageOf(home),
          state: deed.state,
          ...(deed.purge === undefined ? {} : {purge: deed.purge}),
        },
      };
    case 'sysctl':
      return {sysctl: {name: settingOf(home), value: deed.value}};
  }
}

function stateOf({state, enabled, masked}: Extract<Deed, {type: 'unit'}>): Play {
  if (state === undefined && enabled === undefined && masked === undefined) return {state: 'stopped'};
  return {
    ...(state === undefined ? {} : {state}),
    ...(enabled === undefined ? {} : {enabled}),
    ...(masked === undefined ? {} : {masked}),
  };
}

function unitFileOf({account}: Home): string {
  return `/etc/systemd/system/${account}.service`;
}

export function unitText(sort: 'oneshot' | 'lasting' | 'static'): string {
  const service =
    sort === 'oneshot'
      ? 'Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true'
      : 'ExecStart=/bin/sleep 1000';
  return `[Service]\n${service}\n${sort === 'static' ? '' : '[Install]\nWantedBy=multi-user.target\n'}`;
}
