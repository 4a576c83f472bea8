import {isWithin} from './state.ts';

/** The folders of units, those that stand before others first. @see systemd.unit(5) "Unit File Load Path" */
export const unitFolders = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(
  (root) => `${root}/systemd/system`,
);

const inUnitFolder =
  /^\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\/system\/([^/]+?)(\.d(?:\/[^/]+\.conf)?)?$/;

/**
 * The names by which drop-ins are read for a unit, the most special first: its own, that of its template, those that are
 * cut after a dash, that of its type. `a-b@1.service` reads `a-b@1.service.d`, `a-b@.service.d`, `a-@1.service.d`,
 * `a-@.service.d` and `service.d`. @see systemd.unit(5) "Description"
 */
export function dropInNamesOf(unit: string): readonly string[] {
  const [, stem = '', at = '', type = ''] = /^([^@]*)(@.*)?\.(\w+)$/.exec(unit) ?? [];
  const stems = [stem];
  const cut = stem.endsWith('-') ? stem.slice(0, -1) : stem;
  for (let end = cut.lastIndexOf('-'); end > 0; end = cut.lastIndexOf('-', end - 1))
    stems.push(cut.slice(0, end + 1));
  const ends = at === '' || at === '@' ? [at] : [at, '@'];
  return [...stems.flatMap((one) => ends.map((end) => `${one}${end}.${type}`)), type];
}

/** The folder of the links by which `UNIT` is wanted: `UNIT.wants`. @see systemd.unit(5) "WantedBy" */
export const wantsFolder = /\.(?:wants|requires|upholds)$/;

/** Of which a unit is an instance, or the unit itself: a template's file names no instance. */
export function templateOf(unit: string): string {
  return unit.replace(/@.+(?=\.\w+$)/, '@');
}

/** Whether a path is a file of the unit: its own, that of its template, a drop-in, or a folder of these. @see systemd.unit(5) */
export function isOfUnit(path: string, unit: string): boolean {
  const [, name, dropIn] = inUnitFolder.exec(path) ?? [];
  if (name === undefined) return false;
  if (dropIn === undefined) return name === unit || name === templateOf(unit);
  return dropInNamesOf(unit).includes(name);
}

/** Any unit may be read from there: by its own name, by one that it shares, as what a link leads to. */
export function holdsUnits(path: string): boolean {
  return unitFolders.some((folder) => isWithin(path, folder) || isWithin(folder, path));
}
