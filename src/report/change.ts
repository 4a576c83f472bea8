import type {ChangeReport} from '../engine/index.ts';
import type {Attribute, AttributeValue, Impact} from '../resources/index.ts';
import {truncate, visible} from './width.ts';

const longestValue = 60;

/** `/var/lib/vault mode 0750 → 0700, owner root → vault` */
export function changeLine(change: ChangeReport): string {
  const attributes = change.attributes.map(attributeText).join(', ');
  return `${refText(change.ref)} ${attributes}`.trimEnd();
}

/** A path by itself, everything else with its kind: `unit vault.service`. */
function refText(ref: ChangeReport['ref']): string {
  const [kind, id] = [ref.slice(0, ref.indexOf(':')), ref.slice(ref.indexOf(':') + 1)];
  return kind === 'path' ? visible(id) : `${kind} ${visible(id)}`;
}

/** `mode 0750 → 0700`; `mode 0700` for what was not there. */
function attributeText(attribute: Attribute): string {
  const {name, before, after} = attribute;
  // What happens each time: the id of the start before tells people nothing.
  if (name === 'invocation') return 'restarted';
  if (name === 'reload') return 'reloaded';
  if (name === 'content' || isDigest(before) || isDigest(after)) {
    // A digest tells people nothing, and differs from host to host where the change is the same.
    return before === undefined ? 'with content' : 'content changed';
  }
  if (name === 'type' && before === undefined) return `new ${valueText(after ?? null)}`;
  if (name === 'type' && after === null) return 'removed';
  if (before === undefined) return after === undefined ? name : `${name} ${valueText(after)}`;
  return `${name} ${valueText(before)} → ${after === undefined ? 'gone' : valueText(after)}`;
}

function isDigest(value: AttributeValue | undefined): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function valueText(value: AttributeValue): string {
  if (value === null) return 'none';
  if (typeof value !== 'string') return String(value);
  const shown = truncate(visible(value).replaceAll('\n', '⏎'), longestValue);
  return value === '' || /[\s,]/.test(value) ? `'${shown}'` : shown;
}

/** What the change costs beyond itself, or undefined when that is nothing. */
export function impactText(impact: Impact | undefined): string | undefined {
  if (impact === undefined) return undefined;
  switch (impact.type) {
    case 'none':
      return undefined;
    case 'reload':
      return `needs a reload of ${impact.unit}: ${impact.reason}`;
    case 'restart':
      return `needs a restart${impact.unseal ? ' and an unseal' : ''} of ${impact.unit}: ${impact.reason}`;
    case 'refuse':
      return impact.playbook ? `${impact.reason} (see ${impact.playbook})` : impact.reason;
  }
}
