import {sh} from '../../shell/index.ts';
import {mask} from '../../text/index.ts';
import {type HttpRequest, type HttpResponse, httpRequest, TransportError} from '../../transport/index.ts';
import {asText} from '../../values/index.ts';
import type {Action, ActionPorts, ActionResult} from '../contract.ts';
import {judgeAnswer} from './answer.ts';
import {checkRequest, requestOf} from './request.ts';
import type {UriArguments} from './schema.ts';

const defaultTimeoutSeconds = 30;

const untrustedHint =
  'its authority is trusted when its certificate is here, .vprov/ca/NAME.crt, or on the host: ca_path';

export const uri: Action<UriArguments> = {
  type: 'action',
  name: 'uri',
  summary: 'Asks an HTTP server, through the connection: what the host can reach, it can ask',
  scope: 'host',
  shorthand: 'url',
  result: {
    status: {type: 'integer'},
    headers: {type: 'object', additionalProperties: {type: 'string'}},
    json: {},
    content: {type: 'string'},
    failure: {type: 'string'},
    reason: {type: 'string'},
  },
  check: checkRequest,
  readOnly: isReadOnly,
  guard: () => ({run: true}),

  /** What a server does on a PUT or POST, and to which files of the host, nobody here knows. */
  effects: (args) => ({type: isReadOnly(args) ? 'none' : 'everything'}),

  async act(args, ports) {
    const label = `${args.method ?? 'GET'} ${mask(asText(args.url) ?? [])}`;
    const statuses = [args.status_code ?? 200].flat();
    const certificates = args.ca_path === undefined ? undefined : await readCertificates(args.ca_path, ports);
    if (typeof certificates === 'object') return failure(label, certificates);
    const answer = await ask(requestOf(args, certificates), args.timeout ?? defaultTimeoutSeconds, ports);
    if ('problem' in answer) return failure(label, answer);
    return judgeAnswer(answer, {
      statuses,
      keepContent: args.return_content ?? false,
      changes: !isReadOnly(args),
      label,
    });
  },
};

interface Problem {
  readonly problem: string;
  readonly hint?: string;
  readonly failure?: string;
}

function isReadOnly({method = 'GET'}: UriArguments): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function ask(
  request: HttpRequest,
  timeoutSeconds: number,
  ports: ActionPorts,
): Promise<HttpResponse | Problem> {
  try {
    return await httpRequest(ports, request, {signal: ports.signal, timeoutMs: timeoutSeconds * 1000});
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof TransportError)) throw error;
    return problemOf(error);
  }
}

/** What the task says of it; the end of the connection to the host is not for the task to judge. */
function problemOf(error: TransportError): Problem {
  const {message: problem, hint, cause} = error;
  switch (error.failure) {
    case 'timeout':
    case 'refused':
    case 'forbidden':
      return {problem, failure: error.failure, ...(hint ? {hint} : {})};
    case 'http': {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      const untrusted = /CERT|SIGNATURE|ISSUER|SELF_SIGNED/.test(code);
      return {
        problem,
        failure: error.failure,
        ...(untrusted ? {hint: untrustedHint} : {}),
      };
    }
    default:
      throw error;
  }
}

async function readCertificates(path: string, ports: ActionPorts): Promise<string | Problem> {
  const {exitCode, stdout, stderr} = await ports.run(sh`cat ${path}`, defaultTimeoutSeconds * 1000);
  if (exitCode === 0) return stdout.toString('utf8');
  return {problem: `ca_path cannot be read: ${stderr.toString('utf8').trim()}`};
}

/** No answer came: status -1, so that `until: r.status == 200` can wait for the server. */
function failure(label: string, {problem, hint, failure: why}: Problem): ActionResult {
  return {
    changed: false,
    failed: `${label}: ${problem}`,
    ...(hint ? {hint} : {}),
    result: {status: -1, reason: problem, ...(why ? {failure: why} : {})},
  };
}
