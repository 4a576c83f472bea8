import {isIP} from 'node:net';
import type {Net} from '../engine/index.ts';
import {styler} from './style.ts';
import {displayWidth, padEnd, visible, wrap} from './width.ts';

type Pair = Net['pairs'][number];
type Finding = Pair['finding'];

export interface NetLook {
  readonly colour: boolean;
  readonly columns: number;
  /** For how long a certificate is still good. */
  readonly nowMs: number;
  /** A refusal is no trouble. */
  readonly closedIsFine: boolean;
}

/** The matrix, what keeps pairs apart in words, what open ports speak, and the clocks. */
export function netLines(net: Net, look: NetLook): readonly string[] {
  // One host alone has nobody to reach, and an empty table would look as if all were open.
  if (net.hosts.length < 2) return clockLines(net, look).slice(1);
  return [
    ...matrixLines(net, look),
    ...blockedLines(net, look),
    ...serviceLines(net, look),
    ...nameLines(net, look),
    ...clockLines(net, look),
  ];
}

function matrixLines({pairs, hosts}: Net, look: NetLook): readonly string[] {
  const style = styler(look.colour);
  const names = hosts.map(({name}) => visible(name));
  const rows = hosts.map((from) =>
    hosts.map((to) => (from === to ? '·' : cellOf(pairs, from.name, to.name, look))),
  );
  const head = ['from \\ to', ...names];
  const table = [head, ...rows.map((row, index) => [names[index] ?? '', ...row])];
  const widths = head.map((_, column) => Math.max(...table.map((row) => displayWidth(row[column] ?? ''))));
  const legend = 'ok: all ports · ✗: blocked, all or these ports · ?: not known';
  const width = widths.reduce((sum, one) => sum + one + 2, -2);
  if (width > look.columns) {
    return [
      ...rows.flatMap((row, index) => {
        const cells = row.flatMap((cell, column) => (cell === '·' ? [] : [`${names[column]}\u00a0${cell}`]));
        return hanging(`${names[index]} → `, cells.join(', '), look.columns).map((line) =>
          line.replaceAll('\u00a0', ' '),
        );
      }),
      style('quiet', legend),
    ];
  }
  const lines = table.map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [style('strong', lines[0] ?? ''), ...lines.slice(1), style('quiet', legend)];
}

function cellOf(pairs: readonly Pair[], from: string, to: string, look: NetLook): string {
  const own = pairs.filter((pair) => pair.from === from && pair.to === to);
  if (own.length === 0) return '?';
  const blocked = own.filter(({finding}) => isBlocked(finding, look));
  if (blocked.length > 0)
    return blocked.length === own.length ? '✗' : `✗ ${blocked.map(({port}) => port).join(',')}`;
  return own.every(({finding}) => finding.type === 'unknown') ? '?' : 'ok';
}

function isBlocked(finding: Finding, {closedIsFine}: NetLook): boolean {
  return finding.type === 'blocked' && !(closedIsFine && finding.why === 'refused');
}

