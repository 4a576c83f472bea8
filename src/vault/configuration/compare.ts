import type {Body} from '../hcl/tree.ts';
import {reaches} from './available.ts';
import type {ConfigurationKey, KeyImpact, ServerRelease} from './key.ts';
import {keptBlocks, placeOf} from './known.ts';
import {labelsOf, type Setting, settingsOf} from './settings.ts';
import {meaningOf} from './value.ts';

/** What a changed configuration costs a server that runs with the one before. */
export interface ConfigurationImpact {
  /** The gravest of all its keys. */
  readonly impact: KeyImpact;
  /** The keys that it is of, as `listener.tcp[1].address`, sorted. Never their values. */
  readonly keys: readonly string[];
  /** Of a refusal: why. */
  readonly reason?: string;
}

const gravity: readonly KeyImpact[] = ['refuse', 'restart', 'reload', 'none'];

/**
 * Compares what a server reads, not how it is written: order, comments, defaults that are said or not are no difference.
 * @param initialized a member that has not joined a cluster yet reads everything anew, and has nothing to lose
 * @param release of the server; what is not known of it is taken for the costlier
 */
export function compareConfigurations(
  before: Body,
  after: Body,
  initialized: boolean,
  release: ServerRelease,
): ConfigurationImpact {
  const [old, wanted] = [settingsOf(before), settingsOf(after)];
  const changes = differences(old, wanted, release);
  const found = initialized ? [...exchanges(old, wanted), ...changes] : changes.map(ofFresh);
  const impact = gravity.find((one) => found.some((difference) => difference.impact === one)) ?? 'none';
  const gravest = found.filter((difference) => difference.impact === impact);
  const [{reason} = {reason: undefined}] = gravest;
  return {
    impact,
    keys: [...new Set(gravest.map(({key}) => key))].sort(),
    ...(impact === 'refuse' && reason !== undefined ? {reason} : {}),
  };
}

interface Difference {
  readonly key: string;
  readonly impact: KeyImpact;
  readonly reason?: string | undefined;
}

type Settings = ReadonlyMap<string, Setting>;

/** Another storage or seal in the place of the one that is there. */
function exchanges(old: Settings, wanted: Settings): readonly Difference[] {
  return Object.entries(keptBlocks).flatMap(([block, reason]) => {
    const same = labelsOf(old, block).join(' ') === labelsOf(wanted, block).join(' ');
    return same ? [] : [{key: block, impact: 'refuse' as const, reason}];
  });
}

function differences(old: Settings, wanted: Settings, release: ServerRelease): readonly Difference[] {
  return changed(old, wanted).map(({setting, after}) => {
    const {block, key, depth} = placeOf(setting.names);
    const instance = setting.within[depth - 1] ?? '';
    const comes = !isThere(old, instance);
    const isWhole = comes || !isThere(wanted, instance);
    const whole = comes && block.comes !== undefined ? block.comes : block.whole;
    if (isWhole && whole) return {key: setting.name, impact: whole};
    return {key: setting.name, impact: impactOf(key, after, release), reason: key?.reason};
  });
}

function impactOf(
  key: ConfigurationKey | undefined,
  after: string | undefined,
  release: ServerRelease,
): KeyImpact {
  const impact = key?.impact ?? (isReread(key, release) ? 'reload' : 'restart');
  if (impact !== 'reload') return impact;
  const {openbao = [], vault = []} = key?.unheeded ?? {};
  const unheeded = {openbao, vault};
  const heedless = release.product ? unheeded[release.product] : [...openbao, ...vault];
  return heedless.includes(after ?? '') ? 'restart' : impact;
}

/** Surely: a version that is not known may be one that does not. */
function isReread(key: ConfigurationKey | undefined, {product, version = '0.0.0'}: ServerRelease): boolean {
  const reread = product && key?.reread?.[product];
  return reread !== undefined && reaches(version, reread);
}

/** Whether a block is in a configuration. */
function isThere(settings: Settings, instance: string): boolean {
  return [...settings.values()].some(({within}) => within.includes(instance));
}

/** Nothing is parted from a cluster that it is not in, and what it reads at the start includes whom to join. */
function ofFresh({key, impact}: Difference): Difference {
  return {key, impact: impact === 'reload' ? impact : 'restart'};
}

/** A block that is empty in one configuration and has something in the other is a difference by what is in it. */
function isEmptied({name, value}: Setting, other: Settings): boolean {
  return value === '[]' && !other.has(name) && isThere(other, name);
}

interface ChangedSetting {
  readonly setting: Setting;
  readonly after?: string;
}

function changed(old: Settings, wanted: Settings): readonly ChangedSetting[] {
  const names = new Set([...old.keys(), ...wanted.keys()]);
  return [...names].flatMap((name) => {
    const [before, after] = [old.get(name), wanted.get(name)];
    const setting = after ?? before;
    if (!setting) return [];
    const {block, key, depth} = placeOf(setting.names);
    if (isEmptied(setting, old) || isEmptied(setting, wanted)) return [];
    const read = (written: string | undefined): string | undefined =>
      written === undefined ? undefined : meaningOf(key, written);
    const instance = setting.within[depth - 1] ?? '';
    const isNew = (block.repeated || block.matters) && !(isThere(old, instance) && isThere(wanted, instance));
    const usual = isNew ? undefined : read(key?.default);
    if ((read(before?.value) ?? usual) === (read(after?.value) ?? usual)) return [];
    return [{setting, ...(after === undefined ? {} : {after: after.value})}];
  });
}
