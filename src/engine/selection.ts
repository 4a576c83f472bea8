import {resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic, VprovError, withoutText} from '../errors/index.ts';
import {type Inventory, inventoryCodes, selectHosts, type Unmatched} from '../inventory/index.ts';
import type {HostPattern, Play} from '../playbook/index.ts';
import {isRefused, readHandedText} from '../source/index.ts';
import {mask, reveal, Unknown, UnknownRead} from '../text/index.ts';
import {asText, render, type Scope, type Value} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import {beforeHosts} from './play-scope.ts';

/** The hosts that a pattern, or `--limit`, stands for. */
export interface Selection {
  readonly hosts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What matches nothing in an inventory that may grow. */
  readonly unmatched: readonly Unmatched[];
  /** A template of the pattern cannot be rendered yet: then these are all hosts that it may be. */
  readonly open?: true;
}

/**
 * The hosts of a play, in the order of the inventory.
 * @param limit the hosts that `--limit` names, in the same inventory
 * @param later as for `selectHosts`
 */
export function hostsOfPlay(
  {hostPatterns}: Play,
  inventory: Inventory,
  scope: Scope,
  limit: readonly string[] | undefined,
  later?: readonly string[],
): Selection {
  const limited = (hosts: readonly string[]): readonly string[] =>
    limit ? hosts.filter((host) => limit.includes(host)) : hosts;
  try {
    const patterns = beforeHosts(() => hostPatterns.flatMap((one) => written(one, scope)));
    const {hosts, diagnostics, unmatched} = selectHosts(inventory, patterns, later);
    const shown = (one: Diagnostic): Diagnostic => withoutSecrets(one, patterns);
    return {
      hosts: limited(hosts),
      diagnostics: diagnostics.map(shown),
      unmatched: unmatched.map((one) => ({...one, diagnostic: shown(one.diagnostic)})),
    };
  } catch (error) {
    if (error instanceof UnknownRead)
      return {hosts: limited([...inventory.hosts.keys()]), diagnostics: [], unmatched: [], open: true};
    if (error instanceof VprovError) return {hosts: [], diagnostics: error.diagnostics, unmatched: []};
    throw error;
  }
}

/** A pattern, with what is shown of it. */
interface Written {
  readonly text: string;
  readonly shown: string;
  readonly source: HostPattern['source'];
}

/** What is wrong with a pattern quotes it. */
function withoutSecrets(diagnostic: Diagnostic, patterns: readonly Written[]): Diagnostic {
  const secrets = patterns.filter(({text, shown}) => text !== shown);
  return secrets.reduce(
    ({hint: _nearest, ...left}, {text, shown}) => ({
      ...left,
      message: withoutText(left.message, text, shown),
    }),
    diagnostic,
  );
}

function written({template, text, source}: HostPattern, scope: Scope): readonly Written[] {
  if (!template) return [{text, shown: text, source}];
  const value = render(template, scope);
  if (value instanceof Unknown) throw new UnknownRead(value);
  const values = Array.isArray(value) ? (value as readonly Value[]) : [value];
  return values.map((one) => {
    const pattern = asText(one);
    if (!pattern?.length) throw noPattern(template.source);
    return {text: reveal(pattern), shown: mask(pattern), source};
  });
}

function noPattern(source: HostPattern['source']): VprovError {
  const message = 'the template in hosts gives no pattern, and no list of patterns';
  return new VprovError(errorDiagnostic(engineCodes, 'ENG011', message, {source}));
}

/** The pattern that `--limit` is. `@FILE` in it stands for the lines of a file. */
export function readLimit(
  limit: string,
  cwd: string,
): {readonly pattern: string; readonly diagnostics: readonly Diagnostic[]} {
  const parts = limit.split(',').map((part) => (part.startsWith('@') ? linesOf(part.slice(1), cwd) : part));
  const patterns = parts.flatMap((part) => (typeof part === 'string' ? [part] : []));
  return {
    pattern: patterns.join(','),
    diagnostics: parts.flatMap((part) => (typeof part === 'string' ? [] : [part])),
  };
}

/** The hosts that `--limit` leaves. @param later as for `selectHosts` */
export function limitedTo(pattern: string, inventory: Inventory, later?: readonly string[]): Selection {
  const {hosts, diagnostics, unmatched} = selectHosts(inventory, pattern, later);
  return {hosts, diagnostics: diagnostics.map(ofLimit), unmatched};
}

/** As what is wrong with `--limit`. */
export function ofLimit(one: Diagnostic): Diagnostic {
  return {...one, message: `--limit: ${one.message}`};
}

const largestPatternBytes = 1024 * 1024;

/** The patterns in a file, one a line; what follows a # is for people. */
function linesOf(name: string, cwd: string): string | Diagnostic {
  const text = readHandedText(resolve(cwd, name), largestPatternBytes);
  if (isRefused(text)) {
    const reason = text.reason === 'no such file' ? 'there is no such file' : text.reason;
    return errorDiagnostic(inventoryCodes, 'INV011', `--limit @${name}: ${reason}`, {
      hint: 'the file has one pattern a line',
    });
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .join(',');
}