/** Each trouble once, with all the hosts that have it, and all the ports where it is theirs. */
function blockedLines({pairs, hosts}: Net, look: NetLook): readonly string[] {
  const style = styler(look.colour);
  const troubles = pairs.filter(({finding}) => isBlocked(finding, look) || finding.type === 'unknown');
  const whyOf = ({finding}: Pair): unknown => (finding.type === 'blocked' ? finding.why : finding);
  const ofPort = [...groupedBy(troubles, (pair) => [pair.to, pair.port, whyOf(pair)])];
  const groups = groupedBy(ofPort, ([first, ...more]) => [
    first.to,
    whyOf(first),
    [first, ...more].map(({from}) => from),
  ]);
  const lines = groups.flatMap((group) => {
    const [[first, ...more]] = group;
    const froms = [first, ...more].map(({from}) => visible(from));
    const ports = group.map(([{port}]) => port);
    const whole = hosts.length > 2 && froms.length === hosts.length - 1;
    const who = whole ? 'all others' : froms.join(', ');
    const tone = first.finding.type === 'unknown' ? 'doubt' : 'bad';
    const where = `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
    const [head = '', ...rest] = hanging(
      '',
      `${who} → ${visible(first.to)} ${where}: ${wordsOf(first, ports.length > 1)}`,
      look.columns,
      2,
    );
    return [style(tone, head), ...rest];
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

type Some<T> = [T, ...T[]];

/** Those of one key together, in the order of the first of each. */
function groupedBy<T>(all: readonly T[], keyOf: (one: T) => unknown): readonly Some<T>[] {
  const groups = new Map<string, Some<T>>();
  for (const one of all) {
    const key = JSON.stringify(keyOf(one));
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

function wordsOf({finding, address}: Pair, ofSeveral: boolean): string {
  const at = visible(address);
  if (finding.type === 'unknown') return `not known: ${visible(finding.detail)}`;
  if (finding.type === 'open') return 'open';
  const detail = visible(finding.detail);
  switch (finding.why) {
    case 'refused':
      return `refused: ${at} is there, and nothing listens on ${ofSeveral ? 'these ports' : 'the port'}`;
    case 'filtered':
      // A name may not even have been found by then.
      return isIP(address)
        ? `filtered: ${detail} from ${at}: a firewall drops it, or the host is off`
        : `filtered: ${detail} from ${at}: a firewall drops it, the host is off, or its name is looked up for so long`;
    case 'no-route':
      return `no route to ${at}: the host is off, in another network, or a firewall rejects it`;
    case 'unknown-name':
      return `name not resolved: ${at} (${detail})`;
  }
}

/** What open ports speak: the same for all who ask, so the first that can say it. */
function serviceLines({pairs, hosts}: Net, look: NetLook): readonly string[] {
  const rows: (readonly [string, string, string])[] = [];
  for (const {name} of hosts) {
    const ports = [...new Set(pairs.filter(({to}) => to === name).map(({port}) => port))];
    for (const port of ports) {
      const open = pairs.filter(
        (pair) => pair.to === name && pair.port === port && pair.finding.type === 'open',
      );
      const telling =
        open.find(({finding}) => finding.type === 'open' && finding.tls.type !== 'unknown') ?? open[0];
      if (telling) rows.push([visible(name), String(port), spoken(telling, look)]);
    }
  }
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => displayWidth(name)));
  return [
    '',
    ...rows.flatMap(([name, port, words]) =>
      hanging(`${padEnd(name, width)}  ${padEnd(port, 5)}  `, words, look.columns),
    ),
  ];
}

const dayMs = 24 * 3_600_000;

function spoken({finding, address}: Pair, {nowMs}: NetLook): string {
  if (finding.type !== 'open') return '';
  const {tls} = finding;
  switch (tls.type) {
    case 'none':
      return 'open, no TLS';
    case 'unknown':
      return 'open';
    case 'refuses':
      return `TLS, for other clients (${visible(tls.alert)})`;
    case 'speaks': {
      if (!tls.certificate) return `${tls.version}, without a certificate`;
      const {names, expires, isForAddress} = tls.certificate;
      const days = Math.floor((expires.getTime() - nowMs) / dayMs);
      const until = expires.toISOString().slice(0, 10);
      const age = days < 0 ? `EXPIRED on ${until}` : `until ${until} (${days} days)`;
      const others =
        names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      const whose = isForAddress ? `for ${address}` : `NOT for ${address}, but ${others || 'for nobody'}`;
      return `${tls.version}, certificate ${visible(whose)}, ${age}`;
    }
  }
}

function nameLines({names}: Net, look: NetLook): readonly string[] {
  const style = styler(look.colour);
  const traps = new Map<string, string[]>();
  for (const {name, host, byGo, bySystem} of names)
    if (byGo === false && bySystem !== false) traps.set(name, [...(traps.get(name) ?? []), host]);
  return [...traps].flatMap(([name, on]) => {
    const words = `${visible(name)} on ${on.map(visible).join(', ')}: the system resolves it and a Go program does not: Vault and OpenBao ask /etc/hosts and DNS, and no mDNS`;
    const [head = '', ...rest] = hanging('', words, look.columns, 2);
    return ['', style('bad', head), ...rest, '  hint: use an address, or put the name into /etc/hosts there'];
  });
}

function clockLines({clocks}: Net, look: NetLook): readonly string[] {
  if (clocks.length === 0) return [];
  const offsets = clocks.map(({offsetMs}) => offsetMs);
  const apart = Math.max(...offsets) - Math.min(...offsets);
  const each = clocks.map(({host, offsetMs, uncertaintyMs}) => {
    const sign = offsetMs > -50 ? '+' : '-';
    const roughly = uncertaintyMs >= 400 ? '~' : '';
    return `${visible(host)}\u00a0${roughly}${sign}${(Math.abs(offsetMs) / 1000).toFixed(1)}\u00a0s`;
  });
  const words = `${each.join(', ')}; at most ${(apart / 1000).toFixed(1)} s apart`;
  return [
    '',
    ...hanging('clocks against this one: ', words, look.columns).map((line) =>
      line.replaceAll('\u00a0', ' '),
    ),
  ];
}

/** Broken at blanks, the lines after the first below its text. */
function hanging(
  lead: string,
  text: string,
  columns: number,
  indent = displayWidth(lead),
): readonly string[] {
  const lines = wrap(text, Math.max(20, columns - Math.max(indent, displayWidth(lead))));
  return lines.map((line, index) => (index === 0 ? lead + line : ' '.repeat(indent) + line));
}
