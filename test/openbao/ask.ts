import http from 'node:http';
import https from 'node:https';

export interface Answer {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
  /** SHA-256 fingerprint of the server's certificate, over TLS. */
  readonly certificate: string;
}

export interface Question {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: https.RequestOptions;
}

/** One request on a connection of its own; whoever does not answer gives status 0. */
export async function ask(url: string, question: Question): Promise<Answer> {
  const {method = 'GET', body, token, headers = {}, tls = {}} = question;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method,
    agent: false,
    timeout: 5000,
    headers: {
      ...(token ? {'X-Vault-Token': token} : {}),
      ...(sent === undefined
        ? {}
        : {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent)}),
      ...headers,
    },
  };
  return new Promise((done) => {
    const none: Answer = {status: 0, headers: {}, text: '', json: undefined, certificate: ''};
    const request = url.startsWith('https:')
      ? https.request(url, {...options, rejectUnauthorized: false, ...tls})
      : http.request(url, options);
    request.on('error', () => done(none));
    request.on('timeout', () => request.destroy());
    request.on('response', (response) => {
      const socket = response.socket as {getPeerCertificate?: () => {fingerprint256?: string}};
      const certificate = socket.getPeerCertificate?.().fingerprint256 ?? '';
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', () => done(none));
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: parsed(text),
          certificate,
        }),
      );
    });
    request.end(sent);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
