import type {Install} from './state.ts';

const asked = /^(Alias|Also|WantedBy|RequiredBy|UpheldBy)\s*=\s*(.*)$/;

/**
 * What files of a unit ask for when it is enabled, its own first and then its drop-ins: a list grows with each line, and
 * is begun anew by an empty one. Undefined where a line goes on in the next, which nobody has looked at.
 * @see systemd.unit(5) "[Install]"
 */
export function installOf(lines: readonly string[]): Install | undefined {
  const lists = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, name = '', value = ''] = asked.exec(line.trim()) ?? [];
    if (value.endsWith('\\')) return undefined;
    lists.set(name, value === '' ? [] : [...(lists.get(name) ?? []), ...value.split(/\s+/)]);
  }
  const all = (...names: readonly string[]): readonly string[] =>
    names.flatMap((name) => lists.get(name) ?? []);
  return {
    aliases: all('Alias'),
    also: all('Also'),
    wantedBy: all('WantedBy', 'RequiredBy', 'UpheldBy'),
  };
}
