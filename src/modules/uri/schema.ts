import {Type} from 'typebox';
import {
  absolutePath,
  anyValue,
  argumentsOf,
  type Static,
  type StringOrSecret,
  secretString,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    url: secretString({
      description:
        'What is asked, http or https. The request comes from the host: `127.0.0.1` is the host itself.',
    }),
    method: Type.Optional(
      Type.String({
        description:
          'The method. GET and HEAD count as read-only, and never as a change; all others always count as one.',
        pattern: '^[A-Z]+$',
        mustBe: 'a method in capitals',
        hint: 'such as GET, POST, PUT or DELETE',
        default: 'GET',
      }),
    ),
    headers: Type.Optional(
      Type.Unsafe<Readonly<Record<string, StringOrSecret>>>({
        type: 'object',
        description: 'Headers by name.',
        additionalProperties: {type: 'string', secret: true},
      }),
    ),
    body: Type.Optional(anyValue({description: 'What is sent. Not with GET or HEAD.'})),
    body_format: Type.Optional(
      Type.Enum(['json', 'raw'], {
        description: 'How the body is written. By default a map or a list as JSON, all else as it is.',
      }),
    ),
    status_code: Type.Optional(
      Type.Unsafe<number | readonly number[]>({
        type: ['integer', 'array'],
        items: {type: 'integer', minimum: 100, maximum: 599},
        minItems: 1,
        minimum: 100,
        maximum: 599,
        description: 'The status, or a list of those, that is a success.',
        default: 200,
      }),
    ),
    return_content: Type.Optional(
      Type.Boolean({
        description: 'Keep the answer as `content`. JSON is kept as `json` always.',
        default: false,
      }),
    ),
    timeout: Type.Optional(
      Type.Number({
        description: 'Seconds until the answer must be complete.',
        exclusiveMinimum: 0,
        default: 30,
      }),
    ),
    validate_certs: Type.Optional(
      Type.Boolean({description: 'Whether the certificate must be good.', default: true}),
    ),
    ca_path: Type.Optional(
      absolutePath({
        description:
          'A file on the host with the certificates (PEM) to trust, instead of the usual ones and those in `.vprov/ca` of the folder that vprov runs in.',
      }),
    ),
  },
  {
    rules: [{rule: 'only-beside', arguments: ['body_format'], beside: ['body']}],
    results: {
      status: 'The status of the answer; -1 when none came.',
      failure:
        'Why none came: refused (nothing listens there), timeout, forbidden, http (what answers speaks no HTTP, or its certificate is not trusted).',
      reason: 'The same in words.',
      headers: 'The headers of the answer by name, in small letters.',
      json: 'The body as a value, when the answer says that it is JSON.',
      content: 'The body as text, with `return_content: true`.',
    },
    checkMode:
      'GET and HEAD are sent, as long as nothing is planned before them on that host; after that the answer is unknown. Other methods are not sent.',
    retired: {
      follow_redirects:
        'redirects are not followed; status_code may name them, and headers.location says where to',
      url_username: 'give it as a header: Authorization',
      url_password: 'give it as a header: Authorization',
      user: 'give it as a header: Authorization',
      password: 'give it as a header: Authorization',
      force_basic_auth: 'give it as a header: Authorization',
      dest: 'answers are not written to files; register the result and use copy',
      src: "its name is 'body'",
    },
  },
);

export type UriArguments = Static<typeof schema>;
