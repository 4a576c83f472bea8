import {type Diagnostic, didYouMean, errorDiagnostic, warningDiagnostic} from '../errors/index.ts';
import {inventoryCodes} from './codes.ts';
import type {Draft, DraftGroup} from './draft.ts';

/** Names that are a host's and a group's. */
export function* ambiguousNames(draft: Draft): Iterable<Diagnostic> {
  for (const [name, {source}] of draft.hosts) {
    const group = draft.groups.get(name);
    if (group === undefined && name !== 'all' && name !== 'ungrouped') continue;
    yield errorDiagnostic(inventoryCodes, 'INV006', `'${name}' is a host and a group`, {
      source,
      hint: 'give one of the two another name',
      related: group && [{message: 'the group', source: group.source}],
    });
  }
}

/** Names that are a host's and a group's, and groups without anything that are named almost like another. */
export function nameMistakes(draft: Draft): readonly Diagnostic[] {
  return [...ambiguousNames(draft), ...misspeltGroups(draft)];
}

function* misspeltGroups(draft: Draft): Iterable<Diagnostic> {
  for (const [name, group] of draft.groups) {
    if (!isEmpty(group)) continue;
    const others = [...draft.groups].filter(([other, {hosts}]) => other !== name && hosts.size > 0);
    const hint = didYouMean(
      name,
      others.map(([other]) => other),
    );
    if (hint === undefined) continue;
    const message = `group '${name}' has no hosts`;
    yield warningDiagnostic(inventoryCodes, 'INV009', message, {source: group.source, hint});
  }
}

function isEmpty({hosts, children, variables}: DraftGroup): boolean {
  return hosts.size === 0 && children.size === 0 && variables.length === 0;
}
