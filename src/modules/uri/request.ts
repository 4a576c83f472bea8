import {reveal, Secret, type Text} from '../../text/index.ts';
import type {HttpRequest} from '../../transport/index.ts';
import {asText, isMap, SecretText, type Value} from '../../values/index.ts';
import type {ArgumentProblem} from '../contract.ts';
import type {UriArguments} from './schema.ts';

/** What is wrong with the arguments beyond their types. */
export function checkRequest(args: UriArguments): readonly ArgumentProblem[] {
  return [...checkUrl(reveal(asText(args.url) ?? [])), ...checkBody(args), ...checkHeaders(args)];
}

function checkUrl(text: string): readonly ArgumentProblem[] {
  if (!URL.canParse(text))
    return [{argument: 'url', message: 'is not a URL', hint: 'write it whole: https://NAME:PORT/PATH'}];
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return [
      {argument: 'url', message: 'is neither http nor https', hint: 'begin it with http:// or https://'},
    ];
  if (url.username || url.password)
    return [{argument: 'url', message: 'holds a password', hint: 'give it as a header: Authorization'}];
  return [];
}

function checkBody({body, body_format: format, method = 'GET'}: UriArguments): readonly ArgumentProblem[] {
  if (body === undefined) return [];
  if (method === 'GET' || method === 'HEAD')
    return [{argument: 'body', message: `is not sent by ${method}`, hint: 'give the method: POST, PUT…'}];
  if (format === 'raw' && (body === null || asText(body) === undefined))
    return [
      {argument: 'body', message: 'must be a string with body_format: raw', hint: 'use body_format: json'},
    ];
  return [];
}

function checkHeaders({headers = {}}: UriArguments): readonly ArgumentProblem[] {
  const bad = Object.entries(headers).find(
    ([name, value]) =>
      !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || /[\r\n\0]/.test(reveal(asText(value) ?? [])),
  );
  return bad ? [{argument: 'headers', message: `has '${bad[0]}', which HTTP does not allow`}] : [];
}

/** The request, secrets opened: its bytes leave for the server. */
export function requestOf(args: UriArguments, certificates: string | undefined): HttpRequest {
  const json = args.body !== undefined && isJson(args);
  const headers = Object.entries(args.headers ?? {}).map(([name, value]) => [
    name,
    reveal(asText(value) ?? []),
  ]);
  const given = new Set(headers.map(([name]) => name?.toLowerCase()));
  return {
    url: new URL(reveal(asText(args.url) ?? [])),
    method: args.method ?? 'GET',
    headers: {
      ...(json && !given.has('content-type') ? {'Content-Type': 'application/json'} : {}),
      ...(Object.fromEntries(headers) as Record<string, string>),
    },
    ...(args.body === undefined ? {} : {body: bodyOf(args.body, json)}),
    tls: {verify: args.validate_certs ?? true, ...(certificates === undefined ? {} : {certificates})},
  };
}

function isJson({body, body_format: format}: UriArguments): boolean {
  if (format !== undefined) return format === 'json';
  return Array.isArray(body) || isMap(body);
}

function bodyOf(body: Value, json: boolean): string {
  if (!json) return reveal(asText(body) ?? [String(body)]);
  return JSON.stringify(opened(body));
}

/** A value with its secrets opened. @throws UnknownRead when something in it is not known yet */
function opened(value: Value): unknown {
  const text: Text | undefined =
    value instanceof Secret || value instanceof SecretText ? asText(value) : undefined;
  if (text) return reveal(text);
  if (Array.isArray(value)) return (value as readonly Value[]).map(opened);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
  return typeof value === 'object' && value !== null ? String(value) : value;
}
