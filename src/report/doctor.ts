import type {Check, Diagnosis, Finding, HostDiagnosis} from '../engine/index.ts';
import {styler} from './style.ts';
import {displayWidth, fill, padEnd, visible} from './width.ts';

export interface DoctorLook {
  readonly colour: boolean;
  readonly columns: number;
}

/** A line for each host and a column for each check, then what was found, each once with all the hosts that have it. */
export function doctorLines(
  diagnosis: Pick<Diagnosis, 'hosts' | 'cluster'>,
  look: DoctorLook,
): readonly string[] {
  return [...tableLines(diagnosis.hosts, look), ...findingLines(diagnosis, look)];
}

const marks = {ok: 'ok', note: 'note', problem: '✗', none: '·'} as const;

function tableLines(hosts: readonly HostDiagnosis[], {colour, columns}: DoctorLook): readonly string[] {
  const [first] = hosts;
  if (!first) return [];
  const style = styler(colour);
  const names = Object.keys(first.checks) as readonly Check[];
  const heads = ['host', ...names];
  const rows = hosts.map(({name, checks}) => [visible(name), ...names.map((check) => marks[checks[check]])]);
  const widths = heads.map((_, column) =>
    Math.max(...[heads, ...rows].map((row) => displayWidth(row[column] ?? ''))),
  );
  if (widths.reduce((sum, one) => sum + one + 2, -2) > columns)
    return hosts.flatMap((host) => listed(host, columns));
  const [head = '', ...lines] = [heads, ...rows].map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [style('strong', head), ...lines];
}

/** Of a host by itself, where the table is too wide: what is not ok. */
function listed({name, checks}: HostDiagnosis, columns: number): readonly string[] {
  const words = Object.entries(checks).flatMap(([check, level]) =>
    level === 'ok' || level === 'none' ? [] : [`${check} ${marks[level]}`],
  );
  return fill(`${visible(name)}: ${words.join(', ') || 'ok'}`, columns, '  ');
}

interface Shared {
  readonly finding: Finding;
  readonly hosts: readonly string[];
}

function findingLines(
  {hosts, cluster}: Pick<Diagnosis, 'hosts' | 'cluster'>,
  {colour, columns}: DoctorLook,
): readonly string[] {
  const style = styler(colour);
  const shared = [...cluster.map((finding) => ({finding, hosts: []})), ...sharedFindings(hosts)];
  const worstFirst = (['problem', 'note'] as const).flatMap((level) =>
    shared.filter(({finding}) => finding.level === level),
  );
  return worstFirst.flatMap(({finding, hosts: on}) => {
    const {level, check, message, fix} = finding;
    const whole = on.length > 2 && on.length === hosts.length;
    const who = whole ? 'all hosts' : on.map(visible).join(', ') || ofNoHost(finding);
    const [head = '', ...rest] = fill(`${level}: ${who}: ${check}: ${visible(message)}`, columns, '  ');
    return [
      '',
      style(level === 'problem' ? 'bad' : 'doubt', head),
      ...rest,
      ...fill(`  hint: ${visible(fix)}`, columns, '    '),
    ];
  });
}

/** Of no one host: this machine, or the cluster. */
function ofNoHost({check}: Finding): string {
  return check === 'clock' ? 'here' : 'the cluster';
}

/** The same said of several hosts is said once. */
function sharedFindings(hosts: readonly HostDiagnosis[]): readonly Shared[] {
  const found = new Map<string, Shared>();
  for (const {name, findings} of hosts)
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.message, finding.fix]);
      found.set(key, {finding, hosts: [...(found.get(key)?.hosts ?? []), name]});
    }
  return [...found.values()];
}
