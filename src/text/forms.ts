const shortestSecretBytes = 6;
/** Without its capitals a shorter one is too likely a word like any other. */
const shortestFoldedBytes = 8;

/**
 * The forms in which programs write a secret: by itself, in base64 wherever it begins in what is encoded, in hexadecimal,
 * as URLs, JSON, shells, HTML, Python, YAML and C escape it, and without capitals as the host of a URL. Of a secret of
 * several lines, also those of each line, since diffs and logs cut texts there.
 */
export function formsOf(secret: string): ReadonlySet<string> {
  const lines = secret.split(/\r\n|\n|\r/).map((line) => line.trim());
  const parts = [secret, ...(lines.length > 1 ? lines : [])].filter(
    (part) => Buffer.byteLength(part) >= shortestSecretBytes,
  );
  return new Set(
    parts.flatMap((part) => [...encodedForms(part), ...escapedForms(part), ...foldedForms(part)]),
  );
}

function foldedForms(value: string): readonly string[] {
  return Buffer.byteLength(value) < shortestFoldedBytes ? [] : [value.toLowerCase()];
}

/** Those that are cut into lines by programs such as base64 and xxd. */
function encodedForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const base64 = [
    bytes.toString('base64').replace(/=+$/, ''),
    ...[0, 1, 2].map((before) => base64Behind(before, bytes)),
  ];
  const hex = bytes.toString('hex');
  return [
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
  ];
}

/** What base64 makes of bytes behind so many others, as far as neither these nor what follows have a say in it. */
function base64Behind(before: number, bytes: Buffer): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return encoded.slice(before === 0 ? 0 : before + 1, Math.floor((8 * (before + bytes.length)) / 6));
}

function escapedForms(value: string): readonly string[] {
  if (/^[\w.-]+$/.test(value)) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    ...urlForms(value),
    json,
    json.replaceAll('/', '\\/'),
    asciiJson(json),
    JSON.stringify(json).slice(1, -1),
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll("'", "''"),
    value.replaceAll(/["$`\\]/g, '\\$&'),
    value.replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, '\\$&'),
    value.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
    htmlForm(value, '&quot;', '&#39;'),
    htmlForm(value, '&quot;', '&#x27;'),
    htmlForm(value, '"', "'"),
    octetForm(value, (octet) => octet.toString(8).padStart(3, '0')),
    octetForm(value, (octet) => `x${octet.toString(16).padStart(2, '0')}`),
  ];
}

/** A part of a path, of a query, of a form; with capitals in the escapes and without. */
function urlForms(value: string): readonly string[] {
  const wellFormed = Buffer.from(value).toString('utf8');
  const component = encodeURIComponent(wellFormed);
  const strict = component.replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const forms = [
    encodeURI(wellFormed),
    component,
    strict,
    strict.replaceAll('%2F', '/'),
    strict.replaceAll('%20', '+'),
  ];
  return [...forms, ...forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()))];
}

function asciiJson(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function htmlForm(value: string, double: string, single: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', double)
    .replaceAll("'", single);
}

function octetForm(value: string, digits: (octet: number) => string): string {
  const bytes = Buffer.from(value);
  return [...bytes]
    .map((octet) => (octet < 0x80 ? String.fromCharCode(octet) : `\\${digits(octet)}`))
    .join('');
}
