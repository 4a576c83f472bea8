import {type Architecture, architectureInWords} from './architecture.ts';
import {type BrokenBuild, brokenBuild} from './broken.ts';
import type {Product} from './products.ts';
import {isPlainRelease, newestFirst} from './version.ts';

/** A host that is to run the release. */
export interface Member {
  readonly host: string;
  readonly architecture: Architecture;
  /** Of the board, for messages. */
  readonly cpu?: string;
}

export interface Question {
  readonly product: Product;
  /** A version, or `auto`: the newest that every member runs. */
  readonly version: string;
  /** All members of the cluster, whichever of them this run is limited to: they run one version. */
  readonly members: readonly Member[];
  readonly broken: readonly BrokenBuild[];
}

export type Resolution =
  | {readonly type: 'resolved'; readonly version: string}
  | {readonly type: 'refused'; readonly message: string; readonly hint: string};

/**
 * One version for a whole cluster. Pure: what is known of releases stands in the product, what is known against them
 * in the list of broken builds.
 */
export function resolveVersion(question: Question): Resolution {
  if (question.version === 'auto') return newest(question);
  const obstacle = obstacles(question, question.version)[0];
  if (!obstacle) return {type: 'resolved', version: question.version};
  const {product, version} = question;
  return {
    type: 'refused',
    message: `${inWords(obstacle.members)} cannot run ${product.name} ${version}: ${obstacle.reason}`,
    hint: waysOut(question),
  };
}

interface Obstacle {
  readonly reason: string;
  readonly members: readonly Member[];
}

/** What keeps members from running a version: one for each reason, the members that it concerns together. */
function obstacles({product, members, broken}: Question, version: string): readonly Obstacle[] {
  const found = new Map<string, Member[]>();
  for (const member of members) {
    const reason = reasonAgainst(product, version, member.architecture, broken);
    if (reason === undefined) continue;
    const concerned = found.get(reason) ?? [];
    concerned.push(member);
    found.set(reason, concerned);
  }
  return [...found].map(([reason, concerned]) => ({reason, members: concerned}));
}

function reasonAgainst(
  product: Product,
  version: string,
  architecture: Architecture,
  broken: readonly BrokenBuild[],
): string | undefined {
  const against = brokenBuild(broken, product.name, version, architecture);
  if (against) return `${against.reason} (${against.source})`;
  if (product.platforms[architecture] === undefined) return notBuilt(product, architecture);
  return undefined;
}

/** What to say of a product that has no build for an architecture. */
export function notBuilt({name, layout, builds}: Product, architecture: Architecture): string {
  const machine = architectureInWords(architecture);
  return typeof layout === 'object'
    ? `the play gives no checksum of ${name} ${[...builds.keys()].join()} for ${machine}`
    : `${name} is not built for ${machine}`;
}

/** The newest plain release that is known to be built for all members and known to be bad for none. */
function newest(question: Question): Resolution {
  const {product, members} = question;
  const version = candidates(question).find((one) => isSure(question, one));
  if (version !== undefined) return {type: 'resolved', version};
  return {
    type: 'refused',
    message: `no release of ${product.name} is known that all of ${inWords(members)} run`,
    hint: 'name the version, or give the hosts clusters of their own',
  };
}

function candidates({product}: Question): readonly string[] {
  return newestFirst([...product.builds.keys()].filter(isPlainRelease));
}

function isSure(question: Question, version: string): boolean {
  const {product, members} = question;
  const platforms = product.builds.get(version);
  const isBuilt = ({architecture}: Member): boolean =>
    platforms?.has(product.platforms[architecture] ?? '') === true;
  return members.every(isBuilt) && obstacles(question, version).length === 0;
}

function waysOut(question: Question): string {
  const {product} = question;
  if (typeof product.layout === 'object')
    return 'add its checksum, if there is such a build, or leave these hosts out';
  const pin = newest(question);
  const pinned =
    pin.type === 'resolved' ? `pin ${product.name} <= ${pin.version}, the newest that all members run` : '';
  const has = (members: readonly Member[]): boolean =>
    members.every(({architecture}) => product.platforms[architecture] !== undefined);
  if (!has(question.members)) return 'take another product, or leave these hosts out';
  if (product.name !== 'vault') return pinned || 'choose another version';
  const other =
    'for a new cluster take OpenBao, which is still built for them; for an existing one read docs/vault-to-openbao.md';
  return pinned === '' ? other : `${pinned}; or ${other}`;
}

/** `atticpi and wallpi (ARM1176, ARMv6)`, by CPU. */
export function inWords(members: readonly Member[]): string {
  const byCpu = new Map<string, string[]>();
  for (const {host, cpu, architecture} of members) {
    const key = cpu ?? architectureInWords(architecture);
    byCpu.set(key, [...(byCpu.get(key) ?? []), host]);
  }
  return [...byCpu].map(([cpu, hosts]) => `${listed(hosts)} (${cpu})`).join(', ');
}

function listed(hosts: readonly string[]): string {
  if (hosts.length > 6) return `${hosts.slice(0, 5).join(', ')} and ${hosts.length - 5} more`;
  return hosts.length > 1 ? `${hosts.slice(0, -1).join(', ')} and ${hosts.at(-1)}` : hosts.join('');
}
