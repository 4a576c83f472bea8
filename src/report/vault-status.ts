import type {ClusterStatus, NodeStatus} from '../engine/index.ts';
import {styler} from './style.ts';
import {displayWidth, padEnd, visible} from './width.ts';

/** A line for each node, then what wants attention. `?`: nobody could say. */
export function vaultStatusLines(status: ClusterStatus, colour: boolean): readonly string[] {
  const style = styler(colour);
  const speaksTls = Object.values(status.nodes).some((node) => node.certificate_ends !== null);
  const certificate = speaksTls ? ['certificate'] : [];
  const heads = ['node', 'product', 'version', 'state', 'role', 'behind', 'database', ...certificate];
  const rows = Object.entries(status.nodes).map(([name, node]) =>
    [
      name,
      node.product,
      node.version ?? '?',
      stateOf(node),
      roleOf(node),
      said(node.lag),
      sizeOf(node),
      ...certificate.map(() => (node.certificate_ends ?? '-').slice(0, 10)),
    ].map(visible),
  );
  const widths = heads.map((_, column) =>
    Math.max(...[heads, ...rows].map((row) => displayWidth(row[column] ?? ''))),
  );
  const [head = '', ...lines] = [heads, ...rows].map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const tolerance = status.failure_tolerance;
  return [
    style('strong', head),
    ...lines,
    ...(tolerance === null ? [] : [`failure tolerance: ${tolerance}`]),
    ...status.notes.map((one) => `note: ${visible(one)}`),
    ...status.attention.map((one) => `attention: ${visible(one)}`),
  ];
}

function stateOf({running, initialized, sealed, removed, product}: NodeStatus): string {
  if (product === 'none') return 'no server';
  if (!running) return 'stopped';
  if (initialized === null) return 'no answer';
  if (!initialized) return 'not initialised';
  if (removed === true) return 'removed';
  return sealed ? 'sealed' : 'unsealed';
}

function roleOf({leader, voter}: NodeStatus): string {
  const role = leader === null ? '?' : leader ? 'leader' : '-';
  return voter === null ? role : `${role === '-' ? '' : `${role}, `}${voter ? 'voter' : 'no voter'}`;
}

function said(value: number | null): string {
  return value === null ? '?' : String(value);
}

function sizeOf({database_bytes: bytes}: NodeStatus): string {
  return bytes === null ? '-' : `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
