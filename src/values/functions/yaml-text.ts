import {joinTexts, Secret, type Text, Unknown, UnknownRead} from '../../text/index.ts';
import {asText, isMap, type Value} from '../value.ts';
import {exact} from './define.ts';

/**
 * A value as a YAML block, secrets still marked (in double quotes, with their escapes inside).
 * @throws UnknownRead for an unknown anywhere inside
 */
export function yamlText(value: Value): Text {
  return joinTexts([block(value, ''), ['\n']]);
}

/** A value behind `key: ` or `- `, or by itself: what is nested goes onto lines of its own. */
function block(value: Value, margin: string): Text {
  if (value instanceof Unknown) throw new UnknownRead(value);
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map((item: Value) => joinTexts([['- '], block(item, `${margin}  `)]));
    return joinTexts(items, `\n${margin}`);
  }
  if (isMap(value) && Object.keys(value).length > 0) {
    const entries = Object.entries(value).map(([key, item]) =>
      joinTexts([[`${plainOrQuoted(key)}:`], below(item, margin)]),
    );
    return joinTexts(entries, `\n${margin}`);
  }
  return scalar(value);
}

function below(value: Value, margin: string): Text {
  const nested = `${margin}  `;
  if (Array.isArray(value) && value.length > 0) return joinTexts([[`\n${nested}`], block(value, nested)]);
  if (isMap(value) && Object.keys(value).length > 0)
    return joinTexts([[`\n${nested}`], block(value, nested)]);
  return joinTexts([[' '], block(value, nested)]);
}

function scalar(value: Value): Text {
  const text = asText(value);
  if (text === undefined)
    return [Array.isArray(value) ? '[]' : isMap(value) ? '{}' : JSON.stringify(exact(value))];
  if (text.every((part) => typeof part === 'string')) return [plainOrQuoted(text.join(''))];
  const escaped = text.map((part) =>
    part instanceof Secret ? new Secret(part.name, inQuotes(part.reveal())) : inQuotes(part),
  );
  return joinTexts([['"'], escaped, ['"']]);
}

/** Words stay as they are where YAML reads them as the same text; all else is quoted. */
function plainOrQuoted(text: string): string {
  if (!/^[A-Za-z_/][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*$/.test(text)) return `"${inQuotes(text)}"`;
  return /^(?:null|true|false|y|n|yes|no|on|off)$/i.test(text) ? `"${inQuotes(text)}"` : text;
}

function inQuotes(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(
      /[\u007f-\u009f\u2028\u2029\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
