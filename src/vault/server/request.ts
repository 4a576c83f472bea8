import {type Forwarder, httpRequest, TransportError} from '../../transport/index.ts';
import {parseExact, printExact} from './exact-json.ts';

/** What a server answered: its JSON, or why there is none to be had. */
export type Answer =
  | {readonly type: 'answer'; readonly status: number; readonly body: Fields}
  /** Nothing takes connections there. */
  | {readonly type: 'refused'}
  | {readonly type: 'problem'; readonly problem: string; readonly hint?: string};

/** A JSON object of which nothing is believed yet. */
export type Fields = Readonly<Record<string, unknown>>;

export interface ServerRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'LIST' | 'DELETE';
  /** Below `/v1/`. */
  readonly path: string;
  readonly body?: Fields;
  readonly token?: string;
  /** Numbers of the answer that would lose digits are `ExactNumber`s. */
  readonly exact?: boolean;
  /** Milliseconds until the whole answer is there. */
  readonly timeoutMs: number;
}

/**
 * Asks a Vault or OpenBao server as a host sees it. Any status is an answer; what was sent is in no message.
 * https://openbao.org/api-docs/
 * @param base of its API, as `http://127.0.0.1:8200`
 * @throws TransportError when the connection to the host ended, or it was interrupted
 */
export async function askServer(
  through: Forwarder & {readonly signal: AbortSignal},
  base: string,
  {method, path, body, token, exact = false, timeoutMs}: ServerRequest,
): Promise<Answer> {
  const json = body === undefined ? undefined : printExact(body);
  try {
    const {status, body: bytes} = await httpRequest(
      through,
      {
        url: new URL(`/v1/${path}`, base),
        method,
        headers: {
          'X-Vault-Request': 'true',
          ...(token === undefined ? {} : {'X-Vault-Token': token}),
          ...(json === undefined ? {} : {'Content-Type': 'application/json'}),
        },
        ...(json === undefined ? {} : {body: json}),
      },
      {signal: through.signal, timeoutMs},
    );
    return {type: 'answer', status, body: fieldsOf(bytes, exact)};
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    switch (error.failure) {
      case 'refused':
        return {type: 'refused'};
      case 'timeout':
      case 'forbidden':
      case 'http':
        return {type: 'problem', problem: error.message, ...hintFor(error)};
      default:
        throw error;
    }
  }
}

/** What people get wrong with TLS, by the words of OpenSSL and Node. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const tlsHints: readonly (readonly [RegExp, string])[] = [
  [/wrong version number|packet length too long|EPROTO/i, 'the server may speak no TLS: url: http://…'],
  [
    /self.signed certificate|unable to (?:verify|get)/i,
    "whom its certificate is from is not trusted here: put that authority's certificate into .vprov/ca/NAME.crt",
  ],
  [/altnames/i, 'ask by a name or address that its certificate has: url'],
  [/certificate has expired/i, 'vprov run playbooks/vault.yml renews what vprov has made'],
  [/certificate is not yet valid/i, 'is the clock of the host that made it, or of this machine, right?'],
];

function hintFor({message, hint}: TransportError): {readonly hint?: string} {
  const words = hint ?? tlsHints.find(([expression]) => expression.test(message))?.[1];
  return words === undefined ? {} : {hint: words};
}

/** Why an answer may be another than was hoped for; undefined where it says enough. */
export function hintOf(answer: Answer, base: string): string | undefined {
  if (answer.type === 'problem') return answer.hint;
  // What speaks TLS says so in plain words, which are no JSON.
  const isWordless = answer.type === 'answer' && answer.status === 400 && answer.body.errors === undefined;
  return isWordless && base.startsWith('http:') ? 'the server may speak TLS: url: https://…' : undefined;
}

/** What a server said that is not what was asked for, in words. It may repeat nothing that was sent. */
export function wordsOf(answer: Answer): string {
  switch (answer.type) {
    case 'refused':
      return 'nothing takes connections there';
    case 'problem':
      return answer.problem;
    case 'answer': {
      const {errors} = answer.body;
      const said = Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : [];
      return [`status ${answer.status}`, ...said].join(': ').trim();
    }
  }
}

function fieldsOf(bytes: Buffer, exact: boolean): Fields {
  try {
    const text = bytes.toString('utf8');
    const value: unknown = exact ? parseExact(text) : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
  } catch {
    // An empty answer, or a page of something else in front of the server: the status says enough.
    return {};
  }
}
