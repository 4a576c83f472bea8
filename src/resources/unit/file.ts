import {posix} from 'node:path';
import {reveal} from '../../text/index.ts';
import type {Change, Content} from '../contract.ts';
import {installOf} from './install.ts';
import {madeBy} from './makes.ts';
import {programOf, requiredIn} from './start.ts';
import type {Install, UnitState} from './state.ts';

/** What systemd will read in a file. `mask`: a link to nothing. `empty`: as good as masked, but by a file. */
export type UnitFile = 'mask' | 'empty' | ReadFile;

interface ReadFile {
  /** What its [Install] section asks for: links, links of other units only, nothing. */
  readonly installs: 'links' | 'others' | 'nothing';
  /** Of a service. */
  readonly type?: string;
  readonly remainAfterExit?: boolean;
  readonly canReload?: boolean;
  readonly program?: string | undefined;
  readonly canStart: boolean;
  readonly canStop: boolean;
  readonly install: Install | undefined;
  readonly relations: Relations;
}

type Relations = Pick<
  UnitState,
  'pulls' | 'requires' | 'leansOn' | 'conflicts' | 'triggers' | 'covers' | 'makes' | 'takesAway'
>;

/** The file that a planned change of a path makes of it, as far as its contents are known. */
export function plannedFile({ref, want, attributes}: Change): UnitFile | undefined {
  const after: object | 'absent' = want.after;
  if (after === 'absent' || !('type' in after)) return undefined;
  if (after.type === 'link') return 'target' in after && after.target === '/dev/null' ? 'mask' : undefined;
  const content = 'content' in after ? (after.content as Content | undefined) : undefined;
  if (!content) return attributes.some(({name}) => name === 'type') ? 'empty' : undefined;
  if (content.sizeBytes === 0) return 'empty';
  return content.text && readFile(reveal(content.text), posix.basename(ref.id));
}

/** @see systemd.syntax(7), systemd.unit(5) "[Install]", systemd.service(5) */
function readFile(text: string, name: string): ReadFile {
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const installLines: string[] = [];
  let section = '';
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const words = line.trim();
    if (/^(?:[#;]|$)/.test(words)) continue;
    if (words.startsWith('[')) section = words;
    const at = words.indexOf('=');
    // The last counts; of a list, whether it is empty at the end.
    if (at <= 0) continue;
    if (section === '[Install]') installLines.push(words);
    const [name, value] = [`${section}${words.slice(0, at).trim()}`, words.slice(at + 1).trim()];
    values.set(name, value);
    lists.set(name, value === '' ? [] : [...(lists.get(name) ?? []), ...value.split(/\s+/)]);
  }
  const has = (name: string): boolean => (values.get(name) ?? '') !== '';
  const links = ['WantedBy', 'RequiredBy', 'UpheldBy', 'Alias'].some((name) => has(`[Install]${name}`));
  const installs = links ? 'links' : has('[Install]Also') ? 'others' : 'nothing';
  const listed = (part: string, ...names: readonly string[]): readonly string[] =>
    names.flatMap((name) => lists.get(`[${part}]${name}`) ?? []);
  const all = (...names: readonly string[]): readonly string[] => listed('Unit', ...names);
  const common = {
    installs,
    canStart: !isTrue(values.get('[Unit]RefuseManualStart')),
    canStop: !isTrue(values.get('[Unit]RefuseManualStop')),
    install: installOf(installLines),
    relations: {
      pulls: [...all('Requires', 'Wants', 'BindsTo', 'Upholds'), ...listed('Service', 'Sockets')],
      requires: requiredIn(all('Requires', 'Requisite', 'BindsTo')),
      leansOn: all('Requires', 'Requisite', 'BindsTo', 'PartOf'),
      conflicts: all('Conflicts'),
      triggers: triggersOf(name, values),
      covers: values.get('[Mount]Where') ?? values.get('[Automount]Where'),
      ...madeBy((name) => listed('Service', name), listed('Socket', 'ListenStream', 'ListenFIFO')),
    },
  } as const;
  if (!name.endsWith('.service')) return common;
  const type = values.get('[Service]Type') || usualType(has);
  return {
    ...common,
    type,
    remainAfterExit: isTrue(values.get('[Service]RemainAfterExit')),
    program: programOf((one) => [...listed('Service', one), ...listed('Unit', one)]),
    canReload: type === 'notify-reload' || has('[Service]ExecReload'),
  };
}

/** What it names, or the service of its own name; a socket with Accept=yes starts one for each connection. */
function triggersOf(name: string, values: ReadonlyMap<string, string>): readonly string[] {
  const [, stem = '', type = ''] = /^(.*)\.(socket|timer|path)$/.exec(name) ?? [];
  if (type === '' || isTrue(values.get('[Socket]Accept'))) return [];
  const named = values.get('[Socket]Service') || values.get('[Timer]Unit') || values.get('[Path]Unit');
  return [named ?? `${stem}.service`];
}

function isTrue(value = ''): boolean {
  return /^(?:1|yes|y|true|t|on)$/i.test(value);
}

function usualType(has: (name: string) => boolean): string {
  if (has('[Service]BusName')) return 'dbus';
  return has('[Service]ExecStart') ? 'simple' : 'oneshot';
}

/** What a file that is not read yet changes. @param file undefined: nobody has looked into it, or drop-ins say more */
export function asInFile(
  state: Readonly<Partial<UnitState>>,
  file: ReadFile | undefined,
): Partial<UnitState> {
  return {
    type: file?.type,
    remainAfterExit: file?.remainAfterExit,
    canReload: file?.canReload,
    canStart: file?.canStart,
    canStop: file?.canStop,
    program: file?.program,
    requires: undefined,
    isStatic: file && file.installs === 'nothing',
    install: file?.install,
    ...file?.relations,
    ...installed(state, file),
    ...(state.masked ? {} : {loaded: true, loadState: undefined}),
  };
}

function installed(state: Readonly<Partial<UnitState>>, file: ReadFile | undefined): Partial<UnitState> {
  const isOn = state.enabled === true || state.linked === true;
  if (!file) return state.enabled === undefined ? {unitFileState: undefined, enabled: undefined} : {};
  if (isOn) return {unitFileState: undefined, enabled: true};
  switch (file.installs) {
    case 'links':
      return {unitFileState: undefined, enabled: false};
    case 'others':
      return {unitFileState: 'indirect', enabled: undefined};
    case 'nothing':
      return {unitFileState: 'static', enabled: undefined};
  }
}
