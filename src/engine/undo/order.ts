import type {KeptChange} from '../backup/manifest.ts';

/**
 * The last change first. But a unit is started, and something mounted, behind what says how: its files, masks and links,
 * and the line of /etc/fstab that the same task wrote. The run stopped it with them, and it may have changed them before.
 */
export function lastFirst(changes: readonly KeptChange[]): readonly KeptChange[] {
  let ordered = [...changes].sort((a, b) => b.n - a.n);
  for (const change of ordered.filter(comesBack)) {
    const own = ordered.indexOf(change);
    const behind = ordered.findLastIndex((other, index) => index > own && says(other, change));
    if (behind < 0) continue;
    ordered = ordered.toSpliced(own, 1).toSpliced(behind, 0, change);
  }
  return ordered;
}

/** What undo starts, or mounts. */
function comesBack({kind, attributes}: KeptChange): boolean {
  const name = kind === 'unit' ? 'active' : kind === 'mount' ? 'mounted' : undefined;
  return name !== undefined && attributes.some((one) => one.name === name && one.before === true);
}

/** Whether a change is of what says how that is started, or mounted. */
function says({kind, id, task}: KeptChange, what: KeptChange): boolean {
  if (what.kind === 'mount') {
    const isOfTask = task.name === what.task.name && task.source.line === what.task.source.line;
    return kind === 'path' && id === '/etc/fstab' && isOfTask;
  }
  return kind === 'unit' ? id === what.id : kind === 'path' && isFileOf(id, what.id);
}

/** Whether a path is a file of a unit, a drop-in or a link to it. @see systemd.unit(5) */
export function isFileOf(path: string, unit: string): boolean {
  const [, within] = /\/systemd\/(?:system|system\.control|transient)\/(.*)$/.exec(path) ?? [];
  const names = within?.split('/').map((name) => name.replace(/\.(?:d|wants|requires|upholds)$/, '')) ?? [];
  return names.includes(unit) || names.includes(unit.replace(/@[^.]*\./, '@.'));
}

/** The unit that a file, or a drop-in, is of; undefined for what is neither. @see systemd.unit(5) */
export function unitOf(path: string): string | undefined {
  const [, unit] = /\/systemd\/system\/([^/]+?)(?:\.d(?:\/[^/]+\.conf)?)?$/.exec(path) ?? [];
  return unit !== undefined && /\.(?:service|socket|timer|path|mount|target|slice)$/.test(unit)
    ? unit
    : undefined;
}
