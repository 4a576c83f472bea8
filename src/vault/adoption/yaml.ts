import {isMap, type Value, type ValueMap} from '../../values/index.ts';

/** Variables as a YAML file: texts in quotes, so that nothing is taken for something else, and never templates. */
export function yamlOf(variables: ValueMap): string {
  return linesOf(variables)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(map: ValueMap): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => entry(`${keyOf(key)}:`, value as Value));
}

function entry(head: string, value: Value): readonly string[] {
  if (isMap(value) && Object.keys(value).length > 0)
    return [head, ...linesOf(value).map((line) => `  ${line}`)];
  if (Array.isArray(value) && value.length > 0)
    return [head, ...(value as readonly Value[]).flatMap(element).map((line) => `  ${line}`)];
  // Plain lines; whatever is odd in a text is written in quotes.
  if (
    typeof value === 'string' &&
    /^[!-~].*[!-~]\n$/s.test(value) &&
    !/[^\n\t -~\u00a1-\u1fff]|\n\s*\n\s|[ \t]\n/.test(value)
  )
    return [`${head} ${rawMark(value)}|`, ...block(value)];
  return [`${head} ${scalar(value)}`];
}

function element(value: Value): readonly string[] {
  if (!isMap(value) || Object.keys(value).length === 0) return [`- ${scalar(value)}`];
  return linesOf(value).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}

function block(text: string): readonly string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`));
}

/** JSON is YAML. */
function scalar(value: Value): string {
  return `${typeof value === 'string' ? rawMark(value) : ''}${JSON.stringify(value)}`;
}

/** What the server itself fills in, `{{ GetPrivateIP }}`, is no template of ours. */
function rawMark(text: string): string {
  return text.includes('{{') ? '!raw ' : '';
}

function keyOf(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(key)
    ? key
    : JSON.stringify(key);
}
