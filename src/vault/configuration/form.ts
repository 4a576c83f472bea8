import type {Item, Value} from '../hcl/tree.ts';
import type {Form} from './key.ts';

/** What a form looks like, in words that follow "takes", and whether one text has it. */
interface Shape {
  readonly wanted: string;
  /** Several of them in a text, with commas. */
  readonly several?: true;
  readonly fits: (text: string) => boolean;
}

/** The servers' own, of Go's crypto/tls. @see `ParseCiphers` of go-secure-stdlib/tlsutil */
const ciphers: ReadonlySet<string> = new Set(
  [
    ...['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'],
    ...['RC4_128_SHA', '3DES_EDE_CBC_SHA', 'AES_128_CBC_SHA', 'AES_256_CBC_SHA'].map(
      (one) => `RSA_WITH_${one}`,
    ),
    ...['AES_128_CBC_SHA256', 'AES_128_GCM_SHA256', 'AES_256_GCM_SHA384'].map((one) => `RSA_WITH_${one}`),
    ...[
      'RC4_128_SHA',
      'AES_128_CBC_SHA',
      'AES_256_CBC_SHA',
      'AES_128_CBC_SHA256',
      'AES_128_GCM_SHA256',
    ].flatMap((one) => [`ECDHE_RSA_WITH_${one}`, `ECDHE_ECDSA_WITH_${one}`]),
    ...['AES_256_GCM_SHA384', 'CHACHA20_POLY1305', 'CHACHA20_POLY1305_SHA256'].flatMap((one) => [
      `ECDHE_RSA_WITH_${one}`,
      `ECDHE_ECDSA_WITH_${one}`,
    ]),
    'ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
  ].map((one) => `TLS_${one}`),
);

const shapes: Readonly<Record<Form, Shape>> = {
  url: {
    wanted: 'a URL with its scheme: https://name:8200',
    fits: (text) => /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text),
  },
  addresses: {
    wanted: 'addresses: 192.0.2.1, 192.0.2.0/24, and no names',
    several: true,
    // As lax as go-sockaddr is: in brackets, with a port, a socket's path.
    fits: (text) => /^(?:[0-9A-Fa-f.:/[\]]+|[./@].*)$/.test(text),
  },
  ciphers: {
    wanted: 'names of ciphers as Go has them, with commas: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    several: true,
    fits: (text) => ciphers.has(text),
  },
  octal: {wanted: 'octal digits: 0755', fits: (text) => /^[0-7]*$/.test(text)},
  filters: {wanted: "texts that begin with '+' or '-'", fits: (text) => /^[+-]/.test(text)},
};

/** Why a value has not the form; undefined: it has, or it is made of a template of go-sockaddr when the server starts. */
export function problemOfForm(form: Form, value: Value): string | undefined {
  const {wanted, several, fits} = shapes[form];
  const texts = textsOf(value).flatMap((text) =>
    several ? text.split(',').map((one) => one.trim()) : [text],
  );
  const all = several ? texts.filter((one) => one !== '') : texts;
  return all.every((text) => text.includes('{{') || fits(text)) ? undefined : wanted;
}

function textsOf(value: Value): readonly string[] {
  if (value.type === 'list') return value.elements.flatMap(textsOf);
  return value.type === 'literal' ? [String(value.value)] : [];
}

/** Of custom_response_headers. @see `parseCustomResponseHeaders` of internalshared/configutil */
export function isStatus(code: string): boolean {
  return code === 'default' || /^[1-5](?:xx|[0-9]{2})$/.test(code);
}

/** Headers of custom_response_headers that no server sends; its log says "custom headers starting with X-Vault are not valid". */
export function reservedHeaders(value: Value): readonly string[] {
  return itemsIn(value).flatMap((status) =>
    itemsIn(status.value).flatMap(({keys: [header]}) =>
      header && /^x-vault-/i.test(header.name) ? [header.name] : [],
    ),
  );
}

function itemsIn(value: Value): readonly Item[] {
  return value.type === 'object' ? value.body.items : [];
}
